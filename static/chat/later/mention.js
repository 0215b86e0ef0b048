// Completion of @login in the field.
import { $, boot, make, on } from "../dom.js";
import { beforeCaret, field, insert } from "../composer.js";

const MOST = 6;
const list = $("chat-users");
let from = 0;

export function mention() {
  const before = beforeCaret();
  const [, typed] = before.match(/(?:^|\s)@(\S*)$/) ?? [];
  const fits = boot.users.filter((login) => login.toLowerCase().startsWith(typed?.toLowerCase() ?? " ") && login !== typed);
  from = before.length - (typed?.length ?? 0);
  list.replaceChildren(...fits.slice(0, MOST).map((textContent, index) => (
    make("li", { role: "option", id: `chat-u${index}`, textContent })
  )));
  mark(list.firstChild);
}

function mark(item) {
  for (const other of list.children) other.ariaSelected = other === item;
  if (item) field.setAttribute("aria-activedescendant", item.id);
  else field.removeAttribute("aria-activedescendant");
}

function take(item) {
  insert(`${item.textContent} `, from, field.selectionStart);
  close();
}

function close() {
  list.replaceChildren();
  mark();
}

on(field, "input", mention);
on(field, "blur", close);
on(list, "pointerdown", (event) => {
  event.preventDefault();
  if (event.target !== list) take(event.target);
});
field.addEventListener("keydown", (event) => {
  if (!list.firstChild || event.isComposing) return;
  const all = [...list.children];
  const at = all.findIndex(({ ariaSelected }) => ariaSelected === "true");
  const { key } = event;
  if (key === "ArrowDown") mark(all[(at + 1) % all.length]);
  else if (key === "ArrowUp") mark(all.at(at - 1));
  else if (key === "Enter" || key === "Tab") take(all[at]);
  else if (key === "Escape") close();
  else return;
  event.preventDefault();
}, true);
