// One text at a time. The next ones are here before they are needed, answers go out behind the
// page's back, and texts are only ever set as text.
import { Folds, keyOf } from "./annotate_folds.js";
import { AnswerQueue, ask } from "./annotate_queue.js";
import { Clock, View } from "./annotate_view.js";

const SETTLE = 150; // ms in which a text just shown cannot have been read: a key that bounced
const FEW = 2; // fewer texts than this at hand: ask for more
const LOOK_AGAIN = [15000, 30000, 60000];
const STALE = 300000; // ms out of sight after which others may have got the texts at hand

const page = document.querySelector(".work");
const find = (selector) => page.querySelector(selector);
const form = find("#answer");
const box = find("#text");
const token = form.elements.csrfmiddlewaretoken.value;

let line = []; // texts at hand, the one on the page first
let shown = null;
let standing = JSON.parse(page.dataset.standing);
let busy = false; // something is being taken back
let asking = null;
let looks = 0;
let lookTimer = 0;
let unsure = false; // whether something was taken back: the server was asked and did not answer
const answered = new Set(); // keys that were answered here
const texts = new Map(); // of answers that may be taken back before they were sent

const view = new View(page);
const clock = new Clock(page);

function show() {
  if (queue.halted) stop(queue.halted);
  const task = line[0] || null;
  if (task && task !== shown) {
    view.text(task);
    clock.restart();
  }
  shown = task;
  view.scene(task ? "task" : queue.size && !queue.halted ? "sending" : standing.scene, standing);
  view.note(standing.note);
  view.progress(standing, queue.size);
  view.queue(queue);
}

// Nothing can be saved from here: better no text than answers that pile up.
function stop(sentence) {
  line = [];
  standing = { ...standing, scene: "stopped", sentence, note: "" };
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
      view.say(entry.label ? `${view.titles.get(entry.label) || entry.label}, saved` : "Skipped, saved");
      show();
      if (!line.length && standing.scene === "waiting" && !queue.size) lookLater();
    },
    refused(entry, sentence) {
      texts.delete(entry.key);
      answered.delete(entry.key);
      view.say("");
      view.warn(sentence);
      more({ anew: true });
    },
    changed() { show(); },
  },
});

// the guideline comes before the first text
const reading = page.hasAttribute("data-first") && !queue.size;
for (const part of page.querySelectorAll("#help, [data-scripted], [data-close], #notice button")) part.hidden = false;
const folds = new Folds(page, { reading, moved: () => clock.tick() });

function give(choice) {
  if (!shown || busy || clock.age < SETTLE || folds.covered) return;
  const task = line.shift();
  const { seconds } = clock;
  answered.add(task.key);
  texts.set(task.key, task);
  folds.close(folds.floating);
  view.say("");
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
  if (queue.size) return view.say("The last answer is not sent yet; take it back when there is a connection.");
  let answer;
  try {
    answer = await ask(page.dataset.undo, { token });
  } catch {
    return lookWhatIsThere();
  }
  if (answer.status >= 500) return lookWhatIsThere();
  if (answer.status !== 200) return view.say(answer.told?.sentence || "Nothing was taken back; load the page again.");
  standing = answer.told.standing;
  putBack(answer.told.task);
  return undefined;
}

// The server may have put the text back into our hands all the same.
async function lookWhatIsThere() {
  await asking; // it may have been answered before the text was put back
  unsure = true;
  for (const key of answered) if (!queue.has(key)) answered.delete(key);
  view.say("No connection; whether it was taken back shows when there is one.");
  more({ anew: true });
}

function putBack(task) {
  answered.delete(task.key);
  texts.delete(task.key);
  line = [task, ...line.filter((one) => one.key !== task.key)];
  const title = view.titles.get(task.label);
  show();
  view.say(title ? `Taken back: ${title}` : "Taken back");
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
    if (line.length) return void (unsure && lookLater());
    standing = { ...standing, scene: "stopped", sentence: "No connection. This page looks again by itself." };
    show();
    lookLater();
    return;
  }
  if (answer.status === 200 && answer.told) {
    standing = answer.told.standing;
    if (standing.consent) return void location.reload();
    if (anew || unsure) line = line.filter((one) => answer.told.tasks.some((task) => task.key === one.key));
    take(answer.told.tasks);
    unsure = false;
  } else {
    standing = { ...standing, scene: "stopped", sentence: answer.told?.sentence || "The server is in trouble." };
    if (answer.status === 401) line = [];
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
    if (line.length && !unsure) looks = 0;
  }, wait);
}

// ---- keys, touch

function toggle(selector) {
  const fold = find(selector);
  if (fold.open || selector !== "#skip" || (shown && !folds.covered)) folds.toggle(fold);
}

function scroll(key) {
  const step = { arrowdown: 60, arrowup: -60, pagedown: 0.85 * box.clientHeight, pageup: -0.85 * box.clientHeight }[key];
  if (!step || document.activeElement !== document.body || folds.covered) return false;
  box.scrollBy({ top: step });
  return true;
}

function press(key) {
  const over = folds.floating[0];
  if (key === "escape") return folds.closeTop();
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
    folds.close([event.target.closest("details")]);
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
find("#queue button").addEventListener("click", () => (queue.halted ? location.reload() : queue.tryAgain()));

let hiddenSince = null;
document.addEventListener("visibilitychange", () => {
  clock.tick();
  if (document.hidden) hiddenSince = Date.now();
  else if (hiddenSince && Date.now() - hiddenSince > STALE) more({ anew: true });
});
addEventListener("online", () => { if (line.length < FEW) more(); });

// ---- begin

const key = form.elements.key.value;
if (page.dataset.scene === "task" && !queue.has(key)) {
  line.push({ key, text: box.textContent, again: false, label: "" });
}
show();
queue.flush().then(() => more());
