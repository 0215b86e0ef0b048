// The chat page: puts its parts together.
import { $, ask, boot, on, session } from "./dom.js";
import * as composer from "./composer.js";
import * as feed from "./feed.js";
import * as files from "./files.js";
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
const older = $("chat-older");
let isBlocked = false;
let isDenied = false;

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
    const made = log.insert(news);
    if (log.trim(scroll.isPinned)) older.hidden = false;
    return made;
  });
  for (const { mdel } of gone) unread.forget(mdel);
  for (const { k } of news) if (k) outbox.drop(k);
  if (rows.length) $("chat-empty")?.remove();
  const foreign = rows.filter((row) => unread.note(row) && row.dataset.id > boot.last);
  for (const row of foreign) tellOf(row);
  if (foreign.length || gone.length) act("notify", null, { rows: foreign, gone });
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
  if (state === "live") outbox.flush();
  if (state === "denied") deny();
}

function deny() {
  isDenied = true;
  feed.leave();
  log.clear();
  $("chat-send").disabled = composer.field.readOnly = true;
  const text = "You may not use this chat. Ask an administrator for the Chat (C) capability. ";
  status.banner(text, ["Copy text", () => act("copy", null, composer.field.value)]);
}

function send() {
  const text = composer.field.value.replace(/^(?:[ \t]*\n)+|\s+$/g, "");
  if (isDenied || boot.readonly || (!text && files.isEmpty())) return;
  if (text.length > boot.maxText) {
    const sizes = [text.length, boot.maxText].map((size) => size.toLocaleString());
    status.banner(`This message has ${sizes[0]} characters; the limit is ${sizes[1]}. `, ["Attach as a file", () => {
      files.addText(text);
      composer.write("");
      status.banner();
    }]);
    return;
  }
  if (outbox.isFull()) {
    status.banner("20 messages wait already. Send this one when they have gone.");
    return;
  }
  const attached = files.take();
  for (const [index, file] of (attached.length ? attached : [undefined]).entries()) outbox.add(index ? "" : text, file);
  composer.write("");
  composer.save();
  if (!isOut()) status.banner();
  unread.clear();
  scroll.toEnd();
  composer.focus();
}

const isOut = () => status.isState("expired");

/** Put a message that was not sent back into the field. */
function edit({ text, file }) {
  composer.write([composer.field.value, text].filter(Boolean).join("\n"));
  if (file) files.add([file]);
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

/** Do what a button or a key asks for. What is not needed at once is fetched when it is. */
async function act(name, row, detail) {
  if (name === "older") return loadOlder();
  const where = { notify: "notify", bell: "notify", search: "search", mention: "mention", nick: "nick" }[name] ?? "acts";
  return (await import(`./later/${where}.js`))[name](row, detail);
}

async function loadOlder(n = 50) {
  const [first] = log.rows();
  if (older.hidden || older.disabled || !first) return false;
  older.disabled = $("chat-log").ariaBusy = true;
  try {
    const { msgs } = await ask(`before=${first.dataset.id}&n=${n}`);
    scroll.keep(() => {
      log.insert(msgs.reverse(), $("chat-log").firstChild);
      log.trim(false);
    });
    older.hidden = msgs.length < n;
    if (older.hidden) $("chat-top").firstElementChild.textContent = $("chat-top").dataset.beginning;
  } catch (error) {
    status.banner(error.refused ? error.message : "Older messages could not be loaded. Try again.");
  }
  older.disabled = $("chat-log").ariaBusy = false;
  return !older.hidden;
}

composer.start({
  send, keys,
  blocked() {
    if (!isBlocked) status.banner("This browser does not let the page store drafts. Do not reload before sending.");
    isBlocked = true;
  },
});
focus.start(act, (character) => composer.insert(character));
unread.start((read) => act("notify", null, { read }));
outbox.start({
  edit, doubt: feed.now, wait: (row) => scroll.keep(() => log.wait(row)),
  changed: (count) => { $("chat-queue").textContent = count ? ` · ${count} waiting` : ""; },
});
feed.start({ apply, show: showState }, boot.newer ? Number(log.rows().at(-1).dataset.id) : boot.last);
watch(() => {
  document.body.classList.toggle("no-images", !option("images"));
  log.redraw();
});
hear({ bye: outbox.adopt });
on(window, "pagehide", () => tell("bye"));
on($("chat-jump"), "click", async () => (await unread.goBack(loadOlder)) || scroll.toEnd());
on(older, "click", () => loadOlder());
on($("chat-retry"), "click", () => (status.isStale() ? location.reload() : feed.now()));
on($("chat-form"), "submit", (event) => { event.preventDefault(); send(); });
on(window, "beforeunload", (event) => { if (!files.isEmpty() || outbox.hasFiles()) event.preventDefault(); });
on(document, "click", (event) => {
  const { dataset, search } = event.target.closest(`[data-do], #chat a[href^='${boot.page}?m=']`) ?? {};
  if (!dataset) return;
  if (dataset.do) act(dataset.do, null, event.target);
  else if (!event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    act("go", null, search.slice(3));
  }
});
on(document, "keydown", (event) => event.ctrlKey && event.key === "/" && $("chat-help").showPopover());
on(composer.field, "input", () => /(^|\s)@\S+$/.test(composer.field.value.slice(0, composer.field.selectionStart)) && act("mention"));
new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && !scroll.isPinned && loadOlder(), {
  root: $("chat-scroll"), rootMargin: "300px 0px",
}).observe($("chat-top"));
if (boot.at) act("go", null, boot.at);
if (boot.nick) act("nick");
if (boot.gone) status.banner(boot.gone);
if (matchMedia("(hover:hover)").matches) composer.focus();
