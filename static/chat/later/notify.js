// Notifications and sounds: asked for on a click, and one tab of a browser makes them.
import { $, browser, on } from "../dom.js";
import { isLeading } from "../feed.js";
import { body } from "../log.js";
import { choose, option, watch } from "../options.js";
import { isHeld } from "../tabs.js";
import { isLooking } from "../unread.js";

const PAUSE_MS = 5000;
const TONES = { 1: [880, 660], 2: [523, 659, 784], 3: [220] };
const MANY = 3;
const shown = new Map();
let audio = null;
let last = 0;
let hasSounded = false;

/** Tell of messages; take back what is deleted or read. */
export async function notify(_row, { rows = [], gone = [], read = 0 }) {
  for (const [id, note] of shown) if (id <= read || gone.some(({ mdel }) => mdel === id)) note.close();
  const level = option("level");
  const news = rows.filter((row) => !row.hidden && (level === "all" || (level === "mentions" && row.matches(".hit"))));
  if (!news.length || !isLeading || isMuted() || isLooking() || (await isHeld("look"))) return;
  sound();
  if (news.length > MANY) say("many", document.title, `${news.length} new messages`);
  else for (const row of news) say(Number(row.dataset.id), `${row.dataset.from} in ${document.title.split(" — ").at(-1)}`, body(row).textContent);
}

function say(id, title, text) {
  if (window.Notification?.permission !== "granted") return;
  try {
    const note = new Notification(title, { tag: `chat-${id}`, body: text.slice(0, 140) });
    note.onclick = () => {
      window.focus();
      note.close();
      $(`m${id}`)?.scrollIntoView();
    };
    note.onclose = () => shown.delete(id);
    shown.set(id, note);
  } catch { explain("This device shows no notifications of web pages. Title and sound still work."); }
}

function isMuted() {
  if (option("mute") === "on") return true;
  if (option("mute") && Date.now() > browser.get("muted")) choose("mute", "");
  return Boolean(option("mute"));
}

function sound() {
  const tones = TONES[option("sound")];
  if (!tones || Date.now() - last < PAUSE_MS || (hasSounded && option("once"))) return;
  last = Date.now();
  hasSounded = true;
  play(tones);
}

function play(tones) {
  audio ??= new AudioContext();
  audio.resume();
  tones.forEach((pitch, index) => {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const begin = audio.currentTime + index * 0.15;
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.2, begin);
    gain.gain.exponentialRampToValueAtTime(0.001, begin + 0.3);
    tone.connect(gain).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.3);
  });
}

const explain = (text) => { $("chat-allowed").textContent = text; };

/** Say what the browser lets us do. */
export function bell() {
  const permission = window.isSecureContext && window.Notification?.permission;
  const wants = option("level") !== "off";
  $("chat-ask").hidden = permission !== "default" || !wants;
  if (!permission) explain("This address cannot show notifications (needs https). Title and sound still work.");
  else if (permission === "denied" && wants) explain("The browser forbids notifications here; allow them in its settings of this site.");
  else explain("");
}

const request = async () => {
  if (window.Notification?.permission === "default") await Notification.requestPermission();
  bell();
};

$("chat-ask").onclick = request;
$("chat-play").onclick = () => play(TONES[option("sound")] ?? []);
on($("chat-bell-box"), "change", ({ target }) => {
  if (target.name === "level" && target.value !== "off") request();
  if (target.name === "mute") browser.set("muted", Date.now() + Number(target.value) * 3600000);
});
on(window, "focus", () => { hasSounded = false; });
watch(bell);
