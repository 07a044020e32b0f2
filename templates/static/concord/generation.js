// A run's page asks for its changing part again while the run is at work; a waiting page asks for
// itself until its run has begun. What is new is said politely, every ten seconds at most.
"use strict";
(() => {
  const EVERY = 2000, HIDDEN = 10000, SAY_EVERY = 10000;
  // after the browser has gone to the address's fragment, which takes the focus away
  addEventListener("load", () => setTimeout(() => document.querySelector("[data-focus]")?.focus(), 50));

  const pause = () => (document.hidden ? HIDDEN : EVERY);

  // nobody sits behind these questions: they do not keep a session alive
  const headers = { "X-Requested-With": "fetch", "X-Asked-By": "page" };
  const live = document.querySelector("[data-live]");
  const voice = document.querySelector("[data-announce]");
  let said = Date.now();
  const say = (force) => {
    const sentence = live.querySelector("[data-say]")?.textContent;
    if (!voice || !sentence || (!force && Date.now() - said < SAY_EVERY)) return;
    said = Date.now();
    voice.textContent = sentence;
  };
  const refresh = async () => {
    try {
      const answer = await fetch(live.dataset.live, { headers });
      if (answer.redirected || answer.status === 404) return;
      if (answer.ok) {
        const html = await answer.text();
        const focused = document.activeElement;
        const back = live.contains(focused) ? focused.id || focused.getAttribute("href") : "";
        live.innerHTML = html;
        live.dispatchEvent(new Event("renewed", { bubbles: true }));
        if (back) {
          (document.getElementById(back) || live.querySelector(`[href="${CSS.escape(back)}"]`))
            ?.focus({ preventScroll: true });
        }
        const active = live.querySelector("[data-active]");
        say(!active);
        if (!active) return;
      }
    } catch {
      // the server is away for a moment: ask again
    }
    setTimeout(refresh, pause());
  };
  if (live?.querySelector("[data-active]")) setTimeout(refresh, EVERY);

  // a page that waits is loaded anew once it would say something else
  const wait = async () => {
    try {
      const answer = await fetch(location.href, { headers });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const says = page.querySelector("[data-wait]")?.textContent;
      if (answer.redirected || (answer.ok && says !== document.querySelector("[data-wait]").textContent)) {
        return void location.reload();
      }
    } catch {
      // the server is away for a moment: ask again
    }
    setTimeout(wait, pause());
  };
  if (document.querySelector("[data-wait]")) setTimeout(wait, pause());
})();
