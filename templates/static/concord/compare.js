// Keys for the three answers and for taking one back; the forms work without them.
"use strict";
(() => {
  const page = document.querySelector(".compare");
  const keys = page.querySelector(".keys");
  const wanted = page.querySelector("#use-keys");
  const button = (selector) => page.querySelector(selector);
  const buttons = {
    arrowleft: button("[value=left]"),
    arrowright: button("[value=right]"),
    s: button("[value=cannot_say]"),
    z: button("[value=undo]"),
  };
  const STORE = "concord-compare-keys";
  let sent = false;

  keys.hidden = false;
  try { wanted.checked = localStorage.getItem(STORE) !== "off"; } catch { /* not kept, then */ }
  wanted.addEventListener("change", () => {
    try { localStorage.setItem(STORE, wanted.checked ? "on" : "off"); } catch { /* not kept */ }
  });

  for (const form of page.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
  }
  addEventListener("pageshow", () => { sent = false; });

  addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") { keys.open = !keys.open; return; }
    if (event.key === "Escape") { keys.open = false; return; }
    const pressed = wanted.checked && buttons[event.key.toLowerCase()];
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
  });
})();
