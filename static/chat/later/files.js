// Attachments: chosen, dropped on the page or pasted; checked before anything is sent.
import { $, boot, button, make, number } from "../dom.js";
import { field, focus, write } from "../composer.js";
import { banner } from "../status.js";

const MB = 1024 * 1024;
const HUGE_LINES = 40;
const HUGE_TEXT = 4000;
const list = $("chat-files");
let chosen = [];

export const isEmpty = () => !chosen.length;

export function add(files) {
  for (const file of files) {
    const { name, size } = file;
    const isTooBig = size > boot.maxFile && `${name} is ${mb(size)}; the limit is ${mb(boot.maxFile)}.`;
    const problem = size ? isTooBig : `${name} is empty and was not attached.`;
    if (!problem) chosen.push(file);
    const text = problem || `${name} (${size < MB ? `${Math.ceil(size / 1024)} KB` : mb(size)})`;
    chip(text, problem ? "Close" : `Remove ${name}`, problem ? "bad" : "", file);
  }
}

/** Attach a text that is too long for a message. */
export const addText = (text) => add([new File([text], "paste.txt", { type: "text/plain" })]);

/** Hand the files over, to be sent. */
export function take() {
  const files = chosen;
  chosen = [];
  list.replaceChildren();
  return files;
}

const mb = (bytes) => `${Number((bytes / MB).toFixed(1))} MB`;

function chip(content, ariaLabel, className, file) {
  const item = make("li", { className }, content, button("×", () => {
    chosen = chosen.filter((other) => other !== file);
    item.remove();
    focus();
  }, { className: "ib", ariaLabel }));
  list.append(item);
  return item;
}

/** A large paste is in the field already, but a file may be better. */
export function paste(text) {
  const lines = text.split("\n").length;
  if (lines < HUGE_LINES && text.length < HUGE_TEXT) return;
  const attach = button(`Attach as paste.txt instead (${number(lines)} lines)`, () => {
    write(field.value.replace(text.replace(/\r\n?/g, "\n"), ""));
    item.remove();
    addText(text);
    focus();
  }, { className: "lk" });
  const item = chip(attach, "Close");
}

/** A text is too long for a message. */
export function tooLong(text) {
  const sizes = [text.length, boot.maxText].map(number);
  banner(`This message has ${sizes[0]} characters; the limit is ${sizes[1]}. `, ["Attach as a file", () => {
    addText(text);
    write("");
    banner();
  }]);
}
