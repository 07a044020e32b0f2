// Asks again for what changes by itself: often while something is at work, now and then while
// answers may come in. The page works without it.
"use strict";
(() => {
  const WRITING = "input, select, textarea";
  const STOPS = "a[href], button, summary, [tabindex]"; // of the Tab key
  const OFTEN = 2000; // ms between two questions while something is at work
  const RARELY = 10000; // ms, while nothing but answers may change what the page says
  // nobody sits behind these questions: they do not keep a session alive
  const headers = { "X-Requested-With": "fetch", "X-Asked-By": "page" };
  const main = document.querySelector("main");

  // null where there is nothing to ask any more; throws where the server is away for a moment
  const ask = async (address) => {
    const answer = await fetch(address, { headers });
    if (answer.status >= 500 || answer.status === 429) throw new Error(answer.statusText);
    return answer.ok && !answer.redirected ? answer.text() : null;
  };
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
  const tell = (place) => place.dispatchEvent(new Event("renewed", { bubbles: true }));

  // what somebody fills in stays as it is
  let filledIn = false;
  main.addEventListener("input", (event) => {
    filledIn = true;
    event.target.closest("[data-watch]")?.setAttribute("data-held", "");
  });
  const writesIn = (place) => place.contains(document.activeElement)
    && document.activeElement.matches(WRITING);

  const leaveAsItIs = (place) => {
    const told = document.getElementById("work-told")
      ?? place.appendChild(document.createElement("p"));
    told.textContent = "The work is done. Reload the page to see what came of it.";
    told.className = "banner";
  };

  // what the page holds when the work is done, without leaving the place one reads at
  const renewed = async () => {
    const html = await ask(location.href);
    if (html === null) return;
    const focused = document.activeElement && document.activeElement.id;
    main.innerHTML = parsed(html).querySelector("main").innerHTML;
    tell(main);
    if (focused) document.getElementById(focused)?.focus();
    document.getElementById("work-told").textContent = "The work is done.";
    begin();
  };

  const follow = async (place) => {
    try {
      const html = await ask(place.dataset.poll);
      if (html === null) return;
      const focused = document.activeElement && document.activeElement.id;
      place.innerHTML = html;
      tell(place);
      if (focused) document.getElementById(focused)?.focus();
      if (!place.querySelector("[data-active]")) {
        if (filledIn || writesIn(main)) leaveAsItIs(place);
        else if (place.dataset.then === "renew") await renewed();
        else location.reload();
        return;
      }
    } catch {
      // ask again
    }
    setTimeout(follow, document.hidden ? 5 * OFTEN : OFTEN, place);
  };

  const TOKEN = /name="csrfmiddlewaretoken" value="[^"]*"/g; // another one in every answer
  const content = (part) => part.innerHTML.replace(TOKEN, "");
  const cameWith = new Map(); // name of a part -> what it held when it came
  const words = (part) => {
    const copy = part.cloneNode(true);
    for (const time of copy.querySelectorAll("time")) time.textContent = time.dateTime;
    return copy.textContent;
  };
  const isNew = (part, fresh) => {
    const name = part.dataset.watch;
    const [before, now] = [cameWith.get(name), content(fresh)];
    if (before === undefined && words(part) === words(fresh)) cameWith.set(name, now);
    return cameWith.get(name) !== now;
  };

  const replace = (part, fresh) => {
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    const stops = [...part.querySelectorAll(STOPS)];
    const at = stops.indexOf(document.activeElement);
    const said = at < 0 ? "" : stops[at].textContent;
    cameWith.set(part.dataset.watch, content(fresh));
    part.innerHTML = fresh.innerHTML;
    part.querySelectorAll("details").forEach((one, n) => { one.open ||= open[n] ?? false; });
    if (at >= 0) {
      const same = [...part.querySelectorAll(STOPS)].find((one) => one.textContent === said);
      if (!same) part.tabIndex = -1;
      (same || part).focus({ preventScroll: true });
    }
    tell(part);
  };

  const bring = (page) => {
    for (const part of document.querySelectorAll("[data-watch]")) {
      const fresh = page.querySelector(`[data-watch="${part.dataset.watch}"]`);
      const inUse = "held" in part.dataset || writesIn(part);
      if (fresh && !inUse && isNew(part, fresh)) replace(part, fresh);
    }
    main.toggleAttribute("data-watching", page.querySelector("main[data-watching]") !== null);
  };

  const watch = async () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", watch, { once: true });
      return;
    }
    try {
      const html = await ask(location.href);
      if (html === null) return;
      bring(parsed(html));
    } catch {
      // ask again
    }
    begin();
  };

  const begin = () => {
    const place = document.querySelector("[data-poll]");
    if (place && place.querySelector("[data-active]")) setTimeout(follow, OFTEN, place);
    else if (main.hasAttribute("data-watching")) setTimeout(watch, RARELY);
  };
  begin();
})();
