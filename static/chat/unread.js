// What was not read yet: the line before it, the number in the title, the way to it.
import { $, ask, boot, browser, number, on } from "./dom.js";
import * as log from "./log.js";
import { option } from "./options.js";
import * as scroll from "./scroll.js";
import { hear, hold, tell } from "./tabs.js";
import { since } from "./time.js";

const READ_MS = 1000;
const TELL_MS = 30000;
const jump = $("chat-jump");
const icon = document.querySelector("link[rel=icon]");
const { href } = icon;
const { title } = document;
const unread = new Map();
let told = boot.read;
let read = Math.max(told, browser.get("read"));
export let isMore = false;
let timer, telling, release, onRead;

const line = () => $("chat-new");

const idOf = (row) => Number(row?.dataset.id ?? 0);

export const isLooking = () => !document.hidden && document.hasFocus();

/** Find what is new among the first messages, and begin there; `act` hears of what was read. */
export function start(act) {
  onRead = act;
  const rows = log.rows();
  isMore = read && idOf(rows[0]) > read && !$("chat-older").hidden && !boot.at;
  if (!read) see(boot.last);
  rows.forEach(note);
  place();
  if (!isMore && !boot.at) reveal();
  on(window, "focus blur", back);
  on(document, "visibilitychange", back);
  back();
}

/** A message has come; tells whether it is one that the reader does not know. */
export function note(row) {
  if (idOf(row) <= read || row.matches(".me")) return false;
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
  see(idOf(log.rows().at(-1)));
}

function place() {
  if (!line() && unread.size) log.divide(log.rows().find((row) => unread.has(idOf(row))));
}

function reveal() {
  if (option("open") === "unread") scroll.reveal(line());
}

/** The reader comes back, or leaves. */
function back() {
  if (isLooking()) {
    release ??= hold("look");
    const old = line();
    scroll.keep(place);
    if (line() !== old) reveal();
    look();
  } else {
    release?.();
    release = null;
    if (!unread.size) scroll.keep(log.divide);
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
  }, READ_MS);
}

function show() {
  const count = unread.size;
  const isMe = [...unread.values()].includes(true);
  document.title = count ? `(${isMe ? "@" : count}) ${title}` : title;
  icon.href = count ? new URL("new.svg", import.meta.url) : href;
  navigator.setAppBadge?.(count).catch(() => {});
  jump.hidden = scroll.isPinned && !isMore;
  const missed = boot.since ? `${number(boot.missed)} new since ${since(boot.since)}` : `More than ${number(count)} new`;
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
