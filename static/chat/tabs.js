// The tabs of one browser: one leads, that is talks to the server, and tells the others.
import { mine } from "./dom.js";

const { locks } = navigator; // missing without https
const channel = new BroadcastChannel(mine);
export const tabId = String(Math.random()).slice(2);

/** Without locks nobody knows of the other tabs: each one is alone. */
export const isAlone = !locks;

/** Hold a name, from when nobody else does, until the answer is called or the tab has gone. */
export function hold(name, then = () => {}) {
  if (isAlone) then();
  const { promise, resolve } = Promise.withResolvers();
  const cancel = new AbortController();
  locks?.request(mine + name, { signal: cancel.signal }, () => { then(); return promise; }).catch(() => {});
  return () => { cancel.abort(); resolve(); };
}

/** Whether any tab holds a name that begins so. */
export async function isHeld(start) {
  const { held = [] } = (await locks?.query()) ?? {};
  return held.some(({ name }) => name.startsWith(mine + start));
}

export const tell = (kind, data) => channel.postMessage({ kind, data });

/** `acts` are functions by the kind of what another tab tells. */
export const hear = (acts) => channel.addEventListener("message", ({ data }) => acts[data.kind]?.(data.data));

hold(`tab:${tabId}`);
