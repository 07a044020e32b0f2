// Asks for what changes again while something is at work; the page works without it.
"use strict";
(() => {
  const WRITING = "input, select, textarea";

  // what the page holds when the work is done, without leaving the place one reads at
  const renewed = async () => {
    const main = document.querySelector("main");
    const told = document.getElementById("work-told");
    if (main.contains(document.activeElement) && document.activeElement.matches(WRITING)) {
      told.textContent = "The work is done. Reload the page to see what came of it.";
      return;
    }
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement && document.activeElement.id;
    main.innerHTML = page.querySelector("main").innerHTML;
    main.dispatchEvent(new Event("renewed", { bubbles: true }));
    if (focused) document.getElementById(focused)?.focus();
    told.textContent = "The work is done.";
    begin();
  };

  const begin = () => {
    const place = document.querySelector("[data-poll]");
    if (!place || !place.querySelector("[data-active]")) return;
    const again = async () => {
      try {
        const answer = await fetch(place.dataset.poll, { headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok || answer.redirected) return;
        const html = await answer.text();
        const focused = document.activeElement && document.activeElement.id;
        place.innerHTML = html;
        place.dispatchEvent(new Event("renewed", { bubbles: true }));
        if (focused) document.getElementById(focused)?.focus();
        if (!place.querySelector("[data-active]")) {
          if (place.dataset.then === "renew") await renewed();
          else location.reload();
          return;
        }
      } catch {
        // the server is away for a moment: ask again
      }
      setTimeout(again, document.hidden ? 10000 : 2000);
    };
    setTimeout(again, 2000);
  };
  begin();
})();
