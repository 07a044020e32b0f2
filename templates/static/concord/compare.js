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
  const PATIENCE = 5000; // ms after which an answer may be sent again: its load may have been stopped
  let sent = false; // something, since the page came
  let waiting = false; // for the page that comes next

  keys.hidden = false;
  try { wanted.checked = localStorage.getItem(STORE) !== "off"; } catch { /* not kept, then */ }
  wanted.addEventListener("change", () => {
    try { localStorage.setItem(STORE, wanted.checked ? "on" : "off"); } catch { /* not kept */ }
  });

  for (const form of page.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      // an answer sent twice is one answer; what is taken back twice may be two
      if (waiting || (sent && event.submitter === buttons.z)) { event.preventDefault(); return; }
      sent = waiting = true;
      setTimeout(() => { waiting = false; }, PATIENCE);
    });
  }
  addEventListener("pageshow", () => { sent = waiting = false; });

  addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") { keys.open = !keys.open; return; }
    if (event.key === "Escape") { keys.open = waiting = false; return; }
    const pressed = wanted.checked && buttons[event.key.toLowerCase()];
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
  });
})();
