// The outbox: messages leave one at a time, in order, and none is lost or sent twice.
import { $, boot, on, parse, said } from "./page.js";
import { browser, isHeld, tabId } from "./browser.js";
import * as feed from "./feed.js";
import { body, find } from "./log.js";
import { clockTime, local } from "./time.js";

let isBusy, timer;

/** Everything that waits, with what is kept of it. */
export let queue = [];

/** Take over what tabs that have gone did not send. */
export async function adopt() {
  for (const item of browser.all("q:").sort((a, b) => a.at - b.at)) {
    const isAlive = await isHeld(`tab:${item.tab}`);
    const isKnown = queue.some(({ k }) => k === item.k) || !browser.get(`q:${item.k}`);
    if (!isAlive && !isKnown) take(item);
  }
  flush();
}

/** Take a message; the row that waits for it is shown at once. */
export function add(msg, file) {
  const k = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
  const item = { k, msg, lmtime: local(), at: Date.now() + queue.length / 100, tab: tabId };
  if (!file) browser.set(`q:${k}`, item);
  take({ ...item, file });
  flush();
}

function take(item) {
  const row = said("waiting", boot.me, clockTime(Date.now()), item.file?.name);
  row.dataset.wait = item.k;
  body(row).textContent = item.msg;
  $("log").append(row);
  queue.push({ ...item, row, tries: 0 });
  count();
}

const count = () => { $("queue").textContent = queue.length ? ` · ${queue.length} waiting` : ""; };

/** Send what can be sent, now. */
export function flush() {
  clearTimeout(timer);
  if (!isBusy) next();
}

/** The message with a key is stored, or given up. */
export function drop(key) {
  browser.set(`q:${key}`);
  queue = queue.filter(({ k }) => k !== key);
  count();
}

async function next() {
  const item = queue.find(({ row }) => !row.matches(".fail"));
  if (!item) return;
  isBusy = true;
  say(item, item.tries ? "Sending…" : "");
  const { msgid, refused, ...answer } = await post(item);
  isBusy = false;
  if (msgid) stored(item, msgid);
  else if (refused) refuse(item, refused);
  else if (queue.includes(item)) return later(item, answer);
  next();
}

/** If no answer brings it soon, the connection is half dead. */
function stored({ k, row }, msgid) {
  drop(k);
  if (find(msgid)) row.remove(); // another try, or another tab, was quicker
  setTimeout(() => row.isConnected && feed.now(), 5000);
}

function later(item, { words, code, seconds = [1, 3, 8, 20][item.tries] ?? 60 }) {
  say(item, words);
  feed.now(); // which also brings a new form token
  timer = setTimeout(flush, 1000 * seconds);
  item.tries += 1;
  if (code === "csrf" && item.tries > 2) refuse(item, said("distrust"));
}

function refuse(item, reason) {
  item.row.classList.add("fail");
  say(item, "Not sent: ", reason, " ");
}

export function again(row) {
  row.classList.remove("fail");
  flush();
}

export function discard(row) {
  const item = queue.find((other) => other.row === row);
  drop(item.k);
  item.request?.abort();
  row.remove();
  return item;
}

const say = ({ row }, ...words) => row.querySelector(".m-s span").replaceChildren(...words);

/** Post a message; resolves to its number, why it is refused, or the words while it has to wait. */
function post(item) {
  const { k, msg, lmtime, file, row } = item;
  const fields = { k, msg, lmtime, csrf: boot.csrf, me: boot.me, ...(file && { file }) };
  const form = new FormData();
  for (const name in fields) form.set(name, fields[name]);
  const request = (item.request = new XMLHttpRequest());
  const progress = row.querySelector("progress");
  request.open("POST", `${boot.to}send`);
  request.responseType = "json";
  request.timeout = file ? 0 : 20000;
  request.upload.onprogress = ({ loaded, total }) => { if (file) progress.value = loaded / total; };
  return new Promise((resolve) => {
    request.onloadend = () => {
      resolve(judge(request, file?.name, progress.value));
      progress.removeAttribute("value");
    };
    request.send(form);
  });
}

function judge(request, name, part) {
  const { status, response } = request;
  const { msgid, xmsg, error, code = status } = response ?? {};
  if (msgid) return { msgid };
  if (!status && part > 0 && part < 1 && navigator.onLine) return { refused: said("stopped", name, Math.round(part * 100)) };
  const seconds = request.getResponseHeader("Retry-After") ?? 10;
  if (status === 429) return { words: said("wait-429", seconds), seconds };
  const reason = status < 500 ? code : 500;
  if (["login", "csrf", 0, 500].includes(reason)) return { words: said(`wait-${reason}`, status), code };
  if (status === 413 && !response) return { refused: said("refused", name ?? "the message") };
  return { refused: response ? parse(xmsg ?? error ?? "").textContent : `The server said ${status}.` };
}

on(window, "online", flush);
