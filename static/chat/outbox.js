// The outbox: messages leave one at a time, in order, and none is lost or sent twice.
import { $, boot, browser, on, plain, said } from "./dom.js";
import * as feed from "./feed.js";
import { body, find, wait } from "./log.js";
import * as scroll from "./scroll.js";
import { isHeld, tabId } from "./tabs.js";
import { clockTime, local } from "./time.js";

const RETRY_SECONDS = [1, 3, 8, 20, 60];
const MOST = 20;
const TIMEOUT_MS = 20000;
const DELIVERED_MS = 5000;
let queue = [];
let isBusy = false;
let timer;

export const isFull = () => queue.length >= MOST;

export const hasFiles = () => queue.some(({ file }) => file);

/** Everything that waits, with what is kept of it. */
export const waiting = () => queue;

/** Take over what tabs that have gone did not send. */
export async function adopt() {
  const items = browser.keys("q:").map(browser.get).sort((a, b) => a.at - b.at);
  for (const item of items) {
    const isOthers = item.tab !== tabId && (await isHeld(`tab:${item.tab}`));
    const isKnown = queue.some(({ key }) => key === item.key) || !browser.get(`q:${item.key}`);
    if (!isOthers && !isKnown) take(item);
  }
  flush();
}

/** Take a message; the row that waits for it is shown at once. */
export function add(text, file) {
  const key = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  const item = { key, text, local: local(), at: Date.now() + queue.length / 100, tab: tabId };
  if (!file) browser.set(`q:${key}`, item);
  take({ ...item, file });
  flush();
}

function take(item) {
  const row = said("waiting", boot.me, clockTime(Date.now()), item.file?.name);
  row.dataset.wait = item.key;
  body(row).textContent = item.text;
  scroll.keep(() => wait(row));
  queue.push({ ...item, row, tries: 0 });
  count();
}

const count = () => { $("chat-queue").textContent = queue.length ? ` · ${queue.length} waiting` : ""; };

/** Send what can be sent, now. */
export function flush() {
  clearTimeout(timer);
  if (!isBusy) next();
}

/** The message with a key is stored, or given up. */
export function drop(key) {
  browser.set(`q:${key}`);
  queue = queue.filter((item) => item.key !== key);
  count();
}

async function next() {
  const item = queue.find(({ row }) => !row.matches(".fail"));
  if (!item) return;
  isBusy = true;
  say(item.row, item.tries ? "Sending…" : "");
  const { msgid, refused, ...answer } = await post(item);
  isBusy = false;
  if (!queue.includes(item)) flush();
  else if (msgid) stored(item, msgid);
  else if (refused) refuse(item, refused);
  else later(item, answer);
}

/** If no answer brings it soon, the connection is half dead. */
function stored({ key, row }, msgid) {
  drop(key);
  say(row);
  if (find(msgid)) row.remove(); // another try, or another tab, was quicker
  setTimeout(() => row.isConnected && feed.now(), DELIVERED_MS);
  next();
}

function later(item, { words, code, seconds = RETRY_SECONDS[Math.min(item.tries, 4)] }) {
  say(item.row, words);
  feed.now(); // which also brings a new form token
  timer = setTimeout(flush, 1000 * seconds);
  item.tries += 1;
  if (code === "csrf" && item.tries > 2) refuse(item, said("distrust"));
}

function refuse({ row }, reason) {
  row.classList.add("fail");
  say(row, "Not sent: ", reason, " ");
  next();
}

export function again(row) {
  row.classList.remove("fail");
  flush();
}

export function discard(row) {
  const item = queue.find((other) => other.row === row);
  drop(item.key);
  item.request?.abort();
  row.remove();
  return item;
}

const say = (row, ...words) => row.querySelector(".m-s span").replaceChildren(...words);

/** Post a message; resolves to its number, why it is refused, or the words while it has to wait. */
function post(item) {
  const { key, text, file, row } = item;
  const form = new FormData();
  const fields = { k: key, msg: text, lmtime: item.local, csrf: boot.csrf, me: boot.me };
  for (const name in fields) form.set(name, fields[name]);
  if (file) form.set("file", file);
  const request = (item.request = new XMLHttpRequest());
  let part = 0;
  request.open("POST", `${boot.to}send`);
  request.responseType = "json";
  request.timeout = file ? 0 : TIMEOUT_MS;
  request.upload.onprogress = ({ loaded, total }) => {
    part = loaded / total;
    if (file) row.querySelector("progress").value = part;
  };
  return new Promise((resolve) => {
    request.onloadend = () => {
      row.querySelector("progress").removeAttribute("value");
      resolve(judge(request, file?.name, part));
    };
    request.send(form);
  });
}

function judge(request, name, part) {
  const { status, response } = request;
  const { msgid, code = status, xmsg, error } = response ?? {};
  if (msgid) return { msgid };
  if (!status && part > 0 && part < 1 && name && navigator.onLine) return { refused: said("stopped", name, Math.round(part * 100)) };
  const seconds = Number(status === 429 && (request.getResponseHeader("Retry-After") ?? 10));
  if (seconds) return { words: said("wait-429", seconds), seconds };
  const isWaiting = ["login", "csrf", 0].includes(code);
  if (isWaiting || status >= 500) return { words: said(isWaiting ? `wait-${code}` : "wait-500", status), code };
  if (status === 413 && !response) return { refused: said("refused", name ?? "the message") };
  return { refused: response ? plain(xmsg ?? error ?? "") : `The server said ${status}.` };
}

on(window, "online", flush);
