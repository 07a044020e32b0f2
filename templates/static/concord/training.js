// After a form was answered, the eye and the keyboard begin at the answer; a link to a table that is
// folded away unfolds it. The pages work without it.
"use strict";
addEventListener("load", () => setTimeout(() => document.querySelector("[data-focus]")?.focus(), 50));
(() => {
  const unfold = () => {
    const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!(place instanceof HTMLDetailsElement)) return;
    place.open = true;
    place.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  addEventListener("load", unfold);
})();
