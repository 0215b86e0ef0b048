// What the reader has chosen: the page's form keeps it, the browser remembers it.
import { $, browser, on } from "./dom.js";

const { elements } = $("chat-options");
const watchers = [];
const property = (name) => (elements[name].type === "checkbox" ? "checked" : "value");

export const option = (name) => elements[name][property(name)];

export function choose(name, value) {
  elements[name][property(name)] = value;
  changed();
}

/** Have `act` called now, and whenever something else is chosen. */
export function watch(act) {
  watchers.push(act);
  act();
}

function restore() {
  for (const [name, value] of Object.entries(browser.get("options") ?? {})) {
    if (elements[name]) elements[name][property(name)] = value;
  }
  for (const act of watchers) act();
}

function changed() {
  browser.set("options", Object.fromEntries([...elements].map(({ name }) => [name, option(name)])));
  restore();
}

restore();
on(document, "change", ({ target }) => target.form?.id === "chat-options" && changed());
on(window, "storage", ({ key }) => key?.endsWith(".options") && restore());
