// The list of messages: rows that the server rendered, in order, without repeats.
import { $, boot, number, parse, said } from "./page.js";
import { session } from "./browser.js";
import { clockTime, dayName, fullTimes, since } from "./time.js";

const list = $("log");
const hidden = new Set(session.get("hidden"));
let poster;

/** All messages, oldest first; rows that still wait to be stored are not among them. */
export const rows = () => [...list.querySelectorAll("[data-id]")];

export const find = (id) => document.getElementById(`m${id}`);

export const body = (row) => row.querySelector(".m-b");

export const line = () => $("new");

/** Put rows before a node of the list, or behind all but those that still wait. */
const put = (row, before) => list.insertBefore(row, before?.isConnected ? before : list.querySelector(".wait"));

/** Put messages, oldest first, in place of rows that waited for them. */
export function insert(messages, before) {
  return place(messages.filter(({ msgid, mdel }) => !mdel && !find(msgid)).map(({ html, k }) => {
    const row = parse(html).firstElementChild;
    list.querySelector(`[data-wait="${k}"]`)?.remove();
    return put(row, before);
  }));
}

/** Say that so many messages are missing before a node. */
export function gap(count, before) {
  if (rows()[0]) recount(put(said("gap"), before), count);
  else $("older").hidden = false;
}

export function recount(row, count) {
  row.dataset.count = Math.max(1, count);
  row.firstChild.textContent = number(Math.max(1, count));
}

export function remove(gone) {
  for (const row of gone) {
    leave(row);
    row?.remove();
  }
  arrange();
}

/** Before a row goes, its neighbour gets the focus. */
function leave(row) {
  if (row?.contains(document.activeElement)) (next(row) ?? previous(row))?.firstChild.focus();
}

export const clear = (...left) => list.replaceChildren(...left);

/** Draw the line before the first message that is new; without one, take it away. */
export function divide(row) {
  line()?.remove();
  row?.before(said("new", since(row.dataset.time)));
  arrange();
}

/** Show messages of one poster only; without one, of all. */
export function only(row) {
  poster = row?.dataset.from;
  $("filter").firstElementChild.textContent = poster;
  redraw();
}

/** Hide a message in this tab; without one, show all again. */
export function hide(row) {
  leave(row);
  if (row) hidden.add(row.dataset.id);
  else hidden.clear();
  session.set("hidden", [...hidden]);
  redraw();
}

export function redraw() {
  rows().forEach(dress);
  $("hidden").firstElementChild.textContent = hidden.size || "";
}

function place(added) {
  for (const row of added) {
    dress(row);
    for (const image of row.querySelectorAll("img")) {
      image.decode().then(() => image.classList.add("loaded"), () => image.remove());
    }
  }
  arrange();
  return added;
}

function dress(row) {
  const { from, id, time } = row.dataset;
  const isMine = from === boot.me;
  row.classList.toggle("me", isMine);
  row.classList.toggle("hit", !isMine && !!row.querySelector(`[data-at="${CSS.escape(boot.me)}"]`));
  row.hidden = hidden.has(id) || (poster && from !== poster);
  const clock = row.querySelector("time");
  clock.textContent = clockTime(time);
  clock.title = fullTimes(row.dataset);
}

/** Give each day its line, and let messages of one sender hang together. */
function arrange() {
  list.querySelectorAll(".day").forEach((old) => old.remove());
  let last, day;
  for (const row of rows()) {
    const { time, from } = row.dataset;
    const before = row.previousSibling;
    const name = dayName(time);
    if (name !== day) list.insertBefore(said("day", name), before?.id === "chat-new" ? before : row);
    day = name;
    const hangs = row.previousSibling === last && last.dataset.from === from;
    row.classList.toggle("c", hangs && Date.parse(time) - Date.parse(last.dataset.time) <= 5 * 60 * 1000);
    last = row;
  }
  if (line() && !next(line())) line().remove();
}

export const previous = (node) => rows().findLast((row) => node.compareDocumentPosition(row) & 2);

export const next = (node) => rows().find((row) => node.compareDocumentPosition(row) & 4);

list.replaceChildren(...list.children);
place(rows());
