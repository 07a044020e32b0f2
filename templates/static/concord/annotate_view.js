// What the annotate page shows: the text, how far it is, what waits, and where it ends.
const number = (n) => n.toLocaleString("en");
const answers = (n) => (n === 1 ? "1 answer" : `${number(n)} answers`);

// Time a text is in sight: neither in a hidden window nor behind the guideline.
export class Clock {
  constructor(page) {
    this.page = page;
    this.restart();
  }

  restart() {
    this.startedAt = performance.now();
    this.spent = 0;
    this.since = null;
    this.tick();
  }

  tick() {
    const now = performance.now();
    if (this.since !== null) this.spent += now - this.since;
    this.since = document.hidden || this.page.hasAttribute("data-reading") ? null : now;
  }

  get seconds() {
    this.tick();
    return Math.round(this.spent) / 1000;
  }

  get age() { return performance.now() - this.startedAt; }
}

export class View {
  constructor(page) {
    this.page = page;
    this.noted = "";
    this.titles = new Map(this.labels.map((one) => [one.value, one.querySelector("bdi").textContent]));
    this.find("#notice button").addEventListener("click", () => this.warn(""));
  }

  find(selector) { return this.page.querySelector(selector); }

  get labels() { return [...this.page.querySelectorAll("[name=label]")]; }

  say(sentence) { this.find("#status").textContent = sentence; }

  warn(sentence) {
    this.find("#notice").hidden = !sentence;
    this.find("#notice p").textContent = sentence;
  }

  // What the people who run the round have to say, said once.
  note(sentence) {
    if (sentence && sentence !== this.noted) this.warn(sentence);
    this.noted = sentence;
  }

  text(task) {
    const box = this.find("#text");
    box.textContent = task.text;
    box.scrollTop = 0;
    this.find("[name=key]").value = task.key;
    for (const button of this.labels) {
      const before = task.again && button.value === task.label;
      button.classList.toggle("before", before);
      if (before) button.setAttribute("aria-description", "your answer before");
      else button.removeAttribute("aria-description");
    }
  }

  scene(name, standing) {
    this.find("[data-sentence]").textContent = standing.sentence;
    if (this.page.dataset.scene === name) return;
    this.page.dataset.scene = name;
    for (const part of this.page.querySelectorAll("[data-in]")) part.hidden = part.dataset.in !== name;
    const heading = this.find(`[data-in=${name}] h2[tabindex]`);
    heading?.focus();
    if (name === "finished") this.finish(standing);
  }

  finish(standing) {
    this.find("[data-count]").textContent = number(standing.answered);
    this.find("[data-code]").hidden = !standing.code;
    this.find("[data-code] code").textContent = standing.code;
    const back = this.find("[data-back]");
    back.hidden = !/^https?:\/\//.test(standing.completion_url);
    if (!back.hidden) back.querySelector("a").href = standing.completion_url;
  }

  progress(standing, waiting) {
    const done = standing.answered + waiting;
    const left = standing.left === null ? null : Math.max(0, standing.left - (standing.about ? 0 : waiting));
    const bar = this.find("#progress");
    bar.hidden = left === null;
    bar.max = Math.max(1, done + left);
    bar.value = done;
    let far = `${number(done)} answered`;
    if (standing.about && left) far += `, about ${number(left)} left`;
    else if (left !== null) far = `${number(done)} of ${number(done + left)}`;
    this.find("#far").textContent = far;
  }

  queue({ size, stuck, away, halted }) {
    let sentence = "";
    if (size && halted) sentence = `Kept in this browser until you are back: ${answers(size)}.`;
    else if (stuck) sentence = `Could not be saved yet, and kept in this browser: ${answers(stuck)}.`;
    else if (size && away) sentence = `No connection. Kept in this browser and sent later: ${answers(size)}.`;
    const line = this.find("#queue");
    line.hidden = !sentence;
    const words = line.querySelector("span");
    if (words.textContent !== sentence) words.textContent = sentence; // else it is read out again
    const button = line.querySelector("button");
    button.hidden = !stuck && !halted;
    button.textContent = halted ? "Load the page again" : "Send again";
  }
}
