// The field: what is typed is never lost, and Enter does what one expects.
const SAVE_MS = 300;
const IME_MS = 50;
const WEEK_MS = 7 * 24 * 3600 * 1000;

export class Composer {
  #field;
  #key;
  #submit;
  #timer = 0;
  #composed = -Infinity;

  /** `keys(event)` may handle what is not about typing; `submit()` sends. */
  constructor(field, { key, submit, keys }) {
    this.#field = field;
    this.#key = key;
    this.#submit = submit;
    field.value = field.value || this.#restore();
    field.addEventListener("input", () => this.#changed());
    field.addEventListener("compositionend", () => { this.#composed = performance.now(); });
    field.addEventListener("keydown", (event) => this.#down(event, keys));
    window.addEventListener("pagehide", () => this.save());
    this.#grow();
  }

  get text() { return this.#field.value; }

  set text(text) {
    this.#field.value = text;
    this.#changed();
  }

  focus() { this.#field.focus({ preventScroll: true }); }

  /** Keep the text for the next visit of this tab, and of this browser. */
  save() {
    clearTimeout(this.#timer);
    const draft = JSON.stringify({ text: this.#field.value, at: Date.now() });
    for (const store of stores()) {
      if (this.#field.value) store.setItem(this.#key, draft);
      else store.removeItem(this.#key);
    }
  }

  #restore() {
    for (const store of stores()) {
      try {
        const draft = JSON.parse(store.getItem(this.#key));
        if (draft && Date.now() - draft.at < WEEK_MS) return draft.text;
      } catch { /* not ours, or broken: as if there were none */ }
    }
    return "";
  }

  #changed() {
    this.#grow();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), SAVE_MS);
  }

  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }

  #down(event, keys) {
    const isWriting = event.isComposing || event.keyCode === 229 || performance.now() - this.#composed < IME_MS;
    if (isWriting) return;
    if (event.key === "Enter" && this.#sends(event)) {
      event.preventDefault();
      this.#submit();
    } else {
      keys(event);
    }
  }

  #sends(event) {
    if (event.ctrlKey || event.metaKey) return true;
    if (event.shiftKey || event.altKey || isTouchOnly()) return false;
    const before = this.#field.value.slice(0, this.#field.selectionStart);
    return (before.match(/^```/gm) ?? []).length % 2 === 0;
  }
}

function isTouchOnly() {
  return matchMedia("(hover:none) and (pointer:coarse)").matches && !matchMedia("(any-pointer:fine)").matches;
}

function stores() {
  try { return [sessionStorage, localStorage]; } catch { return []; }
}
