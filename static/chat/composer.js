// The field: what is typed is never lost, and Enter does what one expects.
import { $, boot, browser, number, on, session } from "./dom.js";
import { option } from "./options.js";
import { banner } from "./status.js";
import { isHeld, tabId } from "./tabs.js";

const SAVE_MS = 300;
const IME_MS = 50;
const WEEK_MS = 7 * 24 * 3600 * 1000;
const hint = $("chat-hint").firstChild;
export const field = $("chat-text");
export const files = []; // to be sent with the text
let timer;
let composed = -Infinity;
let isWarned = false;

/** `send()` is what Enter does; `keys(event)` hears of what is not about typing. */
export function start(send, keys) {
  on(field, "input", changed);
  on(field, "compositionend", () => { composed = performance.now(); });
  on(field, "keydown", (event) => {
    const isWriting = event.isComposing || event.keyCode === 229 || performance.now() - composed < IME_MS;
    if (isWriting || event.defaultPrevented) return;
    if (event.key !== "Enter") keys(event);
    else if (sends(event)) {
      event.preventDefault();
      send();
    }
  });
  on(window, "pagehide", save);
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
  if (!draft || Date.now() - draft.at > WEEK_MS) return;
  if ((!own && (await isHeld(`tab:${draft.tab}`))) || field.value) return;
  write(draft.text);
  save();
}

function changed() {
  if (!CSS.supports("field-sizing", "content")) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }
  count();
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_MS);
}

function count() {
  const { length } = field.value;
  const isMuch = length > boot.maxText * 0.9;
  hint.className = length > boot.maxText ? "problem" : "";
  hint.textContent = isMuch ? `${number(length)} of ${number(boot.maxText)} characters` : "";
}

function sends({ ctrlKey, metaKey, shiftKey, altKey }) {
  if (ctrlKey || metaKey) return true;
  if (shiftKey || altKey || !option("enter") || isTouchOnly()) return false;
  return beforeCaret().split(/^```/m).length % 2;
}

const isTouchOnly = () => matchMedia("(hover:none) and (pointer:coarse) and (not (any-pointer:fine))").matches;

/** iOS does not shrink the page when its keyboard opens. */
const view = window.visualViewport;
const fit = () => {
  const isTyping = document.activeElement === field && view.scale === 1;
  document.body.style.setProperty("--vvh", isTyping ? `${view.height}px` : "100dvh");
};
on(view, "resize", fit);
on(field, "focus blur", fit);
