// Asks for the list of jobs again while something is at work; the page works without it.
"use strict";
(() => {
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
        location.reload();
        return;
      }
    } catch {
      // the server is away for a moment: ask again
    }
    setTimeout(again, document.hidden ? 10000 : 2000);
  };
  setTimeout(again, 2000);
})();
