// The connection of the leading tab: a stream of answers, or polls where streams do not come through.
import { boot, checked, on } from "./page.js";
import { isAlone } from "./browser.js";

const { streams } = boot; // their addresses, as long as they come through
let feed; // cursor(), take(answer), state(name, seconds, status)
let isOn, isSure, isMute, abort, begun, asked, timer;
let failures = 0;
let longest = Infinity;
let lastLate = 0;
let hidden = 0;

export function start(callbacks) {
  feed = callbacks;
  isOn = true;
  now();
}

export function stop() {
  isOn = false;
  end();
}

/** Ask again at once, for somebody or something doubts that we are connected. */
export function now() {
  if (!isOn) return;
  end();
  isSure = false;
  turn();
}

function end() {
  clearTimeout(timer);
  abort?.abort();
  abort = null;
}

const age = () => Date.now() - begun;

function after(ms, act) {
  clearTimeout(timer);
  timer = setTimeout(act, ms);
}

const giveUp = (ms) => after(ms, () => abort.abort("late"));

async function turn() {
  const own = (abort = new AbortController());
  begun = Date.now();
  try {
    const response = await get(own);
    if (response.headers.get("Content-Type").startsWith("text/event-stream")) await listen(response, own);
    else take(await response.json());
    if (abort === own) again();
  } catch (error) {
    if (abort === own) ended(error, own.signal.reason ?? error.message);
  }
}

/** While we are not sure of the connection, the answer must come at once; so must the first words of a stream. */
async function get({ signal }) {
  const stream = isSure && streams[0];
  isMute = Boolean(stream);
  asked = Math.min(longest, hidden || 90, boot.pollTimeout);
  giveUp(isMute ? 5000 : (isSure ? asked + 15 : 20) * 1000);
  const url = `${stream || `${boot.to}poll`}?rows=1&name=${feed.cursor()}&${isSure ? `hold=${asked}` : "wait=0"}`;
  const Accept = isMute ? "text/event-stream" : "*/*";
  const response = await fetch(url, { cache: "no-store", headers: { Accept }, signal });
  if (response.ok) return response;
  throw Error(response.status === 504 && age() > 20000 ? "late" : response.status);
}

/** Read server-sent events, each of which is an answer like that to a poll. */
async function listen(response, own) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done || abort !== own) break;
    isMute = false;
    giveUp(40000); // the server says something every 15 s
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const lines = event.match(/(?<=^data:).*/gm);
      const answer = lines && JSON.parse(lines.join(""));
      if (answer?.prev > feed.cursor()) return void (isSure = false); // Nchan lost some
      if (answer) take(answer);
    }
  }
  if (age() < 3000) throw Error("short");
}

function take(answer) {
  checked(answer);
  isSure = true;
  failures = 0;
  feed.take(answer);
  feed.state("live");
}

function ended({ refused, message }, reason) {
  if (isMute && !refused) return again(streams.shift()); // it does not come through
  const isLate = isSure && reason === "late";
  isSure = false;
  if (refused === "login") after(30000, turn); // perhaps somebody has signed in
  if (refused) return feed.state(refused === "login" ? "expired" : "denied");
  return isLate ? late(age() / 1000) : fail(message);
}

/** Two timeouts after a similar time: something on the way does not wait any longer. */
function late(seconds) {
  if (Math.abs(seconds - lastLate) < 5) longest = Math.max(10, Math.round(seconds < asked ? seconds - 5 : asked / 2));
  lastLate = seconds;
  again();
}

function fail(status) {
  failures += 1;
  const seconds = Math.min(60, 2 ** failures) * (0.5 + Math.random());
  feed.state(navigator.onLine ? "retry" : "offline", failures > 1 ? seconds : 0, status);
  after(seconds * 1000, turn);
}

/** Let thousands of clients not come back in the same millisecond. */
function again() {
  const rests = isAlone && hidden && Date.now() - hidden > 60000;
  if (rests) isSure = false;
  after(rests ? 30000 : Math.random() * 300, turn);
}

let ticked = Date.now();
setInterval(() => {
  if (Date.now() - ticked > 20000) now(); // it slept
  ticked = Date.now();
}, 5000);
on(window, "online", now);
on(window, "offline", () => abort?.abort());
on(document, "visibilitychange", () => { hidden = document.hidden && Date.now(); });
