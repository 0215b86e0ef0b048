// The state of the connection, in words and not by colour alone; and what the reader has to do.
import { $, button, make, number } from "./dom.js";

const WORDS = {
  live: "Connected",
  retry: "Reconnecting…",
  offline: "You are offline. Messages are kept and sent later.",
  expired: "Signed out.",
  denied: "No access.",
};
const { dataset } = $("chat");
const words = $("chat-words");
const retry = $("chat-retry");
let ticker;
const patience = setTimeout(() => say("Connecting…"), 600);

export const isState = (name) => dataset.conn === name;

function say(text) { if (words.textContent !== text) words.textContent = text; }

/** Show a state; `seconds` until the next try count down. */
export function show(state, seconds = 0, code = 0) {
  clearTimeout(patience);
  clearInterval(ticker);
  dataset.conn = state;
  retry.hidden = !(state === "retry" && seconds > 2) && !isStale();
  say(isStale() ? "Updated." : WORDS[state]);
  if (retry.hidden || isStale()) return;
  const end = Date.now() + seconds * 1000;
  const problem = code >= 500 ? `The server had a problem (${code}).` : "No connection.";
  const tick = () => say(`${problem} Trying again in ${Math.max(1, Math.round((end - Date.now()) / 1000))} s`);
  tick();
  ticker = setInterval(tick, 1000);
}

export const isStale = () => Boolean(dataset.stale) && isState("live");

/** The server has newer scripts than this page. */
export function stale() {
  dataset.stale = 1;
  retry.textContent = "Reload";
  show(dataset.conn);
}

/** In a room nobody is named, but all are counted. */
export function showWho(who, count) {
  $("chat-who").hidden = !count;
  $("chat-who").textContent = `${count} here`;
  $("chat-names").replaceChildren(...who.map((textContent) => make("li", { textContent })));
  $("chat-who").title = `as of ${new Date().toLocaleTimeString()}`;
}

/** Say what the reader has to do about something; nothing takes it away. Pairs are buttons. */
export function banner(...nodes) {
  $("chat-banner").replaceChildren(...nodes.map((node) => (Array.isArray(node) ? button(...node) : node)));
  $("chat-banner").hidden = !nodes.length;
}

const BURST_MS = 5000;
const recent = [];
let more = 0;

/** Say a line to screen readers; of many at once only the number. */
export function announce(line) {
  const now = Date.now();
  while (now - recent[0] > BURST_MS) recent.shift();
  if (recent.push(now) <= 3) return utter(line.length > 160 ? `${line.slice(0, 160)}…` : line);
  recent.pop();
  more += 1;
  if (more > 1) return undefined;
  return setTimeout(() => {
    utter(`${number(more)} new messages`);
    more = 0;
  }, BURST_MS);
}

function utter(textContent) {
  const live = $("chat-live");
  live.append(make("p", { textContent }));
  if (live.childElementCount > 9) live.firstChild.remove();
}
