// What the reader has chosen: the page's form keeps it, the browser remembers it.
import { $, browser, on } from "./dom.js";

const { elements } = $("chat-options");
const watchers = [];
const isTicked = (name) => elements[name]?.type === "checkbox";

export const option = (name) => (isTicked(name) ? elements[name].checked : elements[name].value);

export function choose(name, value) {
  elements[name][isTicked(name) ? "checked" : "value"] = value;
  changed();
}

/** Have `act` called now, and whenever something else is chosen. */
export function watch(act) {
  watchers.push(act);
  act();
}

function restore() {
  for (const [name, value] of Object.entries(browser.get("options") ?? {})) {
    if (elements[name]) elements[name][isTicked(name) ? "checked" : "value"] = value;
  }
}

function changed() {
  const names = [...elements].map(({ name }) => name).filter(Boolean);
  browser.set("options", Object.fromEntries(names.map((name) => [name, option(name)])));
  for (const act of watchers) act();
}

restore();
on(document, "change", ({ target }) => target.form?.id === "chat-options" && changed());
on(window, "storage", ({ key }) => {
  if (!key?.endsWith(".options")) return;
  restore();
  for (const act of watchers) act();
});
