// What was not read yet: the line before it, the number in the title, the way to it.
import { $, ask, boot, browser, number, on } from "./dom.js";
import * as feed from "./feed.js";
import * as log from "./log.js";
import { option } from "./options.js";
import * as scroll from "./scroll.js";
import { hear, hold, tell } from "./tabs.js";

const READ_MS = 1000;
const TELL_MS = 30000;
const jump = $("chat-jump");
const icon = document.querySelector("link[rel=icon]");
const { title } = document;
const icons = [icon.href, new URL("new.svg", import.meta.url).href];
const unread = new Map();
let read = Math.max(boot.read ?? 0, browser.get("read") ?? 0);
let told = boot.read ?? 0;
export let isMore = false;
let timer, telling, release;
let onRead = () => {};

export const isLooking = () => !document.hidden && document.hasFocus();

/** Find what is new among the first messages, and begin there; `act` hears of what was read. */
export function start(act) {
  onRead = act;
  const rows = log.rows();
  isMore = Boolean(read && rows[0]?.dataset.id > read && !$("chat-older").hidden && !boot.at);
  if (!read) see(boot.last);
  for (const row of rows) note(row);
  place();
  const line = $("chat-new");
  if (line && !isMore && !boot.at && option("open") === "unread") scroll.reveal(line);
  scroll.onMoved(look);
  on(window, "focus blur", back);
  on(document, "visibilitychange", back);
  back();
}

/** A message has come; tells whether it is one that the reader does not know. */
export function note(row) {
  const { id, from } = row.dataset;
  if (Number(id) <= read || from === boot.me) return false;
  unread.set(Number(id), row.classList.contains("hit"));
  show();
  return true;
}

export function forget(id) {
  if (unread.delete(Number(id))) show();
}

/** The table has begun anew. */
export function reset() {
  read = told = 0;
  browser.set("read", 0);
  unread.clear();
  show();
}

/** All is read up to a number, here or elsewhere. */
export function see(id, isNews = true) {
  if (!(id > read)) return;
  read = id;
  browser.set("read", read);
  for (const key of unread.keys()) if (key <= read) unread.delete(key);
  onRead(read);
  if (isNews) {
    tell("read", read);
    telling ??= setTimeout(report, told ? TELL_MS : 0);
  }
  show();
}

/** Other devices follow. */
function report() {
  telling = null;
  if (read <= told) return;
  told = read;
  ask(`name=${Math.max(read, boot.last)}&wait=0&seen=${read}`).catch(() => {});
}

/** Everything was seen: nothing is new any more. */
export function clear() {
  log.divide();
  isMore = false;
  see(Number(log.rows().at(-1)?.dataset.id ?? 0));
}

function place() {
  if ($("chat-new") || !unread.size) return;
  log.divide(log.rows().find(({ dataset }) => unread.has(Number(dataset.id))));
}

/** The reader comes back, or leaves. */
function back() {
  if (isLooking()) {
    release ??= hold("look");
    const old = $("chat-new");
    scroll.keep(place);
    if ($("chat-new") !== old && option("open") === "unread") scroll.reveal($("chat-new"));
    look();
  } else {
    release?.();
    release = null;
    if (!unread.size) scroll.keep(log.divide);
  }
}

/** A message is read when its end was on the screen for a second of looking at it. */
function look() {
  show();
  if (timer || !isLooking()) return;
  const id = Number(scroll.lastSeen()?.dataset.id);
  if (!(id > read)) return;
  timer = setTimeout(() => {
    timer = null;
    if (!isLooking()) return;
    see(Math.min(id, scroll.lastSeen()?.dataset.id ?? 0));
    look();
  }, READ_MS);
}

function show() {
  const count = unread.size;
  const isMe = [...unread.values()].includes(true);
  document.title = count ? `(${isMe ? "@" : count}) ${title}` : title;
  icon.href = icons[count ? 1 : 0];
  if (count) navigator.setAppBadge?.(count).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
  jump.hidden = scroll.isPinned && !isMore;
  const news = `↓ ${number(count)} new${isMe ? ", @you" : ""}`;
  jump.textContent = isMore ? `↑ More than ${number(count)} new` : count ? news : "↓ Latest";
}

/** What is missing up to what was read is shown now. */
export function renew() {
  isMore = false;
  for (const row of log.rows()) note(row);
  log.divide();
  place();
  if ($("chat-new")) scroll.show($("chat-new"));
}

export const isRead = (row) => Number(row.dataset.id) <= read;

hear({ read: (id) => see(id, false) });
