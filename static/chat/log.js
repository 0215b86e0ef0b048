// The list of messages: rows that the server rendered, in order, without repeats.
import { clockTime, dayName, dayOf, fullTimes } from "./time.js";

const SAME_GROUP_MS = 5 * 60 * 1000;

export class Log {
  #list;
  #me;

  constructor(list, me) {
    this.#list = list;
    this.#me = me;
    for (const row of this.rows()) this.#dress(row);
    this.#arrange(this.rows());
  }

  /** All messages, oldest first; rows that still wait to be stored are not among them. */
  rows() { return [...this.#list.querySelectorAll("li[data-id]")]; }

  get first() { return this.#list.querySelector("li[data-id]"); }

  get isEmpty() { return !this.#list.querySelector("li.m"); }

  find(id) { return document.getElementById(`m${id}`); }

  /** The row that waits for the message with a key. */
  findWaiting(key) { return this.#list.querySelector(`li.wait[data-wait="${CSS.escape(key)}"]`); }

  /** Append the row of a message; in place of the row that waited for it, if any. */
  append(html, key) {
    const row = fromHtml(html);
    if (this.find(row.dataset.id)) return null;
    const waiting = key && row.dataset.from === this.#me ? this.findWaiting(key) : null;
    waiting?.remove();
    this.#list.insertBefore(row, this.#list.querySelector("li.wait"));
    this.#dress(row);
    this.#arrange([row, next(row)]);
    return row;
  }

  /** Put older messages, newest first, in front of the others. */
  prepend(htmls) {
    const anchor = this.#list.firstChild;
    const rows = htmls.map(fromHtml).filter((row) => !this.find(row.dataset.id)).reverse();
    for (const row of rows) {
      this.#list.insertBefore(row, anchor);
      this.#dress(row);
    }
    this.#arrange([...rows, rows.length ? next(rows.at(-1)) : null]);
    return rows;
  }

  /** Add a row for a message that is on its way. */
  wait(row) { this.#list.append(row); }

  remove(id) {
    const row = this.find(id);
    if (!row) return;
    const after = next(row);
    if (row.contains(document.activeElement)) (after ?? previous(row))?.firstElementChild.focus();
    row.remove();
    this.#arrange([after]);
    this.#dropEmptyDays();
  }

  clear() { this.#list.replaceChildren(); }

  #dress(row) {
    row.classList.toggle("me", row.dataset.from === this.#me);
    const time = row.querySelector("time");
    time.textContent = clockTime(row.dataset.time);
    time.title = fullTimes(row.dataset.time, row.dataset.local, row.dataset.from);
    const body = row.querySelector(".m-b");
    body.classList.toggle("mono", looksLikeCode(body.textContent));
    for (const image of row.querySelectorAll("img")) {
      image.addEventListener("load", () => image.classList.add("loaded"));
      if (image.complete && image.naturalWidth) image.classList.add("loaded");
    }
  }

  /** Give rows their day lines, and let those of one sender hang together. */
  #arrange(rows) {
    for (const row of rows) {
      if (!row?.dataset.id) continue;
      const before = previous(row);
      const day = dayOf(row.dataset.time);
      const sameDay = before !== null && dayOf(before.dataset.time) === day;
      const line = row.previousElementSibling;
      if (sameDay && line?.classList.contains("day")) line.remove();
      if (!sameDay && !line?.classList.contains("day")) row.before(dayLine(row.dataset.time));
      const gap = before ? Date.parse(row.dataset.time) - Date.parse(before.dataset.time) : Infinity;
      const hangs = sameDay && before.dataset.from === row.dataset.from && gap <= SAME_GROUP_MS;
      row.classList.toggle("c", hangs && row.previousElementSibling === before);
    }
  }

  #dropEmptyDays() {
    for (const line of this.#list.querySelectorAll("li.day")) {
      if (!line.nextElementSibling?.dataset.id) line.remove();
    }
  }
}

function fromHtml(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function previous(row) {
  let other = row.previousElementSibling;
  while (other && !other.dataset.id) other = other.previousElementSibling;
  return other;
}

function next(row) {
  let other = row.nextElementSibling;
  while (other && !other.dataset.id) other = other.nextElementSibling;
  return other;
}

function dayLine(time) {
  const line = document.createElement("li");
  line.className = "day";
  line.append(Object.assign(document.createElement("h2"), { textContent: dayName(time) }));
  return line;
}

/** A text of several lines with an indented one among them is set in a fixed font. */
function looksLikeCode(text) { return /\n[ \t]+\S/.test(text) || /^```/m.test(text); }
