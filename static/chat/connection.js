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
let timer, limit;

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
  clearTimeout(limit);
  abort?.abort();
  abort = null;
}

function giveUp(reason, ms) {
  const which = abort;
  clearTimeout(limit);
  limit = setTimeout(() => which.abort(reason), ms);
}

async function turn() {
  const own = (abort = new AbortController());
  begun = Date.now();
  try {
    const response = await get();
    if (response.headers.get("Content-Type").startsWith("text/event-stream")) await listen(response, own);
    else take(await response.json());
    if (abort === own) again();
  } catch (error) {
    if (abort === own) ended(error, own.signal.reason ?? error.message);
  }
}

/** While we are not sure of the connection, the answer must come at once. */
async function get() {
  const isStream = (isMute = isSure && streams);
  asked = Math.min(longest, document.hidden ? Infinity : 90, boot.pollTimeout);
  if (isStream) giveUp("mute", FIRST_EVENT_MS);
  else giveUp("late", (isSure ? asked + 15 : 20) * 1000);
  const how = isStream ? "" : isSure ? `&hold=${asked}` : "&wait=0";
  const own = `${boot.to}${isStream ? "stream" : "poll"}?rows=1&name=${feed.cursor()}${how}`;
  const url = isStream && boot.subscribe || own;
  const headers = isStream ? { Accept: "text/event-stream" } : {};
  const response = await fetch(url, { cache: "no-store", headers, signal: abort.signal });
  if (response.ok) return response;
  if (isStream) throw Error("mute");
  throw Error(response.status === 504 && Date.now() - begun > 20000 ? "late" : response.status);
}

/** Read server-sent events, each of which is an answer like that to a poll. */
async function listen(response, own) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let heard = false;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const data = event.match(/^data:.*/gm)?.map((line) => line.slice(5)).join("\n");
      const answer = data && JSON.parse(data);
      if (answer?.prev > feed.cursor()) return void (isSure = false); // Nchan lost some
      if (answer && abort === own) take(answer);
      heard ||= data || boot.subscribe; // Nchan has no first event
      isMute &&= !heard;
    }
    if (heard && abort === own) giveUp("late", SILENCE_MS);
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
    if (refused === "login") later(30000); // perhaps somebody has signed in
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
  later(seconds * 1000);
}

/** Let thousands of clients not come back in the same millisecond. */
function again() {
  const rests = isAlone && hidden && Date.now() - hidden > 60000;
  if (rests) isSure = false;
  later(rests ? 30000 : Math.random() * 300);
}

function later(ms) {
  clearTimeout(limit);
  clearTimeout(timer);
  if (isOn) timer = setTimeout(turn, ms);
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
