// What this browser remembers of a repository and login, and how its tabs talk to one another.
import { $, boot, on } from "./page.js";

const mine = `chat.${boot.repo}.${boot.me}.`;

/** Where storage is refused, the page remembers. */
function store(area) {
  let kept = {};
  try { kept = window[area]; } catch { /* refused */ }
  return {
    get: (key) => JSON.parse(kept[mine + key] ?? null),
    set(key, value) {
      if (!value) return delete kept[mine + key];
      try { kept[mine + key] = JSON.stringify(value); } catch { return false; }
      return kept instanceof Storage;
    },
    all: (start) => Object.keys(kept).filter((key) => key.startsWith(mine + start)).map((key) => JSON.parse(kept[key])),
  };
}

export const session = store("sessionStorage");
export const browser = store("localStorage");

const { elements } = $("options");
let watcher = () => {};

/** What the reader has chosen in the page's form. */
export function option(name) {
  const { type, checked, value } = elements[name];
  return type === "checkbox" ? checked : value;
}

/** Have `act` called now, and whenever something else is chosen. */
export function watch(act) {
  watcher = act;
  act();
}

function restore() {
  for (const [name, value] of Object.entries(browser.get("options") ?? {})) {
    Object.assign(elements[name] ?? {}, { value, checked: value });
  }
  watcher();
}

function changed() {
  browser.set("options", Object.fromEntries([...elements].map(({ name }) => [name, option(name)])));
  restore();
}

restore();
on(document, "change", ({ target }) => target.form?.id === "chat-options" && changed());
on(window, "storage", ({ key }) => key?.endsWith(".options") && restore());

const { locks } = navigator; // missing without https
const channel = new BroadcastChannel(mine);
export const tabId = String(Math.random());

/** Without locks nobody knows of the other tabs: each one is alone. */
export const isAlone = !locks;

/** Hold a name, from when nobody else does, until the answer is called or the tab has gone. */
export function hold(name, then = () => {}) {
  if (isAlone) then();
  const held = new AbortController();
  const { signal } = held;
  locks?.request(mine + name, { signal }, () => {
    then();
    return new Promise((release) => on(signal, "abort", release));
  }).catch(() => {});
  return () => held.abort();
}

/** Whether any tab holds a name that begins so. */
export const isHeld = async (start) => (await locks?.query())?.held.some(({ name }) => name.startsWith(mine + start));

export const tell = (kind, data) => channel.postMessage({ kind, data });

/** `acts` are functions by the kind of what another tab tells. */
export const hear = (acts) => on(channel, "message", ({ data }) => acts[data.kind]?.(data.data));

hold(`tab:${tabId}`);
