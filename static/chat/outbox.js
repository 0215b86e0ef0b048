// The outbox: messages leave one at a time, in order, and none is lost or sent twice.
import { $, boot, browser, button, make, on } from "./dom.js";
import { find } from "./log.js";
import { post } from "./post.js";
import { isHeld, tabId } from "./tabs.js";
import { clockTime, localNow } from "./time.js";

const RETRY_SECONDS = [1, 3, 8, 20, 60];
const MOST = 20;
const DELIVERED_MS = 5000;
const SHOWN_PROGRESS = 64 * 1024;
let queue = [];
let isBusy = false;
let timer;
let page; // doubt(): is there a connection?  edit(item), wait(row), changed(number)

export async function start(callbacks) {
  page = callbacks;
  on(window, "online", flush);
  await adopt();
}

export const isFull = () => queue.length >= MOST;

export const hasFiles = () => queue.some(({ file }) => file);

/** Take over what tabs that have gone did not send. */
export async function adopt() {
  const items = browser.keys("q:").map(browser.get).filter(Boolean).sort((a, b) => a.at - b.at);
  for (const item of items) {
    const isOthers = item.tab !== tabId && (await isHeld(`tab:${item.tab}`));
    const isKnown = queue.some(({ key }) => key === item.key) || !browser.get(`q:${item.key}`);
    if (!isOthers && !isKnown) take({ ...item, tries: 0 });
  }
  flush();
}

/** Take a message; the row that waits for it is shown at once. */
export function add(text, file) {
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16)))).replace(/\W/g, "_");
  const item = { key, text, local: localNow(), at: Date.now() + queue.length / 100, tab: tabId };
  if (!file) browser.set(`q:${key}`, item);
  take({ ...item, file, tries: 0 });
  flush();
}

function take(item) {
  item.row = draw(item);
  page.wait(item.row);
  queue.push(item);
  page.changed(queue.length);
}

/** Send what can be sent, now. */
export function flush() {
  clearTimeout(timer);
  if (!isBusy) next();
}

/** The message with a key is stored, or given up. */
export function drop(key) {
  browser.set(`q:${key}`);
  queue = queue.filter((item) => item.key !== key);
  page.changed(queue.length);
}

async function next() {
  const item = queue.find(({ failed }) => !failed);
  if (!item) return;
  isBusy = true;
  say(item, item.tries ? "Sending…" : "");
  const answer = await post(item, (part) => progress(item, part), (abort) => { item.abort = abort; });
  isBusy = false;
  if (!queue.includes(item)) flush();
  else if (answer.stored) stored(item, answer.stored);
  else if (answer.refused) refused(item, answer.refused);
  else later(item, answer);
}

/** If no answer brings it soon, the connection is half dead. */
function stored(item, msgid) {
  drop(item.key);
  say(item, "");
  if (find(msgid)) item.row.remove(); // another try, or another tab, was quicker
  setTimeout(() => item.row.isConnected && page.doubt(), DELIVERED_MS);
  next();
}

function later(item, { words, seconds, code }) {
  say(item, words);
  page.doubt(); // which also brings a new form token
  timer = setTimeout(flush, 1000 * (seconds ?? RETRY_SECONDS[Math.min(item.tries, 4)]));
  item.tries += 1;
  if (code === "csrf" && item.tries > 2) refused(item, "The server does not trust this page. Reload it.");
}

function refused(item, reason) {
  item.failed = true;
  item.row.classList.add("fail");
  say(item, `Not sent: ${reason} `, ["Try again", () => {
    item.failed = false;
    item.row.classList.remove("fail");
    flush();
  }], ["Edit", () => { discard(item); page.edit(item); }], ["Discard", () => discard(item)]);
  next();
}

export function discard(item) {
  drop(item.key);
  item.abort?.();
  item.row.remove();
  isBusy = false;
  flush();
}

function draw({ key, text, file }) {
  const row = $("chat-waiting").content.firstElementChild.cloneNode(true);
  row.dataset.wait = key;
  row.querySelector("time").textContent = clockTime(Date.now());
  row.querySelector(".m-b").textContent = text;
  row.querySelector(".m-f").textContent = file?.name ?? "";
  return row;
}

function progress(item, value) {
  if (!(item.file?.size > SHOWN_PROGRESS)) return;
  const bar = make("progress", { value, ariaLabel: `Sending ${item.file.name}` });
  say(item, bar, ["Cancel", () => { discard(item); page.edit(item); }]);
}

/** Write a line, with buttons, under a message. */
export function say({ row }, words, ...actions) {
  let line = row.querySelector(".m-s");
  if (!line) row.firstChild.append((line = make("p", { className: "m-s" })));
  line.replaceChildren(words, ...actions.map(([label, act]) => button(label, act, { className: "lk" })));
  line.hidden = !words;
}

/** Everything that waits, with what is kept of it. */
export const waiting = () => queue;

export function moveTo(login) {
  for (const { key, text, local, at } of queue) {
    localStorage.setItem(`chat.${boot.repo}.${login}.q:${key}`, JSON.stringify({ key, text, local, at, tab: "-" }));
  }
}
