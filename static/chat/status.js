// The state of the connection, in words and not by colour alone; and what the reader has to do.
import { $, make, number, said } from "./dom.js";

const BURST_MS = 5000;
const { dataset } = $("chat");
const words = $("chat-words");
const retry = $("chat-retry");
let ticker;

export const isState = (name) => dataset.conn === name;

/** Say something beside the state, until that changes. */
export function say(text) { if (words.textContent !== text) words.textContent = text; }

/** Show a state; `seconds` until the next try count down. */
export function show(state, seconds = 0, code = 0) {
  clearInterval(ticker);
  dataset.conn = state;
  const counts = state === "retry" && seconds > 2;
  retry.hidden = !counts && !isStale();
  say(words.dataset[isStale() ? "stale" : state]);
  if (!counts) return;
  const end = Date.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(1, Math.round((end - Date.now()) / 1000));
    say((code >= 500 ? said("retry-500", code, left) : said("retry", left)).textContent);
  };
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
  const button = $("chat-who");
  button.textContent = count ? `${count} here` : "";
  button.title = `as of ${new Date().toLocaleTimeString()}`;
  $("chat-names").replaceChildren(...who.map((textContent) => make("li", { textContent })));
}

/** Say what the reader has to do about something; without a name, nothing. */
export const banner = (name, ...values) => $("chat-banner").replaceChildren(name ? said(name, ...values) : "");

export const fail = ({ message }) => banner("error", message);

let recent = 0;

/** Say a line to screen readers; of many at once only the number. */
export function announce(line) {
  recent += 1;
  if (recent <= 3) utter(line.length > 160 ? `${line.slice(0, 160)}…` : line);
  if (recent === 1) setTimeout(() => {
    if (recent > 3) utter(`${number(recent - 3)} new messages`);
    recent = 0;
  }, BURST_MS);
}

function utter(textContent) {
  const live = $("chat-live");
  live.append(make("p", { textContent }));
  if (live.childElementCount > 9) live.firstChild.remove();
}
