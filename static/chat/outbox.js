// The outbox: messages leave one at a time, in order, and none is lost or sent twice.
import { clockTime, localNow } from "./time.js";

const RETRY_SECONDS = [1, 3, 8, 20, 60];
const TIMEOUT_MS = 20000;
const SHOWN_PROGRESS = 64 * 1024;

export class Outbox {
  #queue = [];
  #busy = false;
  #timer = 0;
  #me;
  #template;
  #log;
  #edit;
  #doubt;

  /** `edit(text)` puts a text back into the field; `doubt()` has the connection checked. */
  constructor({ me, template, log, edit, doubt }) {
    this.#me = me;
    this.#template = template;
    this.#log = log;
    this.#edit = edit;
    this.#doubt = doubt;
    window.addEventListener("online", () => this.flush());
  }

  get size() { return this.#queue.length; }

  get hasFiles() { return this.#queue.some((item) => item.file); }

  /** Take a message; the row that waits for it is shown at once. */
  add(text, file = null) {
    const item = { key: newKey(), text, file, local: localNow(), tries: 0, state: "queued" };
    item.row = this.#makeRow(item);
    this.#log.wait(item.row);
    this.#queue.push(item);
    this.flush();
  }

  /** Send what can be sent, now. */
  flush() {
    clearTimeout(this.#timer);
    if (!this.#busy) this.#next();
  }

  /** The poll has brought a message with a key: it was stored, whatever the answer says. */
  arrived(key) {
    this.#queue = this.#queue.filter((item) => item.key !== key);
  }

  async #next() {
    const item = this.#queue.find((other) => other.state !== "failed");
    if (!item) return;
    this.#busy = true;
    this.#tell(item, item.file ? "Sending…" : "");
    const answer = await post(item, (part) => this.#progress(item, part));
    this.#busy = false;
    if (!this.#queue.includes(item)) this.#next();
    else if (answer.stored) this.#stored(item);
    else if (answer.refused) this.#failed(item, answer.refused);
    else this.#later(item, answer.words);
  }

  #stored(item) {
    this.arrived(item.key);
    item.row.classList.add("sent");
    this.#tell(item, "");
    this.#next();
  }

  #later(item, words) {
    const seconds = RETRY_SECONDS[Math.min(item.tries, RETRY_SECONDS.length - 1)];
    item.tries += 1;
    this.#tell(item, words);
    this.#doubt();
    this.#timer = setTimeout(() => this.flush(), seconds * 1000);
  }

  #failed(item, reason) {
    item.state = "failed";
    item.row.classList.add("fail");
    this.#tell(item, `Not sent: ${reason} `, [
      ["Try again", () => this.#retry(item)],
      ["Edit", () => this.#discard(item, true)],
      ["Discard", () => this.#discard(item, false)],
    ]);
    this.#next();
  }

  #retry(item) {
    item.state = "queued";
    item.row.classList.remove("fail");
    this.#tell(item, "");
    this.flush();
  }

  #discard(item, edit) {
    this.arrived(item.key);
    item.abort?.();
    item.row.remove();
    if (edit) this.#edit(item.text);
  }

  #makeRow(item) {
    const row = this.#template.content.firstElementChild.cloneNode(true);
    row.dataset.wait = item.key;
    row.querySelector(".av").textContent = this.#me.slice(0, 2);
    row.querySelector(".m-from").textContent = this.#me;
    row.querySelector("time").textContent = clockTime(new Date().toISOString());
    row.querySelector(".m-b").textContent = item.text;
    if (item.file) {
      row.querySelector(".m-f").hidden = false;
      row.querySelector(".m-f").textContent = item.file.name;
    }
    return row;
  }

  #progress(item, part) {
    if (item.file.size < SHOWN_PROGRESS) return;
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: part });
    bar.setAttribute("aria-label", `Sending ${item.file.name}`);
    this.#tell(item, bar, [["Cancel", () => this.#discard(item, true)]]);
  }

  #tell(item, words, actions = []) {
    const line = item.row.querySelector(".m-s");
    const buttons = actions.map(([label, act]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      button.addEventListener("click", act);
      return button;
    });
    line.replaceChildren(words, ...buttons);
    line.hidden = !words && !buttons.length;
  }
}

/** Post a message. Answers with `stored`, with why it is `refused`, or with `words`. */
function post(item, progress) {
  const form = new FormData();
  form.set("k", item.key);
  form.set("msg", item.text);
  form.set("lmtime", item.local);
  if (item.file) form.set("file", item.file, item.file.name);
  const request = new XMLHttpRequest();
  item.abort = () => request.abort();
  return new Promise((resolve) => {
    request.open("POST", "chat-send");
    request.timeout = item.file ? 0 : TIMEOUT_MS;
    request.upload.onprogress = (event) => item.file && progress(event.loaded / event.total);
    request.onload = () => resolve(judge(request, item));
    request.onerror = request.ontimeout = request.onabort = () => resolve({ words: "Waiting for connection" });
    request.send(form);
  });
}

function judge(request, item) {
  const answer = parse(request.responseText);
  if (request.status === 200 && answer?.msgid) return { stored: answer.msgid };
  if (answer?.code === "login") return { words: "Waiting for you to sign in" };
  if (request.status === 429 || request.status >= 500) {
    return { words: `The server had a problem (${request.status}). Trying again.` };
  }
  if (request.status === 413 && !answer) {
    const what = item.file?.name ?? "the message";
    return { refused: `the server refused ${what} because of its size. A proxy may have a lower limit.` };
  }
  return { refused: answer ? plain(answer.xmsg ?? answer.error ?? "") : `the server said ${request.status}.` };
}

function parse(text) {
  try { return JSON.parse(text); } catch { return null; }
}

const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
