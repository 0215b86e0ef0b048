// What was not read yet: the line before it, the number in the title, the way to it.
import { $, ask, boot, number, on } from "./page.js";
import { browser, hear, hold, option, tell } from "./browser.js";
import * as log from "./log.js";
import * as scroll from "./scroll.js";
import { since } from "./time.js";

const jump = $("jump");
const icon = document.querySelector("link[rel=icon]");
const { href } = icon;
const { title } = document;
const unread = new Map();
let told = boot.read;
let read = Math.max(told, browser.get("read"));
export let isMore = false;
let timer, telling, release, onRead;

const { line } = log;

const idOf = (row) => Number(row?.dataset.id ?? 0);

export const isLooking = () => !document.hidden && document.hasFocus();

/** Find what is new among the first messages, and begin there; `act` hears of what was read. */
export function start(act) {
  onRead = act;
  const rows = log.rows();
  isMore = read && idOf(rows[0]) > read && !$("older").hidden && !boot.at;
  if (!read) see(boot.last);
  rows.forEach(note);
  on(window, "focus blur visibilitychange", back);
  back();
}

/** A message has come; tells whether it is one that the reader does not know. */
export function note(row) {
  if (isRead(row) || row.matches(".me")) return false;
  unread.set(idOf(row), row.matches(".hit"));
  show();
  return true;
}

export function forget(id) {
  if (unread.delete(id)) show();
}

/** The table has begun anew. */
export function reset() {
  read = told = 0;
  browser.set("read");
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
  show();
  if (!isNews) return;
  tell("read", read);
  telling ??= setTimeout(report, told ? 30000 : 0);
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
  see(idOf(log.rows().at(-1)));
}

function place() {
  if (!line() && unread.size) log.divide(log.rows().find((row) => unread.has(idOf(row))));
}

/** The reader comes back, or leaves. */
function back() {
  if (isLooking()) {
    release ??= hold("look");
    const old = line();
    place();
    if (line() !== old && !isMore && !boot.at && option("open") === "unread") scroll.reveal(line());
    look();
  } else {
    release?.();
    release = null;
    if (!unread.size) log.divide();
  }
}

/** A message is read when its end was on the screen for a second of looking at it. */
export function look() {
  show();
  const id = idOf(scroll.lastSeen());
  if (timer || !isLooking() || id <= read) return;
  timer = setTimeout(() => {
    timer = null;
    if (!isLooking()) return;
    see(Math.min(id, idOf(scroll.lastSeen())));
    look();
  }, 1000);
}

function show() {
  const count = unread.size;
  const isMe = [...unread.values()].includes(true);
  document.title = count ? `(${isMe ? "@" : count}) ${title}` : title;
  icon.href = count ? new URL("new.svg", import.meta.url) : href;
  navigator.setAppBadge?.(count).catch(() => {});
  jump.hidden = scroll.isPinned && !isMore;
  const missed = boot.since ? `${number(boot.missed)} new since ${since(boot.since)}` : `${number(count)}+ new`;
  const news = count ? `${number(count)} new${isMe ? ", @you" : ""}` : "Latest";
  jump.textContent = isMore ? `↑ ${missed}` : `↓ ${news}`;
}

/** What is missing up to what was read is shown now. */
export function renew() {
  isMore = false;
  log.rows().forEach(note);
  log.divide();
  place();
  if (line()) scroll.show(line());
}

export const isRead = (row) => idOf(row) <= read;

hear({ read: (id) => see(id, false) });
