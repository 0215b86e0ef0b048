// Messages that are not on the page: older ones, those of a gap, and those that one searches for.
import { $, ask, fail, number, on, said } from "../page.js";
import * as log from "../log.js";
import * as scroll from "../scroll.js";
import { clockTime, dayName } from "../time.js";
import { isRead, renew } from "../unread.js";

const PIECE = 50;
const button = $("older");
const { dataset, firstElementChild } = $("top");
const list = $("log");
const panel = $("side");
const field = $("find");
const results = $("found");
const isNarrow = () => matchMedia("(max-width: 899px)").matches;
let timer;
let asked = 0;

/** Load a piece before the first message; tells whether there are more. */
export async function older(n = PIECE) {
  const [first] = log.rows();
  if (button.hidden || button.disabled || !first) return false;
  button.disabled = list.ariaBusy = true;
  const { msgs } = (await ask(`before=${first.dataset.id}&n=${n}`).catch(fail)) ?? {};
  if (msgs) {
    scroll.keep(() => {
      log.insert(msgs.reverse(), list.firstChild);
      cut(false);
    });
    button.hidden = msgs.length < n;
    if (button.hidden) firstElementChild.textContent = dataset.beginning;
  }
  button.disabled = list.ariaBusy = false;
  return msgs && !button.hidden;
}

/** Keep the list short where it is not looked at. */
export const trim = () => scroll.keep(() => cut(scroll.isPinned));

function cut(isAtEnd) {
  const all = log.rows();
  const surplus = all.length - 600;
  if (surplus <= 0) return;
  const far = isAtEnd ? all.slice(0, surplus) : all.slice(-PIECE - surplus, -PIECE);
  const after = far.at(-1).nextSibling;
  if (isAtEnd) button.hidden = false;
  else if (after.className === "gap") log.recount(after, surplus + Number(after.dataset.count));
  else log.gap(surplus, after);
  log.remove(far);
}

/** Load all up to what was read. */
export async function back() {
  while (!isRead(log.rows()[0]) && (await older(4 * PIECE)));
  renew();
}

/** Load what is missing, from where one reads on. */
export async function gap(row, opener) {
  const after = log.next(row);
  opener.disabled = true;
  const { msgs = [] } = (await ask(`around=${log.previous(row).dataset.id}&n=${PIECE}`).catch(fail)) ?? {};
  scroll.keep(() => {
    const loaded = log.insert(msgs, row).length;
    const isDone = loaded < PIECE || (after && msgs.at(-1).msgid >= after.dataset.id);
    if (msgs.length && isDone) row.remove();
    else log.recount(row, row.dataset.count - loaded);
  });
  opener.disabled = false;
}

export function search() {
  if (panel.open) panel.close();
  else panel[isNarrow() ? "showModal" : "show"]();
  field.select();
}

/** Show what is found; of several answers that overlap, only the last one asked for. */
async function find(before = 0) {
  const own = (asked += 1);
  const query = encodeURIComponent(field.value.trim());
  if (!before) results.replaceChildren();
  if (!query) return say("");
  try {
    const { msgs, total } = await ask(`q=${query}&before=${before}`, "query");
    if (own !== asked) return;
    results.append(...msgs.reverse().map(item));
    const count = results.childElementCount;
    say(`${number(count)} of ${number(total)}`, msgs.length && count < total);
  } catch (error) {
    say(error.refused ? error.message : "No connection.");
  }
}

function say(text, hasMore) {
  $("count").textContent = text;
  $("next").hidden = !hasMore;
}

function item({ msgid, xfrom, mtime, snippet }) {
  const found = said("found", xfrom, `${clockTime(mtime)}, ${dayName(mtime)}`);
  const { firstChild } = found;
  firstChild.href = `${location.pathname}?m=${msgid}`;
  firstChild.lastChild.innerHTML = snippet;
  return found;
}

on(field, "input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, 250);
});
on(panel, "keydown", ({ key }) => key === "Escape" && panel.close());
on($("next"), "click", () => find(results.lastChild.firstChild.search.slice(3)));
on(results, "click", () => isNarrow() && panel.close());
