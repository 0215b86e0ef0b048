// The chat page: puts its parts together.
import { $, boot, browser, on } from "./dom.js";
import * as composer from "./composer.js";
import * as feed from "./feed.js";
import * as focus from "./focus.js";
import * as log from "./log.js";
import * as outbox from "./outbox.js";
import * as scroll from "./scroll.js";
import * as status from "./status.js";
import * as unread from "./unread.js";
import { option, watch } from "./options.js";
import { hear, tell } from "./tabs.js";
import { clockTime } from "./time.js";

document.body.classList.add("js");
const MOST_ROWS = 600;
const REST_MS = 5000;
const older = $("chat-older");
let isBlocked = false;
let isDenied = false;
let attached = null;
let hasNews = false;
let rest = null;

/** Show what has come; what stood in the table when the page was made is no news. */
function apply({ msgs, more, reset, nc, who, ver, me, read }) {
  if (me && me !== boot.me) return act("login", null, me);
  if (who) status.showWho(who, nc);
  if (ver && ver !== boot.ver) status.stale();
  if (reset) {
    log.clear(`The chat was reset by an administrator at ${clockTime(Date.now())}.`);
    unread.reset();
    boot.last = 0;
  }
  unread.see(read, false);
  const gone = msgs.filter(({ mdel }) => mdel);
  const news = msgs.filter(({ mdel }) => !mdel);
  const rows = scroll.keep(() => {
    for (const { mdel } of gone) log.remove(mdel);
    if (more) log.gap(more.count);
    return log.insert(news);
  });
  if (log.rows().length > MOST_ROWS) act("trim");
  for (const { mdel } of gone) unread.forget(mdel);
  for (const { k } of news) if (k) outbox.drop(k);
  if (rows.length) $("chat-empty")?.remove();
  const foreign = rows.filter((row) => unread.note(row) && row.dataset.id > boot.last);
  for (const row of foreign) tellOf(row);
  hasNews ||= foreign.length > 0;
  if (hasNews) act("notify", null, { rows: foreign, gone });
  focus.refresh();
  return undefined;
}

function tellOf(row) {
  const isWanted = { all: true, hit: row.classList.contains("hit") }[option("announce")];
  if (isWanted && !row.hidden) status.announce(`${row.dataset.from}: ${log.body(row).textContent}`);
}

function showState(state, seconds, code) {
  status.show(state, seconds, code);
  const isOut = state === "expired";
  if (isOut) status.banner("You are signed out. ", $("chat-login").content.cloneNode(true), " Your text is kept.");
  else if ($("chat-banner").querySelector("a")) status.banner();
  if (state === "live") {
    outbox.flush();
    rest ??= setTimeout(fetchRest, REST_MS);
  }
  if (state !== "denied") return;
  isDenied = true;
  feed.leave();
  log.clear();
  act("deny");
}

/** Attachments are looked after by a script of their own, once there is one. */
async function files(name, value) {
  attached ??= await later("files");
  return attached?.[name](value);
}

function send() {
  const text = composer.field.value.replace(/^(?:[ \t]*\n)+|\s+$/g, "");
  if (isDenied || boot.readonly || (!text && hasNone())) return undefined;
  if (text.length > boot.maxText) return files("tooLong", text);
  if (outbox.isFull()) {
    return status.banner("20 messages wait already. Send this one when they have gone.");
  }
  for (const [index, file] of (hasNone() ? [undefined] : attached.take()).entries()) outbox.add(index ? "" : text, file);
  composer.write("");
  composer.save();
  if (!isOut()) status.banner();
  unread.clear();
  scroll.toEnd();
  return composer.focus();
}

const hasNone = () => attached?.isEmpty() ?? true;

const isOut = () => status.isState("expired");

/** Put a message that was not sent back into the field. */
function edit({ text, file }) {
  composer.write([composer.field.value, text].filter(Boolean).join("\n"));
  if (file) files("add", [file]);
  composer.focus();
}

function keys(event) {
  const { key } = event;
  const direction = { PageUp: -1, PageDown: 1 }[key];
  if (key === "ArrowUp" && !composer.field.value) focus.newest();
  else if (direction) scroll.page(direction);
  else if (key === "Escape" && !closed()) {
    unread.clear();
    scroll.toEnd();
  } else return;
  event.preventDefault();
}

const closed = () => {
  const open = document.querySelector("dialog[open], :popover-open");
  open?.close?.();
  open?.hidePopover?.();
  return open;
};

const WHERE = { notify: "notify", bell: "notify", search: "search", mention: "mention", older: "history", gap: "history", back: "history", trim: "history" };

/** Do what a button or a key asks for. What is not needed at once is fetched when it is. */
async function act(name, row, detail) {
  return (await later(WHERE[name] ?? "acts"))?.[name](row, detail);
}

const later = (name) => import(`./later/${name}.js`).catch(() => status.banner("No connection. Try again later."));

/** Once the page stands, the rest is fetched, so that it is there without a connection. */
const fetchRest = () => ["acts", "files", "history", "mention", "search"].forEach(later);

composer.start({
  send, keys,
  blocked() {
    if (!isBlocked) status.banner("This browser does not let the page store drafts. Do not reload before sending.");
    isBlocked = true;
  },
});
focus.start(act, (character) => composer.insert(character));
unread.start((read) => hasNews && act("notify", null, { read }));
outbox.start({
  edit, doubt: feed.now, wait: (row) => scroll.keep(() => log.wait(row)),
  changed: (count) => { $("chat-queue").textContent = count ? ` · ${count} waiting` : ""; },
});
feed.start({ apply, show: showState }, boot.newer ? Number(log.rows().at(-1).dataset.id) : boot.last);
watch(() => {
  document.body.classList.toggle("no-images", !option("images"));
  $("chat-bell").ariaLabel = `Notifications: ${option("level")}`;
  log.redraw();
});
hear({ bye: outbox.adopt });
on(window, "pagehide", () => tell("bye"));
on($("chat-jump"), "click", () => (unread.isMore ? act("back") : scroll.toEnd()));
on(older, "click", () => act("older"));
on($("chat-retry"), "click", () => (status.isStale() ? location.reload() : feed.now()));
on($("chat-form"), "submit", (event) => { event.preventDefault(); send(); });
on(document, "submit", ({ target }) => { // a logout leaves nothing behind
  if (!target.action.endsWith("/logout")) return;
  composer.write("");
  for (const key of browser.keys("q:")) browser.set(key);
});
on(window, "beforeunload", (event) => { if (!hasNone() || outbox.hasFiles()) event.preventDefault(); });
on(document, "click", (event) => {
  const { dataset, search } = event.target.closest(`[data-do], a[href^='${location.pathname}?m=']`) ?? {};
  if (!dataset) return;
  if (dataset.do) act(dataset.do, null, event.target);
  else if (!event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    act("go", null, search.slice(3));
  }
});
on(document, "keydown", (event) => event.ctrlKey && event.key === "/" && $("chat-help").showPopover());
on(composer.field, "input", () => /(^|\s)@\S+$/.test(composer.field.value.slice(0, composer.field.selectionStart)) && act("mention"));
$("chat-attach").onclick = () => $("chat-file").click();
$("chat-file").onchange = async ({ target }) => {
  await files("add", [...target.files]);
  target.value = "";
  composer.focus();
};
on(document, "paste drop", (event) => {
  const { files: given } = event.clipboardData ?? event.dataTransfer;
  if (given.length) {
    event.preventDefault();
    files("add", [...given]);
  } else if (event.target === composer.field) files("paste", event.clipboardData?.getData("text/plain") ?? "");
});
on(document, "dragover dragenter dragleave drop", (event) => {
  const isFile = event.dataTransfer.types.includes("Files");
  if (event.type === "dragover" && isFile) event.preventDefault();
  if (event.type !== "dragleave" || !event.relatedTarget) document.body.classList.toggle("drop", event.type !== "drop" && isFile);
});
new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && !scroll.isPinned && act("older"), {
  root: $("chat-scroll"), rootMargin: "300px 0px",
}).observe($("chat-top"));
if (boot.at) act("go", null, boot.at);
if (boot.gone) status.banner(boot.gone);
if (matchMedia("(hover:hover)").matches) composer.focus();
