// One text at a time. The next ones are here before they are needed, answers go out behind the
// page's back, and texts are only ever set as text.
import { AnswerQueue, ask } from "./annotate_queue.js";

const SETTLE = 150; // ms in which a text just shown cannot have been read: a key that bounced
const FEW = 2; // fewer texts than this at hand: ask for more
const LOOK_AGAIN = [15000, 30000, 60000];
const STALE = 300000; // ms out of sight after which others may have got the texts at hand

const page = document.querySelector(".work");
const find = (selector) => page.querySelector(selector);
const form = find("#answer");
const box = find("#text");
const status = find("#status");
const token = form.elements.csrfmiddlewaretoken.value;
const folds = [...page.querySelectorAll("details.fold")];
const titles = new Map([...form.querySelectorAll("[name=label]")].map((b) => [b.value, b.querySelector("bdi").textContent]));

let line = []; // texts at hand, the one on the page first
let shown = null;
let shownAt = 0;
let standing = JSON.parse(page.dataset.standing);
let busy = false; // something is being taken back
let asking = null;
let looks = 0;
let lookTimer = 0;
const answered = new Set(); // keys that were answered here
const texts = new Map(); // of answers that may be taken back before they were sent

// Time a text is in sight: neither in a hidden window nor behind the guideline.
const clock = {
  spent: 0,
  since: null,
  restart() { this.spent = 0; this.since = null; this.tick(); },
  tick() {
    const now = performance.now();
    if (this.since !== null) this.spent += now - this.since;
    this.since = document.hidden || covered() ? null : now;
  },
  seconds() { this.tick(); return Math.round(this.spent) / 1000; },
};

const covered = () => page.hasAttribute("data-reading");

function say(sentence) { status.textContent = sentence; }

let noted = ""; // what the people who run the round have to say, said once
function note() {
  if (standing.note && standing.note !== noted) warn(standing.note);
  noted = standing.note;
}

function warn(sentence) {
  const notice = find("#notice");
  notice.hidden = !sentence;
  notice.querySelector("p").textContent = sentence;
}

// ---- what is on the page

function show() {
  if (queue.halted) stop(queue.halted);
  const task = line[0] || null;
  if (task !== shown) {
    shown = task;
    if (task) place(task);
  }
  const scene = task ? "task" : queue.size && !queue.halted ? "sending" : standing.scene;
  if (page.dataset.scene !== scene) enter(scene);
  note();
  showProgress();
  showQueue();
}

function place(task) {
  box.textContent = task.text;
  box.scrollTop = 0;
  form.elements.key.value = task.key;
  for (const button of form.querySelectorAll("[name=label]")) {
    const before = task.again && button.value === task.label;
    button.classList.toggle("before", before);
    if (before) button.setAttribute("aria-description", "your answer before");
    else button.removeAttribute("aria-description");
  }
  shownAt = performance.now();
  clock.restart();
}

// Nothing can be saved from here: better no text than answers that pile up.
function stop(sentence) {
  line = [];
  standing = { ...standing, scene: "stopped", sentence };
}

function enter(scene) {
  page.dataset.scene = scene;
  for (const part of page.querySelectorAll("[data-in]")) part.hidden = part.dataset.in !== scene;
  if (scene === "finished" || scene === "stopped" || scene === "waiting") {
    find("[data-sentence]").textContent = standing.sentence;
    const heading = find(`[data-in=${scene}] h2`);
    heading.tabIndex = -1;
    heading.focus();
  }
  if (scene === "finished") finish();
}

function finish() {
  find("[data-count]").textContent = standing.answered.toLocaleString("en");
  find("[data-code]").hidden = !standing.code;
  find("[data-code] code").textContent = standing.code || "";
  const back = find("[data-back]");
  back.hidden = !/^https?:\/\//.test(standing.completion_url || "");
  if (!back.hidden) back.querySelector("a").href = standing.completion_url;
}

function showProgress() {
  const waiting = queue.size;
  const done = standing.answered + waiting;
  const bar = find("#progress");
  bar.hidden = standing.left === null;
  if (standing.left === null) {
    find("#far").textContent = `${done.toLocaleString("en")} answered`;
    return;
  }
  const left = Math.max(0, standing.left - (standing.about ? 0 : waiting));
  const whole = done + left;
  bar.max = Math.max(1, whole);
  bar.value = done;
  find("#far").textContent = standing.about && left
    ? `${done.toLocaleString("en")} answered, about ${left.toLocaleString("en")} left`
    : `${done.toLocaleString("en")} of ${whole.toLocaleString("en")}`;
}

function count(n) { return n === 1 ? "1 answer" : `${n} answers`; }

function showQueue() {
  const n = queue.size;
  const line = find("#queue");
  let sentence = "";
  if (n && queue.halted) sentence = `${queue.halted} ${count(n)} kept in this browser.`;
  else if (n && queue.stuck) sentence = `${count(queue.stuck)} could not be saved yet and stay in this browser.`;
  else if (n && queue.away) sentence = `No connection. ${count(n)} kept in this browser, sent by itself.`;
  line.hidden = !sentence;
  const words = line.querySelector("span");
  if (words.textContent !== sentence) words.textContent = sentence;
  line.querySelector("button").hidden = !(n && (queue.stuck || queue.halted));
  line.querySelector("button").textContent = queue.halted ? "Load the page again" : "Send again";
}

// ---- answers

const queue = new AnswerQueue({
  person: page.dataset.person,
  address: page.dataset.answer,
  token,
  on: {
    saved(entry, told) {
      texts.delete(entry.key);
      standing = told.standing;
      take(told.next);
      say(entry.label ? `${titles.get(entry.label) || entry.label}, saved` : "Skipped, saved");
      show();
      if (!line.length && standing.scene === "waiting" && !queue.size) lookLater();
    },
    refused(entry, sentence) {
      texts.delete(entry.key);
      answered.delete(entry.key);
      say("");
      warn(sentence);
      more({ anew: true });
    },
    changed() { show(); },
  },
});

function give(choice) {
  const early = performance.now() - shownAt < SETTLE;
  if (!shown || busy || early || covered()) return;
  const task = line.shift();
  const seconds = clock.seconds();
  answered.add(task.key);
  texts.set(task.key, task);
  close(floating());
  say("");
  queue.add({ key: task.key, seconds, ...choice });
}

function take(tasks) {
  for (const task of tasks) {
    const known = answered.has(task.key) || queue.has(task.key) || line.some((one) => one.key === task.key);
    if (!known) line.push(task);
  }
}

async function undo() {
  if (busy) return;
  busy = true;
  try {
    const entry = texts.has(queue.entries.at(-1)?.key) ? queue.takeBack() : null;
    if (entry) putBack({ ...texts.get(entry.key), again: true, label: entry.label });
    else await undoSaved();
  } finally {
    busy = false;
  }
  show();
}

async function undoSaved() {
  await asking;
  await queue.flush();
  if (queue.size) return say("The last answer is not sent yet; take it back when there is a connection.");
  let answer;
  try {
    answer = await ask(page.dataset.undo, { token });
  } catch {
    return say("No connection; nothing was taken back.");
  }
  if (answer.status !== 200) return say(answer.told?.sentence || "Nothing was taken back; load the page again.");
  standing = answer.told.standing;
  putBack(answer.told.task);
  return undefined;
}

function putBack(task) {
  answered.delete(task.key);
  texts.delete(task.key);
  line = [task, ...line.filter((one) => one.key !== task.key)];
  const title = titles.get(task.label);
  show();
  say(title ? `Taken back: ${title}` : "Taken back");
}

// ---- texts

function more({ anew = false } = {}) {
  asking ||= look(anew).finally(() => { asking = null; });
  return asking;
}

async function look(anew) {
  await queue.sending; // one request at a time: the answer may bring the texts along
  let answer;
  try {
    answer = await ask(page.dataset.next);
  } catch {
    if (line.length) return;
    standing = { ...standing, scene: "stopped", sentence: "No connection. This page looks again by itself." };
    show();
    lookLater();
    return;
  }
  if (answer.status === 200 && answer.told) {
    standing = answer.told.standing;
    if (standing.consent) return void location.reload();
    if (anew) line = line.filter((one) => answer.told.tasks.some((task) => task.key === one.key));
    take(answer.told.tasks);
  } else {
    standing = { ...standing, scene: "stopped", sentence: answer.told?.sentence || "The server is in trouble." };
  }
  show();
  if (!line.length && standing.scene !== "finished" && answer.status !== 401) lookLater();
}

function lookLater() {
  clearTimeout(lookTimer);
  const wait = LOOK_AGAIN[Math.min(looks, LOOK_AGAIN.length - 1)] * (document.hidden ? 4 : 1);
  looks += 1;
  lookTimer = setTimeout(async () => {
    await more();
    if (line.length) looks = 0;
  }, wait);
}

// ---- folds, keys, touch

const guideline = find("#guideline");
const wide = matchMedia("(min-width: 1100px)"); // room for the guideline beside the text
let reading = page.hasAttribute("data-first") && !queue.size; // the guideline comes before the first text
let focused = null; // what had the focus before a fold was opened

const floating = () => folds.filter((fold) => fold.open && (fold !== guideline || covered()));

function cover() {
  page.toggleAttribute("data-reading", guideline.open && (reading || !wide.matches));
  clock.tick();
}

function begin() {
  reading = false;
  guideline.querySelector("[data-close]").textContent = "Back to the text";
  cover();
}

function open(fold) {
  close(floating());
  focused = document.activeElement;
  fold.open = true;
  if (fold === guideline) cover();
  if (fold !== guideline || covered()) fold.querySelector(".panel button:not([hidden])")?.focus({ preventScroll: true });
}

function close(open) {
  if (!open.length) return;
  const inside = open.some((fold) => fold.contains(document.activeElement));
  for (const fold of open) fold.open = false;
  if (open.includes(guideline)) begin();
  if (!inside) return;
  if (focused?.isConnected && focused !== document.body) focused.focus({ preventScroll: true });
  else document.activeElement.blur();
}

function toggle(selector) {
  const fold = find(selector);
  if (fold.open) close([fold]);
  else if (selector !== "#skip" || (shown && !covered())) open(fold);
}

function keyOf(event) {
  const key = event.key.toLowerCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code); // a digit that needs shift elsewhere
  return digit && !event.shiftKey && !/^[0-9a-z]$/.test(key) ? digit[1] : key;
}

function scroll(key) {
  const step = { arrowdown: 60, arrowup: -60, pagedown: 0.85 * box.clientHeight, pageup: -0.85 * box.clientHeight }[key];
  if (!step || document.activeElement !== document.body || covered()) return false;
  box.scrollBy({ top: step });
  return true;
}

function press(key) {
  const over = floating()[0];
  if (key === "escape") return close(over ? [over] : guideline.open ? [guideline] : []);
  if (key === "g" || key === "?") return toggle(key === "g" ? "#guideline" : "#help");
  if (over && over.id !== "skip") return undefined;
  if (key === "s") return toggle("#skip");
  const name = over ? "skip" : "label";
  if (key === "z" && !over) return undo();
  const button = form.querySelector(`[name=${name}][data-key="${CSS.escape(key)}"]`);
  if (button && key) choose(button);
  return undefined;
}

function choose(button) {
  if (!shown || form.hidden) return;
  button.classList.add("given");
  setTimeout(() => button.classList.remove("given"), 200);
  give({ [button.name]: button.value });
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const key = keyOf(event);
  if (event.repeat && (key.length === 1 || key === "enter")) return event.preventDefault();
  if (scroll(key)) return event.preventDefault();
  const ours = key.length === 1 && key !== " ";
  if (ours || key === "escape") press(key);
  return undefined;
});

let pointed = false; // by finger or mouse: then the space bar must not press the button again
page.addEventListener("click", (event) => {
  pointed = event.detail > 0;
  const summary = event.target.closest("summary");
  if (summary) {
    event.preventDefault();
    toggle(`#${summary.parentElement.id}`);
  } else if (event.target.closest("[data-close]")) {
    close([event.target.closest("details")]);
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.name) choose(event.submitter);
  if (pointed) document.activeElement.blur();
});
find("#undo").addEventListener("submit", (event) => {
  event.preventDefault();
  undo();
  if (pointed) document.activeElement.blur();
});
find("#notice button").addEventListener("click", () => warn(""));
find("#queue button").addEventListener("click", () => (queue.halted ? location.reload() : queue.tryAgain()));

let hiddenSince = null;
document.addEventListener("visibilitychange", () => {
  clock.tick();
  if (document.hidden) hiddenSince = Date.now();
  else if (hiddenSince && Date.now() - hiddenSince > STALE) more({ anew: true });
});
addEventListener("online", () => { if (line.length < FEW) more(); });
wide.addEventListener("change", cover);

// ---- begin

for (const part of page.querySelectorAll("#help, [data-scripted], [data-close], #notice button")) part.hidden = false;
if (!reading) guideline.open = false;
if (reading) cover();
else begin();
if (covered()) guideline.querySelector("[data-close]").focus({ preventScroll: true });
const key = form.elements.key.value;
if (page.dataset.scene === "task" && !queue.has(key)) {
  line.push({ key, text: box.textContent, again: false, label: "" });
}
show();
queue.flush().then(() => more());
