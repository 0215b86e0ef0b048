// Attachments: chosen, dropped on the page or pasted; checked before anything is sent.
import { $, boot, button, make, number, on } from "./dom.js";
import { field, focus, write } from "./composer.js";

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

function taken(event, data) {
  if (!data?.files.length) return false;
  event.preventDefault();
  add(data.files);
  return true;
}

/** A large paste goes into the field, but a file may be better. */
function offer({ target, clipboardData }) {
  const text = clipboardData?.getData("text/plain") ?? "";
  const lines = text.split("\n").length;
  if (target !== field || (lines < HUGE_LINES && text.length < HUGE_TEXT)) return;
  const attach = button(`Attach as paste.txt instead (${number(lines)} lines)`, () => {
    write(field.value.replace(text.replace(/\r\n?/g, "\n"), ""));
    item.remove();
    addText(text);
    focus();
  }, { className: "lk" });
  const item = chip(attach, "Close");
}

const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

const input = $("chat-file");
$("chat-attach").onclick = () => input.click();
input.onchange = () => {
  add(input.files);
  input.value = "";
  focus();
};
on(document, "paste", (event) => taken(event, event.clipboardData) || offer(event));
on(document, "dragover", (event) => hasFiles(event) && event.preventDefault());
on(document, "dragenter dragleave drop", (event) => {
  const isIn = event.type === "dragenter" && hasFiles(event);
  if (event.type !== "dragleave" || !event.relatedTarget) document.body.classList.toggle("drop", isIn);
  if (event.type === "drop") taken(event, event.dataTransfer);
});
