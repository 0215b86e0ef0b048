// What comes from the server, in order and without gaps, whichever tab has asked for it.
import { ask, boot, on } from "./page.js";
import * as connection from "./connection.js";
import { hear, hold, tell } from "./browser.js";

let page; // apply(answer), show(state, seconds, status)
let release, cursor;
let state = ["connecting"];
export let isLeading = false;

/** Wait to be the tab that leads; until then, listen to that. */
export function start(callbacks, from) {
  page = callbacks;
  cursor = from;
  enter();
  on(window, "pagehide", leave);
  on(document, "freeze", leave);
  on(window, "pageshow", enter);
  on(document, "resume", enter);
  on(window, "focus visibilitychange", doubt);
}

function enter() {
  if (release) return;
  release = hold("lead", () => {
    isLeading = true;
    connection.start({ cursor: () => cursor, take: relay, state: told });
  });
  tell("hello");
  setTimeout(() => isLeading || sync(), 200);
}

export function leave() {
  isLeading = false;
  connection.stop();
  release?.();
  release = null;
}

/** Ask at once, whoever leads. */
export function now() {
  if (isLeading) connection.now();
  else tell("now");
}

/** Go on behind another message than the last one that came. */
export function goOn(from) {
  cursor = from;
  if (isLeading) connection.now();
  else sync();
}

/** Fetch what is behind the last message of this page, for it alone. */
const sync = () => ask(`name=${cursor}&wait=0`).then(took, now);

/** Whoever comes back to a page wants to know whether it is connected. */
function doubt() { if (state[0] !== "live") now(); }

function relay(answer) {
  tell("answer", [cursor, answer]);
  took(answer);
}

function told(...next) {
  if (next[0] === "live" && state[0] === "live") return;
  tell("state", next);
  heard(next);
}

function heard(next) {
  state = next;
  page.show(...next);
}

function took(answer) {
  boot.csrf = answer.csrf ?? boot.csrf;
  if (answer.reset) cursor = 0;
  const msgs = answer.msgs.filter(({ msgid }) => msgid > cursor);
  cursor = msgs.at(-1)?.msgid ?? cursor;
  page.apply({ ...answer, msgs });
}

hear({
  answer([from, answer]) {
    if (isLeading) return;
    if (from > cursor && !answer.reset) sync(); // something is missing between
    else took(answer);
  },
  state: heard,
  now: connection.now,
  hello() {
    if (!isLeading) return;
    tell("state", state);
    doubt();
  },
});
