// What helps while one writes: files, which are checked before anything is sent, and the completion of @login.
import { $, banner, boot, on, said } from "../page.js";
import { beforeCaret, field, focus, insert, write } from "../composer.js";

const MB = 1024 * 1024;
const list = $("users");
let from;

export function add(given) {
  for (const file of given) {
    const { name, size } = file;
    if (!size) chip("empty", name);
    else if (size > boot.maxFile) chip("large", name, mb(size), mb(boot.maxFile));
    else chip("file", name, size < MB ? `${Math.ceil(size / 1024)} KB` : mb(size), name).file = file;
  }
  focus();
}

const mb = (bytes) => `${Number((bytes / MB).toFixed(1))} MB`;

function chip(...words) {
  const item = said(...words);
  item.lastChild.onclick = () => {
    item.remove();
    focus();
  };
  $("files").append(item);
  return item;
}

/** A large paste is in the field already, but a file may be better. */
export function paste(text) {
  const lines = text.split("\n").length;
  if (lines < 40 && text.length < 4000) return;
  const item = chip("paste", lines);
  item.firstChild.onclick = () => {
    item.remove();
    attach(text, field.value.replace(text.replace(/\r\n?/g, "\n"), ""));
  };
}

/** A text is too long for a message. */
export function addText() {
  attach(field.value, "");
  banner();
}

function attach(text, rest) {
  write(rest);
  add([new File([text], "paste.txt", { type: "text/plain" })]);
}

/** Offer the logins that begin as what stands behind an @. */
export function complete() {
  const before = beforeCaret();
  const [, typed] = before.match(/(?:^|\s)@(\S*)$/) ?? [" ", " "];
  const fits = boot.users.filter((login) => login !== typed && login.toLowerCase().startsWith(typed.toLowerCase()));
  from = before.length - typed.length;
  list.replaceChildren(...fits.slice(0, 6).map((login, index) => Object.assign(said("user", login), { id: `chat-u${index}` })));
  mark(list.firstChild);
}

function mark(item) {
  for (const other of list.children) other.ariaSelected = other === item;
  field.setAttribute("aria-activedescendant", item?.id ?? "");
}

function take(item) {
  insert(`${item.textContent} `, from, field.selectionStart);
  close();
}

function close() {
  list.replaceChildren();
  mark();
}

on(field, "input", complete);
on(field, "blur", close);
on(list, "pointerdown", (event) => {
  event.preventDefault();
  if (event.target !== list) take(event.target);
});
field.addEventListener("keydown", (event) => {
  if (!list.firstChild || event.isComposing) return;
  const all = [...list.children];
  const at = all.findIndex(({ id }) => id === field.getAttribute("aria-activedescendant"));
  const { key } = event;
  if (key === "ArrowDown") mark(all[(at + 1) % all.length]);
  else if (key === "ArrowUp") mark(all.at(at - 1));
  else if (key === "Enter" || key === "Tab") take(all[at]);
  else if (key === "Escape") close();
  else return;
  event.preventDefault();
}, true);
