// The list by keyboard and by pointer: one tab stop, arrows, and the actions of a message.
import { $, on } from "./page.js";
import { rows } from "./log.js";

const list = $("log");
const bar = $("acts"); // in a message, or in none
let current;

/** The newest message is the tab stop, unless another one was visited. */
export function refresh() {
  if (!current?.isConnected) stop(rows().at(-1));
}

export const newest = () => go(rows().at(-1));

/** `act(name, row, button)` does what is asked for; `leave(character)` goes back to the field. */
export function start(act, leave) {
  on(list, "focusin", ({ target }) => {
    const row = target.closest("[data-id]");
    show(row);
    if (row) stop(row);
  });
  on(list, "pointerover", ({ target }) => {
    if (!bar.contains(document.activeElement)) show(target.closest("[data-id]"));
  });
  on(list, "keydown", (event) => down(event, act, leave));
  refresh();
}

/** The actions float over the message that is pointed at or has the focus. */
function show(row) {
  if (row && !row.contains(bar)) row.firstChild.append(bar);
}

function stop(row) {
  for (const [which, tabIndex] of [[current, -1], [row, 0]]) {
    which?.querySelectorAll("article, a, button").forEach((node) => { node.tabIndex = tabIndex; });
  }
  current = row;
}

function go(row) {
  row?.firstChild.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function down(event, act, leave) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("[popover]")) return;
  const row = target.closest("[data-id]");
  const all = rows().filter(({ hidden }) => !hidden);
  const at = all.indexOf(row);
  const to = { ArrowUp: at - 1, k: at - 1, ArrowDown: at + 1, j: at + 1, Home: 0, End: all.length - 1 }[key];
  const name = {
    r: "reply", c: "link", f: "mono", Delete: "erase", Enter: "menu", ContextMenu: "menu", F10: event.shiftKey && "menu",
  }[key];
  if (to < 0) act("history.older");
  else if (to >= 0) go(all[to]);
  else if (name) {
    if (!row || (key === "Enter" && target.tagName !== "ARTICLE")) return;
    act(name, row, $("more"));
  } else if (key === "Escape") leave("");
  else if (key.length === 1 && key !== " ") leave(key);
  else return;
  event.preventDefault();
}
