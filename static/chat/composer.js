// The field: what is typed is never lost, and Enter does what one expects.
import { $, banner, boot, number, on } from "./page.js";
import { browser, isHeld, option, session, tabId } from "./browser.js";

const hint = $("hint").firstChild;
const view = window.visualViewport;
export const field = $("text");
let timer, isWarned;
let composed = -Infinity;

/** Enter submits the form; `keys(event)` hears of what is not about typing. */
export function start(keys) {
  on(field, "input", changed);
  on(field, "compositionend", ({ timeStamp }) => { composed = timeStamp; });
  on(field, "keydown", (event) => {
    const isWriting = event.isComposing || event.keyCode === 229 || event.timeStamp - composed < 50;
    if (isWriting || event.defaultPrevented) return;
    if (event.key !== "Enter") keys(event);
    else if (sends(event)) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });
  on(window, "pagehide", save);
  on(view, "resize", fit);
  restore();
}

export function write(text) {
  field.value = text;
  changed();
}

/** Put text where the caret is, or in place of a part. */
export function insert(text, from = field.selectionStart, to = field.selectionEnd) {
  focus();
  field.setRangeText(text, from, to, "end");
  changed();
}

export const focus = () => field.focus({ preventScroll: true });

/** The files that go with the text. */
export const files = () => [...$("files").children].flatMap(({ file }) => file ?? []);

export const beforeCaret = () => field.value.slice(0, field.selectionStart);

/** Keep the text for the next visit of this tab, and of this browser. */
export function save() {
  clearTimeout(timer);
  const draft = field.value && { text: field.value, at: Date.now(), tab: tabId };
  const isKept = session.set("draft", draft);
  const isOthers = !draft && browser.get("draft")?.tab !== tabId;
  if (isOthers || browser.set("draft", draft) || isKept || isWarned) return;
  isWarned = true;
  banner("blocked");
}

/** The draft of this tab; else one of this browser that no other tab has. */
async function restore() {
  const own = session.get("draft");
  const draft = own ?? browser.get("draft");
  if (!draft || Date.now() - draft.at > 7 * 24 * 3600 * 1000) return;
  if ((!own && (await isHeld(`tab:${draft.tab}`))) || field.value) return;
  write(draft.text);
  save();
}

function changed() {
  if (!CSS.supports("field-sizing", "content")) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
  clearTimeout(timer);
  timer = setTimeout(save, 300);
  const { length } = field.value;
  hint.className = length > boot.maxText ? "problem" : "";
  hint.textContent = length > boot.maxText * 0.9 ? `${number(length)} of ${number(boot.maxText)} characters` : "";
}

function sends({ ctrlKey, metaKey, shiftKey, altKey }) {
  if (ctrlKey || metaKey) return true;
  if (shiftKey || altKey || !option("enter") || isTouchOnly()) return false;
  return beforeCaret().split(/^```/m).length % 2;
}

const isTouchOnly = () => matchMedia("(pointer:coarse) and (not (any-pointer:fine))").matches;

/** iOS does not shrink the page when its keyboard opens. */
function fit() {
  if (view.scale === 1) document.body.style.setProperty("--vvh", `${view.height}px`);
}
