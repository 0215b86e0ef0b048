// The list of messages: rows that the server rendered, in order, without repeats.
import { $, boot, make, number, said, session } from "./dom.js";
import { clockTime, dayName, dayOf, fullTimes, since } from "./time.js";

const GROUP_MS = 5 * 60 * 1000;
const list = $("chat-log");
const hidden = new Set(session.get("hidden"));
let only = "";

/** All messages, oldest first; rows that still wait to be stored are not among them. */
export const rows = () => [...list.querySelectorAll("[data-id]")];

export const find = (id) => $(`m${id}`);

export const body = (row) => row.querySelector(".m-b");

const firstWaiting = () => list.querySelector(".wait");

/** Put messages, oldest first, before a node of the list; in place of rows that waited for them. */
export function insert(messages, before = firstWaiting()) {
  const made = messages.filter(({ msgid }) => !find(msgid)).map(({ html, k }) => {
    const row = make("template", { innerHTML: html.trim() }).content.firstChild;
    if (k && row.dataset.from === boot.me) list.querySelector(`[data-wait="${k}"]`)?.remove();
    list.insertBefore(row, before?.isConnected ? before : firstWaiting());
    return row;
  });
  place(made);
  return made;
}

export const wait = (row) => list.append(row);

/** Say that so many messages are missing before a node. */
export function gap(count, before = firstWaiting()) {
  const row = said("gap");
  list.insertBefore(row, before);
  recount(row, count);
}

export function recount(row, count) {
  row.dataset.count = Math.max(1, count);
  row.firstChild.textContent = number(Math.max(1, count));
}

export function remove(gone) {
  for (const row of gone) {
    if (row?.contains(document.activeElement)) (next(row) ?? previous(row))?.firstChild.focus();
    row?.remove();
  }
  arrange();
}

export const clear = (...left) => list.replaceChildren(...left);

/** Draw the line before the first message that is new; without one, take it away. */
export function divide(row) {
  $("chat-new")?.remove();
  row?.before(said("new", since(row.dataset.time)));
  arrange();
}

/** Show messages of one poster only, or of all. */
export function filter(poster) {
  only = poster;
  $("chat-filter").firstElementChild.textContent = poster;
  redraw();
}

/** Hide a message in this tab, or show all again. */
export function hide(id) {
  if (id) hidden.add(id);
  else hidden.clear();
  session.set("hidden", [...hidden]);
  redraw();
}

export function redraw() {
  rows().forEach(dress);
  $("chat-hidden").firstElementChild.textContent = hidden.size || "";
}

function place(added) {
  for (const row of added) {
    dress(row);
    for (const image of row.querySelectorAll("img")) {
      image.decode().then(() => image.classList.add("loaded"), () => image.remove());
    }
  }
  arrange();
}

function dress(row) {
  const { from, id, time } = row.dataset;
  const isMine = from === boot.me;
  row.classList.toggle("me", isMine);
  row.classList.toggle("hit", !isMine && row.querySelector(`[data-at="${CSS.escape(boot.me)}"]`) !== null);
  row.hidden = hidden.has(id) || (only && from !== only);
  const clock = row.querySelector("time");
  clock.textContent = clockTime(time);
  clock.title = fullTimes(row.dataset);
}

/** Give each day its line, and let messages of one sender hang together. */
function arrange() {
  for (const line of list.querySelectorAll(".day")) line.remove();
  let last;
  for (const row of rows()) {
    const { time, from } = row.dataset;
    if (!last || dayOf(last.dataset.time) !== dayOf(time)) {
      const line = make("li", { className: "day" }, make("h2", { textContent: dayName(time) }));
      list.insertBefore(line, row.previousSibling?.id === "chat-new" ? row.previousSibling : row);
    }
    const hangs = row.previousSibling === last && last.dataset.from === from;
    row.classList.toggle("c", hangs && Date.parse(time) - Date.parse(last.dataset.time) <= GROUP_MS);
    last = row;
  }
  if (!next($("chat-new"))) $("chat-new")?.remove();
}

function beside(row, way) {
  do row = row?.[way]; while (row && !row.dataset.id);
  return row;
}

export const previous = (row) => beside(row, "previousElementSibling");

export const next = (row) => beside(row, "nextElementSibling");

list.replaceChildren(...list.children);
place(rows());
