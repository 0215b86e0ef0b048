// The list of messages: rows that the server rendered, in order, without repeats.
import { $, boot, button, make, number, session } from "./dom.js";
import { option } from "./options.js";
import { clockTime, dayName, dayOf, fullTimes } from "./time.js";

const GROUP_MS = 5 * 60 * 1000;
const list = $("chat-log");
export const hidden = new Set(session.get("hidden"));
export let only = "";

/** All messages, oldest first; rows that still wait to be stored are not among them. */
export const rows = () => [...list.querySelectorAll("[data-id]")];

export const find = (id) => $(`m${id}`);

/** The row that waits for the message with a key. */
export const findWaiting = (key) => list.querySelector(`[data-wait="${key}"]`);

export const body = (row) => row.querySelector(".m-b");

export const isForMe = (row) => Boolean(row.querySelector(`[data-at="${CSS.escape(boot.me)}"]`));

const firstWaiting = () => list.querySelector(".wait");

/** Put messages, oldest first, before a node of the list; in place of rows that waited for them. */
export function insert(messages, before = firstWaiting()) {
  const known = messages.filter(({ msgid }) => !find(msgid));
  const made = known.map(({ html, k }) => {
    const template = make("template", { innerHTML: html.trim() });
    const row = template.content.firstChild;
    if (k && row.dataset.from === boot.me) findWaiting(k)?.remove();
    list.insertBefore(row, before?.isConnected ? before : firstWaiting());
    return row;
  });
  place(made);
  return made;
}

export const wait = (row) => list.append(row);

/** Say that so many messages are missing before a node. */
export function gap(count, before = firstWaiting()) {
  const row = make("li", { className: "gap" });
  list.insertBefore(row, before);
  return recount(row, count);
}

export function recount(row, count) {
  row.dataset.count = Math.max(1, count);
  const load = Object.assign(button("Load"), { className: "lk" });
  load.dataset.act = "gap";
  row.replaceChildren(`${number(Math.max(1, count))} messages not shown. `, load);
  return row;
}

export function remove(id) {
  const row = find(id);
  if (!row) return;
  const after = next(row);
  if (row.contains(document.activeElement)) (after ?? previous(row))?.firstChild.focus();
  row.remove();
  if (after) arrange(after);
  for (const line of list.querySelectorAll(".day, .new")) {
    if (!next(line) || line.nextSibling.className === "day") line.remove();
  }
}

export function clear(textContent) {
  list.replaceChildren(...(textContent ? [make("li", { className: "gap", textContent })] : []));
}

/** Draw the line before the first message that is new; without one, take it away. */
export function divide(row) {
  const old = $("chat-new");
  const after = old && next(old);
  old?.remove();
  if (after) arrange(after);
  if (!row) return;
  const textContent = `New since ${clockTime(row.dataset.time)}`;
  row.before(make("li", { id: "chat-new", className: "new" }, make("span", { textContent })));
  arrange(row);
}

/** Show messages of one poster only, or of all. */
export function filter(poster) {
  only = poster;
  $("chat-filter").hidden = !poster;
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
  $("chat-hidden").hidden = !hidden.size;
  $("chat-hidden").firstElementChild.textContent = hidden.size;
}

function place(added) {
  for (const row of added) {
    dress(row);
    arrange(row);
    for (const image of row.querySelectorAll("img")) {
      image.onerror = () => image.remove();
      image.onload = () => image.classList.add("loaded");
      if (image.complete && image.naturalWidth) image.onload();
    }
  }
  const after = added.length && next(added.at(-1));
  if (after) arrange(after);
}

function dress(row) {
  const { from, id, time } = row.dataset;
  row.classList.toggle("me", from === boot.me);
  row.classList.toggle("hit", from !== boot.me && isForMe(row));
  row.hidden = hidden.has(id) || Boolean(only && from !== only);
  const clock = row.querySelector("time");
  clock.textContent = clockTime(time);
  clock.title = fullTimes(row.dataset).join("\n");
  row.dataset.mono ??= /\n[ \t]+\S|^```/m.test(body(row).textContent) ? 1 : "";
  body(row).classList.toggle("mono", Boolean(row.dataset.mono || option("mono")));
}

/** Give a row its day line, and let those of one sender hang together. */
function arrange(row) {
  const before = previous(row);
  const sameDay = before && dayOf(before.dataset.time) === dayOf(row.dataset.time);
  const divider = row.previousSibling?.id === "chat-new" && row.previousSibling;
  const line = (divider || row).previousSibling;
  if (sameDay && line.className === "day") line.remove();
  if (!sameDay && line?.className !== "day") {
    const day = make("li", { className: "day" }, make("h2", { textContent: dayName(row.dataset.time) }));
    (divider || row).before(day);
  }
  const pause = before ? Date.parse(row.dataset.time) - Date.parse(before.dataset.time) : Infinity;
  const hangs = sameDay && before.dataset.from === row.dataset.from && pause <= GROUP_MS;
  row.classList.toggle("c", Boolean(hangs && row.previousSibling === before));
}

function beside(row, way) {
  let other = row[way];
  while (other && !other.dataset.id) other = other[way];
  return other;
}

export const previous = (row) => beside(row, "previousElementSibling");

export const next = (row) => beside(row, "nextElementSibling");

for (const node of [...list.childNodes]) if (!node.tagName) node.remove();
place(rows());
