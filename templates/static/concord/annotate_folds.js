// What is folded away on the annotate page: guideline, keys, reasons to skip. Where there is room
// the guideline stands beside the text; elsewhere, and before the first text, it covers it.
const ROOM = "(min-width: 1100px)";

export class Folds {
  constructor(page, { reading, moved }) {
    Object.assign(this, { page, reading, moved });
    this.all = [...page.querySelectorAll("details.fold")];
    this.guideline = page.querySelector("#guideline");
    this.wide = matchMedia(ROOM);
    this.focused = null; // what had the focus before a fold was opened
    this.wide.addEventListener("change", () => this.cover());
    this.guideline.open = reading;
    if (reading) this.cover();
    else this.begin();
    if (this.covered) this.guideline.querySelector("[data-close]").focus({ preventScroll: true });
  }

  get covered() { return this.page.hasAttribute("data-reading"); }

  // Open folds that lie over the page: the one that keys are meant for.
  get floating() {
    return this.all.filter((fold) => fold.open && (fold !== this.guideline || this.covered));
  }

  cover() {
    this.page.toggleAttribute("data-reading", this.guideline.open && (this.reading || !this.wide.matches));
    this.moved();
  }

  begin() {
    this.reading = false;
    this.guideline.querySelector("[data-close]").textContent = "Back to the text";
    this.cover();
  }

  toggle(fold) {
    if (fold.open) this.close([fold]);
    else this.open(fold);
  }

  open(fold) {
    this.close(this.floating);
    this.focused = document.activeElement;
    fold.open = true;
    if (fold === this.guideline) this.cover();
    if (!this.floating.includes(fold)) return;
    fold.querySelector(".panel button:not([hidden])")?.focus({ preventScroll: true });
  }

  close(folds) {
    if (!folds.length) return;
    const inside = folds.some((fold) => fold.contains(document.activeElement));
    for (const fold of folds) fold.open = false;
    if (folds.includes(this.guideline)) this.begin();
    if (!inside) return;
    if (this.focused?.isConnected && this.focused !== document.body) this.focused.focus({ preventScroll: true });
    else document.activeElement.blur();
  }

  closeTop() {
    this.close(this.floating.length ? this.floating : this.all.filter((fold) => fold.open));
  }
}

// The key that was meant, also where digits need shift, or letters are not Latin ones.
export function keyOf(event) {
  const key = event.key.toLowerCase();
  const place = /^(Digit|Numpad|Key)(.)$/.exec(event.code);
  if (!place || event.shiftKey || /^[0-9a-z]$/.test(key)) return key;
  return place[1] !== "Key" || /[^ -~]/.test(key) ? place[2].toLowerCase() : key;
}
