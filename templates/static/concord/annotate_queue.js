// Answers on their way: kept in this browser until the server has them, sent in order, each as
// often as it takes. An answer carries the key of its text, so that the server counts it once.
"use strict";

const PREFIX = "concord.annotate.";
const WAITS = [1000, 2000, 4000, 8000, 15000, 30000]; // while the server is away
const MOST_TRIES = 6; // of an answer that the server stumbles over
const PATIENCE = 20000; // for one request

class NoConnection extends Error {}

export async function ask(address, { token, body } = {}) {
  const options = { cache: "no-store", credentials: "same-origin", headers: { "X-Requested-With": "fetch" } };
  if (token) {
    Object.assign(options, { method: "POST", body: JSON.stringify(body || {}), keepalive: true });
    Object.assign(options.headers, { "Content-Type": "application/json", "X-CSRFToken": token });
  }
  try {
    const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE) });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return {
      status: answer.redirected ? 401 : answer.status,
      told: isJson ? await answer.json() : null,
      pause: 1000 * (Number(answer.headers.get("Retry-After")) || 0),
    };
  } catch {
    throw new NoConnection();
  }
}

// What is kept, one entry for each answer, so that two windows do not write over one another.
// Where the browser keeps nothing, it is kept as long as the page is open.
class Drawer {
  constructor(person) {
    this.prefix = `${PREFIX}${person}.`;
    this.memory = new Map();
    try {
      localStorage.setItem(`${PREFIX}probe`, "1");
      localStorage.removeItem(`${PREFIX}probe`);
      this.store = localStorage;
    } catch {
      this.store = null;
    }
  }

  all() {
    const entries = [...this.memory.values()];
    for (let place = 0; this.store && place < this.store.length; place += 1) {
      const name = this.store.key(place);
      if (!name.startsWith(this.prefix)) continue;
      try {
        entries.push(JSON.parse(this.store.getItem(name)));
      } catch {
        // not written by us
      }
    }
    return entries.sort((one, other) => one.order - other.order);
  }

  put(entry) {
    try {
      this.store.setItem(this.prefix + entry.key, JSON.stringify(entry));
    } catch {
      this.memory.set(entry.key, entry);
    }
  }

  drop(key) {
    this.store?.removeItem(this.prefix + key);
    this.memory.delete(key);
  }
}

export class AnswerQueue {
  // on: saved(entry, told), refused(entry, sentence), changed()
  constructor({ person, address, token, on }) {
    Object.assign(this, { person, address, token, on });
    this.drawer = new Drawer(person);
    this.away = false; // the server could not be reached at the last try
    this.halted = ""; // why nothing is sent any more until the page is loaded again
    this.failures = 0;
    this.sending = null;
    this.inFlight = "";
    addEventListener("online", () => this.flush());
  }

  get entries() { return this.drawer.all(); }
  get size() { return this.entries.length; }
  get stuck() { return this.entries.filter((entry) => entry.tries >= MOST_TRIES).length; }
  has(key) { return this.entries.some((entry) => entry.key === key); }

  add({ key, label = "", skip = "", seconds }) {
    const last = this.entries.at(-1)?.order ?? 0;
    this.drawer.put({ key, label, skip, seconds, order: Math.max(Date.now(), last + 1), tries: 0 });
    this.flush();
  }

  // The newest answer, back out of the queue, unless it is on its way already.
  takeBack() {
    const newest = this.entries.at(-1);
    if (!newest || newest.key === this.inFlight) return null;
    this.drawer.drop(newest.key);
    this.on.changed();
    return newest;
  }

  tryAgain() {
    for (const entry of this.entries) this.drawer.put({ ...entry, tries: 0 });
    this.flush();
  }

  flush() {
    clearTimeout(this.timer);
    this.sending ||= this.alone(() => this.sendAll()).finally(() => {
      this.sending = null;
      this.on.changed();
    });
    this.on.changed();
    return this.sending;
  }

  // One window at a time, where the browser can say so; sending twice would do no harm.
  alone(work) {
    return navigator.locks ? navigator.locks.request(PREFIX + this.person, work) : work();
  }

  async sendAll() {
    let going = !this.halted;
    while (going) {
      const entry = this.entries.find((one) => one.tries < MOST_TRIES);
      going = Boolean(entry) && (await this.send(entry));
    }
  }

  // Whether to go on with the next one.
  async send(entry) {
    const { key, label, skip, seconds } = entry;
    this.inFlight = key;
    let answer;
    try {
      answer = await ask(this.address, { token: this.token, body: { key, label, skip, seconds } });
    } catch {
      this.away = true;
      return this.later(WAITS[Math.min(this.failures++, WAITS.length - 1)]);
    } finally {
      this.inFlight = "";
    }
    this.away = false;
    this.failures = 0;
    return this.take(entry, answer);
  }

  take(entry, { status, told, pause }) {
    if (status === 200 && told) {
      this.drawer.drop(entry.key);
      this.on.saved(entry, told);
      return true;
    }
    if (status === 401 || status === 403) { // this browser is somebody else by now, or nobody
      this.halted = told?.sentence || "This page is too old.";
      return false;
    }
    if (status === 429 || status >= 500 || !told) {
      this.drawer.put({ ...entry, tries: entry.tries + 1 });
      return this.later(pause || WAITS[Math.min(entry.tries, WAITS.length - 1)]);
    }
    this.drawer.drop(entry.key);
    this.on.refused(entry, told.sentence);
    return true;
  }

  later(wait) {
    this.timer = setTimeout(() => this.flush(), wait);
    return false;
  }
}
