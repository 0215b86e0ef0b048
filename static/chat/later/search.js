// The search panel.
import { $, ask, make, number, on } from "../dom.js";
import { focus } from "../composer.js";
import { clockTime, dayName } from "../time.js";

const DELAY_MS = 250;
const panel = $("chat-side");
const field = $("chat-find");
const list = $("chat-found");
const isNarrow = () => matchMedia("(max-width: 899px)").matches;
let timer;
let asked = 0;

export function search() {
  if (panel.open) panel.close();
  else if (isNarrow()) panel.showModal();
  else panel.show();
  field.select();
}

/** Show what is found; of several answers that overlap, only the last one asked for. */
async function find(before = 0) {
  const own = (asked += 1);
  const query = encodeURIComponent(field.value.trim());
  if (!before) list.replaceChildren();
  if (!query) return say("");
  try {
    const { msgs, total } = await ask(`q=${query}&before=${before}`, "query");
    if (own !== asked) return undefined;
    list.append(...msgs.reverse().map(item));
    const count = list.childElementCount;
    return say(`${number(count)} of ${number(total)}`, msgs.length && count < total);
  } catch (error) {
    return say(error.refused ? error.message : "No connection.");
  }
}

function say(text, hasMore) {
  $("chat-count").textContent = text;
  $("chat-next").hidden = !hasMore;
}

function item({ msgid, xfrom, mtime, snippet }) {
  const text = make("span", { innerHTML: snippet, dir: "auto" });
  const time = make("time", { textContent: `${clockTime(mtime)}, ${dayName(mtime)}` });
  return make("li", { id: `found${msgid}` }, make("a", { href: `${location.pathname}?m=${msgid}` }, make("b", { textContent: xfrom }), " ", time, text));
}

on(field, "input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, DELAY_MS);
});
on(panel, "close", focus);
on(panel, "keydown", ({ key }) => key === "Escape" && panel.close());
on($("chat-next"), "click", () => find(list.lastChild.id.slice(5)));
on(list, "click", () => isNarrow() && panel.close());
