// The chat page: puts its parts together.
import { Composer } from "./composer.js";
import { Files } from "./files.js";
import { Focus } from "./focus.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { Poller } from "./poller.js";
import { Scroll } from "./scroll.js";
import { announce, fitKeyboard, signInLink } from "./page.js";
import { Status } from "./status.js";

const $ = (id) => document.getElementById(id);
const boot = JSON.parse($("chat-boot").textContent);
document.body.classList.add("js");

const log = new Log($("chat-log"), boot.me);
const scroll = new Scroll($("chat-scroll"), $("chat-log"), $("chat-jump"));
const status = new Status(
  { main: $("chat"), words: $("chat-status").querySelector("span"), retry: $("chat-retry"), banner: $("chat-banner") },
  () => poller.now(),
);
const composer = new Composer($("chat-text"), {
  key: `chat.draft:${location.pathname}:${boot.me}`, submit: send, keys,
});
const files = new Files({
  list: $("chat-files"), input: $("chat-file"), button: $("chat-attach"), field: composer, max: boot.maxFile,
});
const outbox = new Outbox({
  me: boot.me, template: $("chat-waiting"), log,
  doubt: () => poller.now(),
  edit: (text) => { composer.text = composer.text ? `${composer.text}\n${text}` : text; composer.focus(); },
});
const focus = new Focus($("chat-log"), { act, leave });
const poller = new Poller({ cursor: boot.last, timeout: boot.pollTimeout, status, apply });

/** Show what a poll has brought; null when there is no access any more. */
function apply(messages) {
  if (!messages) {
    log.clear();
    $("chat-send").disabled = true;
    return;
  }
  for (const message of messages) {
    if (message.mdel) scroll.keep(() => log.remove(message.mdel));
    else show(message);
  }
  focus.refresh();
}

function show(message) {
  $("chat-empty")?.remove();
  if (message.k) outbox.arrived(message.k);
  const row = scroll.keep(() => log.append(message.html, message.k));
  if (!row || message.xfrom === boot.me) return;
  scroll.arrived();
  announce($("chat-live"), `${message.xfrom}: ${row.querySelector(".m-b").textContent}`);
}

function send() {
  const text = composer.text.replace(/^(?:[ \t]*\n)+|\s+$/g, "");
  const attached = files.isEmpty ? [null] : files.take();
  if (!text && !attached[0]) return;
  if (text.length > boot.maxText) {
    const length = text.length.toLocaleString();
    status.banner(`This message has ${length} characters; the limit is ${boot.maxText.toLocaleString()}.`);
    return;
  }
  status.banner();
  attached.forEach((file, index) => outbox.add(index ? "" : text, file));
  composer.text = "";
  composer.save();
  scroll.toEnd();
  composer.focus();
}

function keys(event) {
  if (event.key === "ArrowUp" && !composer.text) focus.newest();
  else if (event.key === "PageUp" || event.key === "PageDown") scroll.page(event.key === "PageUp" ? -1 : 1);
  else if (event.key === "Escape") scroll.toEnd();
  else return;
  event.preventDefault();
}

function act(name, row) {
  if (name === "older") older();
  else if (name === "delete" && (boot.admin || row.classList.contains("me")) && row.dataset.id) remove(row.dataset.id);
}

function leave(character) {
  composer.focus();
  composer.text += character;
}

async function remove(id) {
  if (!confirm("Delete this message for everyone?")) return;
  const response = await fetch(`chat-delete/${id}`, { method: "POST", headers: { "X-CSRF-Token": boot.csrf } });
  const problem = await response.json().catch(() => null);
  if (problem?.isError) status.banner(problem.xmsg);
}

async function older() {
  const button = $("chat-older");
  const first = log.first;
  if (button.hidden || button.disabled || !first) return;
  button.disabled = true;
  $("chat-log").setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`chat-poll?rows=1&before=${first.dataset.id}&n=50`, { cache: "no-store" });
    const { msgs } = await response.json();
    scroll.keep(() => log.prepend(msgs.map((message) => message.html)));
    button.hidden = msgs.length < 50;
  } catch {
    status.banner("Older messages could not be loaded. Try again.");
  } finally {
    button.disabled = false;
    $("chat-log").setAttribute("aria-busy", "false");
  }
}

$("chat-older").addEventListener("click", older);
new IntersectionObserver((seen) => seen[0].isIntersecting && !scroll.pinned && older(), { root: $("chat-scroll"), rootMargin: "300px 0px" })
  .observe($("chat-top"));
$("chat-form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
$("chat-log").addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) act(button.dataset.act, button.closest("li.m"));
});
new MutationObserver(() => {
  if (status.now === "expired") status.banner(...signInLink());
  else if (status.now === "live") { status.banner(); outbox.flush(); }
}).observe($("chat"), { attributes: true, attributeFilter: ["data-conn"] });
window.addEventListener("beforeunload", (event) => { if (!files.isEmpty || outbox.hasFiles) event.preventDefault(); });

fitKeyboard($("chat-text"));
if (matchMedia("(hover:hover)").matches) composer.focus();
poller.start();
