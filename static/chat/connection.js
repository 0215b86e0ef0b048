// The connection of the leading tab: a stream of answers, or polls where streams do not come through.
import { boot, checked, on } from "./dom.js";
import { isAlone } from "./tabs.js";

const FIRST_EVENT_MS = 3000;
const SILENCE_MS = 40000; // the server says something every 15 s
const TICK_MS = 5000;
let feed; // cursor(), take(answer), state(name, seconds, status)
let isOn = false;
let isSure = false;
let streams = boot.stream !== false;
let abort = null;
let begun = 0;
let failures = 0;
let longest = Infinity;
let asked = 0;
let lastLate = 0;
let mutes = 0;
let isMute = false;
let hidden = 0;
let timer;

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

function after(ms, act) {
  clearTimeout(timer);
  if (isOn) timer = setTimeout(act, ms);
}

const giveUp = (reason, ms) => after(ms, () => abort.abort(reason));

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

/** While we are not sure of the connection, the answer must come at once. */
async function get({ signal }) {
  isMute = isSure && streams;
  asked = Math.min(longest, document.hidden ? Infinity : 90, boot.pollTimeout);
  if (isMute) giveUp("mute", FIRST_EVENT_MS);
  else giveUp("late", (isSure ? asked + 15 : 20) * 1000);
  const kind = isMute ? "stream?" : isSure ? `poll?hold=${asked}&` : "poll?wait=0&";
  const url = (isMute && boot.subscribe) || `${boot.to}${kind}rows=1&name=${feed.cursor()}`;
  const headers = { Accept: isMute ? "text/event-stream" : "application/json" };
  const response = await fetch(url, { cache: "no-store", headers, signal });
  if (response.ok) return response;
  if (isMute) throw Error("mute");
  throw Error(response.status === 504 && Date.now() - begun > 20000 ? "late" : response.status);
}

/** Read server-sent events, each of which is an answer like that to a poll. */
async function listen(response, own) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done || abort !== own) break;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.match(/^data:.*/gm)?.map((line) => line.slice(5)).join("\n");
      const answer = JSON.parse(data ?? null);
      if (answer?.prev > feed.cursor()) return void (isSure = false); // Nchan lost some
      if (answer) take(answer);
      if (answer || boot.subscribe) isMute = false; // Nchan has no first event
    }
    if (!isMute && abort === own) giveUp("late", SILENCE_MS);
  }
  if (Date.now() - begun < FIRST_EVENT_MS) throw Error("short");
}

function take(answer) {
  checked(answer);
  isSure = true;
  failures = 0;
  feed.take(answer);
  if (isOn) feed.state("live");
}

function ended({ refused, message }, reason) {
  const wasSure = isSure;
  isSure = false;
  if (refused) {
    feed.state(refused === "login" ? "expired" : "denied");
    if (refused === "login") after(30000, turn); // perhaps somebody has signed in
  } else if (isMute && (reason === "mute" || (mutes += 1) > 1)) { // streams do not come through
    if (boot.subscribe) boot.subscribe = ""; // repoweb has streams, too
    else streams = false;
    isSure = wasSure;
    again();
  } else if (reason === "late" && wasSure) late((Date.now() - begun) / 1000);
  else fail(message);
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
  const slept = Date.now() - ticked > 4 * TICK_MS;
  ticked = Date.now();
  if (slept) now();
}, TICK_MS);
on(window, "online", now);
on(window, "offline", () => abort?.abort());
on(document, "visibilitychange", () => { hidden = document.hidden ? Date.now() : 0; });
