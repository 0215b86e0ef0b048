// Editors of texts: a preview while typing, and drafts that survive the tab.
const PREVIEW_MS = 400;
const DRAFT_MS = 500;
const PREFIX = "repoweb-draft:";
const DAYS_KEPT = 30;

class Editor {
  #form;
  #text;
  #preview;
  #pane;
  #status;
  #key;
  #timers = {};
  #asked = 0;

  constructor(form) {
    this.#form = form;
    this.#text = form.elements.content;
    this.#pane = form.querySelector(".pair");
    this.#preview = form.querySelector(".preview");
    this.#status = form.querySelector(".draft");
    this.#key = form.dataset.draft && PREFIX + form.dataset.draft;
    form.addEventListener("input", () => this.#changed());
    form.addEventListener("submit", () => this.#sent());
    this.#restore();
    this.#show();
  }

  #changed() {
    this.#later("preview", PREVIEW_MS, () => this.#show());
    this.#later("draft", DRAFT_MS, () => this.#keep());
  }

  #later(name, delay, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(act, delay);
  }

  /** Draw the preview; an answer that was overtaken by another one is dropped. */
  async #show() {
    const body = new URLSearchParams({ content: this.#text.value, mimetype: this.#form.elements.mimetype.value });
    if ("wiki" in this.#pane.dataset) body.set("wiki", "1");
    body.set("csrf", this.#form.elements.csrf.value);
    this.#preview.hidden = !this.#text.value.trim();
    if (this.#preview.hidden) return;
    const mine = ++this.#asked;
    try {
      const answer = await fetch(this.#pane.dataset.preview, { method: "POST", body });
      const html = await answer.text();
      if (answer.ok && mine === this.#asked) this.#preview.firstElementChild.innerHTML = html;
    } catch { /* offline: the last preview stays */ }
  }

  #fields() { return [...this.#form.querySelectorAll("[name=title], [name=content], [name=mimetype], [data-draft]")]; }

  #keep() {
    if (!this.#key) return;
    const draft = { at: Date.now() };
    for (const field of this.#fields()) draft[field.name] = field.value;
    this.#store(draft.content?.trim() ? draft : null);
    this.#say(draft.content?.trim() ? "Draft kept" : "");
  }

  #store(draft) {
    try {
      if (draft) localStorage.setItem(this.#key, JSON.stringify(draft));
      else localStorage.removeItem(this.#key);
    } catch { /* no room, or not allowed: there is no draft then */ }
  }

  #restore() {
    const draft = this.#key && read(this.#key);
    if (!draft || draft.content === this.#text.value) return;
    for (const field of this.#fields()) if (field.name in draft) field.value = draft[field.name];
    this.#say("Your draft was put back. ");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: "Discard it" });
    button.addEventListener("click", () => { this.#store(null); this.#form.reset(); this.#say(""); this.#show(); });
    this.#status.append(button);
  }

  /** It is forgotten by the next page that is shown, for only that proves the arrival. */
  #sent() {
    clearTimeout(this.#timers.draft);
    const draft = this.#key && read(this.#key);
    if (draft) this.#store({ ...draft, sent: true });
  }

  #say(text) { this.#status.textContent = text; }
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function forgetSent() {
  const oldest = Date.now() - DAYS_KEPT * 86400e3;
  for (const key of Object.keys(localStorage).filter((k) => k.startsWith(PREFIX))) {
    const draft = read(key);
    if (draft?.sent || !(draft?.at > oldest)) localStorage.removeItem(key);
  }
}

const form = document.querySelector("form.editor");
if (!document.querySelector(".problem")) forgetSent();
if (form) new Editor(form);
