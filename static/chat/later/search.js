// The search panel.
import { $, ask, make, number, on } from "../dom.js";
import { focus } from "../composer.js";
import { clockTime, dayName } from "../time.js";

const DELAY_MS = 250;
const panel = $("chat-side");
const field = $("chat-find");
const list = $("chat-found");
const more = $("chat-next");
let timer;
let asked = 0;

export function search() {
  if (panel.open) panel.close();
  else if (matchMedia("(max-width: 899px)").matches) panel.showModal();
  else panel.show();
  field.select();
}

/** Show what is found; of several answers that overlap, only the last one asked for. */
async function find(before = 0) {
  const own = (asked += 1);
  const query = field.value.trim();
  if (!before) list.replaceChildren();
  if (!query) return say("", true);
  try {
    const { msgs, total } = await ask(`q=${encodeURIComponent(query)}&before=${before}`, "query");
    if (own !== asked) return undefined;
    list.append(...msgs.reverse().map(item));
    return say(`${number(list.childElementCount)} of ${number(total)}`, list.childElementCount >= total || !msgs.length);
  } catch (error) {
    return say(error.refused ? error.message : "No connection.", true);
  }
}

function say(text, isAll) {
  $("chat-count").textContent = text;
  more.hidden = isAll;
}

function item({ msgid, xfrom, mtime, snippet }) {
  const text = make("span", { innerHTML: snippet, dir: "auto" });
  const time = make("time", { textContent: `${clockTime(mtime)}, ${dayName(mtime)}` });
  const row = make("a", { href: `${location.pathname}?m=${msgid}` }, make("b", { textContent: xfrom }), " ", time, text);
  row.dataset.id = msgid;
  return make("li", {}, row);
}

on(field, "input", () => {
  clearTimeout(timer);
  timer = setTimeout(find, DELAY_MS);
});
on(panel, "close", () => {
  $("chat-search").ariaExpanded = "false";
  focus();
});
on(panel, "keydown", ({ key }) => key === "Escape" && panel.close());
more.onclick = () => find(list.lastChild.firstChild.dataset.id);
on(list, "click", () => matchMedia("(max-width: 899px)").matches && panel.close());
