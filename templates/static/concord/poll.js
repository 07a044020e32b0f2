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

  const ask = async (address) => {
    const answer = await fetch(address, { headers });
    return answer.ok && !answer.redirected ? answer.text() : null;
  };
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");
  const tell = (place) => place.dispatchEvent(new Event("renewed", { bubbles: true }));

  // what the page holds when the work is done, without leaving the place one reads at
  const renewed = async () => {
    const main = document.querySelector("main");
    const told = document.getElementById("work-told");
    if (main.contains(document.activeElement) && document.activeElement.matches(WRITING)) {
      told.textContent = "The work is done. Reload the page to see what came of it.";
      return;
    }
    const html = await ask(location.href);
    if (html === null) return;
    const focused = document.activeElement && document.activeElement.id;
    main.innerHTML = parsed(html).querySelector("main").innerHTML;
    tell(main);
    if (focused) document.getElementById(focused)?.focus();
    told.textContent = "The work is done.";
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
        if (place.dataset.then === "renew") await renewed();
        else location.reload();
        return;
      }
    } catch {
      // the server is away for a moment: ask again
    }
    setTimeout(follow, document.hidden ? 5 * OFTEN : OFTEN, place);
  };

  // what somebody fills in stays as it is
  const inUse = (part) => "held" in part.dataset
    || (part.contains(document.activeElement) && document.activeElement.matches(WRITING));
  document.addEventListener("input", (event) => {
    const part = event.target.closest("[data-watch]");
    if (part) part.dataset.held = "";
  });

  const TOKEN = /name="csrfmiddlewaretoken" value="[^"]*"/g; // another one in every answer
  const cameWith = new Map(); // name of a part -> what it held when it came

  const bring = (page) => {
    for (const part of document.querySelectorAll("[data-watch]")) {
      const name = part.dataset.watch;
      const fresh = page.querySelector(`[data-watch="${name}"]`);
      const holds = fresh && fresh.innerHTML.replace(TOKEN, "");
      if (!fresh || holds === cameWith.get(name) || inUse(part)) continue;
      cameWith.set(name, holds);
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      const at = [...part.querySelectorAll(STOPS)].indexOf(document.activeElement);
      part.innerHTML = fresh.innerHTML;
      part.querySelectorAll("details").forEach((one, n) => { one.open ||= open[n] ?? false; });
      if (at >= 0) part.querySelectorAll(STOPS)[at]?.focus({ preventScroll: true });
      tell(part);
    }
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
      // the server is away for a moment: ask again
    }
    begin();
  };

  const begin = () => {
    const place = document.querySelector("[data-poll]");
    if (place && place.querySelector("[data-active]")) setTimeout(follow, OFTEN, place);
    else if (document.querySelector("[data-watch]")) setTimeout(watch, RARELY);
  };
  begin();
})();
