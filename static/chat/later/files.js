// Attachments: chosen, dropped on the page or pasted; checked before anything is sent.
import { $, boot, number, said } from "../dom.js";
import { field, files, focus, write } from "../composer.js";
import { banner } from "../status.js";

const MB = 1024 * 1024;
const HUGE_LINES = 40;
const HUGE_TEXT = 4000;

export function add(given) {
  for (const file of given) {
    const { name, size } = file;
    if (!size) chip(said("empty", name));
    else if (size > boot.maxFile) chip(said("large", name, mb(size), mb(boot.maxFile)));
    else {
      files.push(file);
      const item = chip(said("file", name, size < MB ? `${Math.ceil(size / 1024)} KB` : mb(size)));
      item.lastChild.ariaLabel = `Remove ${name}`;
      item.file = file;
    }
  }
  focus();
}

const mb = (bytes) => `${Number((bytes / MB).toFixed(1))} MB`;

function chip(item) {
  item.lastChild.onclick = () => {
    if (item.file) files.splice(files.indexOf(item.file), 1);
    item.remove();
    focus();
  };
  $("chat-files").append(item);
  return item;
}

/** A large paste is in the field already, but a file may be better. */
export function paste(text) {
  const lines = text.split("\n").length;
  if (lines < HUGE_LINES && text.length < HUGE_TEXT) return;
  const item = chip(said("paste", number(lines)));
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
