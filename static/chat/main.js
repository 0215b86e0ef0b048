// The chat page: puts its parts together.
import { $, boot, browser, number, on, said } from "./dom.js";
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

const MOST_ROWS = 600;
const REST_MS = 5000;
const { banner } = status;
const { classList } = document.body;
const { field, files } = composer;
let hasNews = false;
let rest, attached;

/** Show what has come; what stood in the table when the page was made is no news. */
function apply({ msgs, more, reset, nc, who, ver, me, read }) {
  if (me && me !== boot.me) return act("login", me);
  if (who) status.showWho(who, nc);
  if (ver && ver !== boot.ver) status.stale();
  if (reset) {
    log.clear(said("reset", clockTime(Date.now())));
    unread.reset();
    boot.last = 0;
  }
  unread.see(read, false);
  const gone = msgs.map(({ mdel }) => mdel).filter(Boolean);
  const rows = scroll.keep(() => {
    if (gone.length) log.remove(gone.map(log.find));
    if (more) log.gap(more.count);
    return log.insert(msgs.filter(({ mdel }) => !mdel));
  });
  if (log.rows().length > MOST_ROWS) act("trim");
  gone.forEach(unread.forget);
  for (const { k } of msgs) if (k) outbox.drop(k);
  if (rows.length) $("chat-empty")?.remove();
  const foreign = rows.filter((row) => unread.note(row) && row.dataset.id > boot.last);
  foreign.forEach(tellOf);
  hasNews ||= foreign.length > 0;
  if (hasNews) act("notify", { rows: foreign, gone });
  return focus.refresh();
}

function tellOf(row) {
  const isWanted = ["all", row.matches(".hit") && "hit"].includes(option("announce"));
  if (isWanted && !row.hidden) status.announce(`${row.dataset.from}: ${log.body(row).textContent}`);
}

function showState(state, ...more) {
  status.show(state, ...more);
  if (state === "expired") banner("expired");
  else if ($("chat-banner").querySelector("a")) banner();
  if (state === "live") {
    outbox.flush();
    rest ??= setTimeout(() => ["acts", "history", "mention", "search"].forEach((name) => fetched(name).catch(() => {})), REST_MS);
  } else if (state === "denied") {
    feed.leave();
    log.clear();
    field.readOnly = $("chat-send").disabled = true;
    banner("denied");
  }
}

async function send() {
  await attached; // whoever is quick wants the file to go, too
  const text = field.value.replace(/^(?:[ \t]*\n)+|\s+$/g, "");
  if (field.readOnly || !(text || files.length)) return undefined;
  if (text.length > boot.maxText) return banner("long", ...[text.length, boot.maxText].map(number));
  if (outbox.isFull()) return banner("full");
  outbox.add(text, files.shift());
  while (files.length) outbox.add("", files.shift());
  $("chat-files").replaceChildren();
  composer.write("");
  composer.save();
  if (!status.isState("expired")) banner();
  unread.clear();
  scroll.toEnd();
  return composer.focus();
}

function keys(event) {
  const { key } = event;
  const direction = { PageUp: -1, PageDown: 1 }[key];
  const open = document.querySelector("dialog[open], :popover-open");
  if (key === "ArrowUp" && !field.value) focus.newest();
  else if (direction) scroll.page(direction);
  else if (key !== "Escape") return;
  else if (open) (open.close ?? open.hidePopover).call(open);
  else {
    unread.clear();
    scroll.toEnd();
  }
  event.preventDefault();
}

const WHERE = {
  notify: "notify", bell: "notify", search: "search", mention: "mention", add: "files", paste: "files", addText: "files",
  older: "history", gap: "history", back: "history", trim: "history",
};

const fetched = (name) => import(`./later/${name}.js`);

/** Do what a button or a key asks for. What is not needed at once is fetched when it is. */
async function act(name, what, button) {
  const module = await fetched(WHERE[name] ?? "acts").catch(() => banner("unreachable"));
  return module?.[name](what, button);
}

const attach = (given) => (attached = act("add", [...given]));

classList.add("js");
composer.start(send, keys);
focus.start(act, composer.insert);
unread.start((read) => hasNews && act("notify", { read }));
scroll.onMoved(() => {
  unread.look();
  if (scroll.isNearTop()) act("older");
});
outbox.adopt();
feed.start({ apply, show: showState }, boot.newer ? Number(log.rows().at(-1).dataset.id) : boot.last);
watch(() => {
  $("chat-bell").ariaLabel = `Notifications: ${option("level")}`;
  log.redraw();
});
hear({ bye: outbox.adopt });
on(window, "pagehide", () => tell("bye"));
on(window, "beforeunload", (event) => (files.length || outbox.hasFiles()) && event.preventDefault());
on($("chat-jump"), "click", () => (unread.isMore ? act("back") : scroll.toEnd()));
on($("chat-retry"), "click", () => (status.isStale() ? location.reload() : feed.now()));
on($("chat-attach"), "click", () => $("chat-file").click());
on(document, "submit", (event) => {
  if (event.target.id === "chat-form") {
    event.preventDefault();
    send();
  } else if (event.target.action.endsWith("/logout")) { // it leaves nothing behind
    composer.write("");
    for (const key of browser.keys("q:")) browser.set(key);
  }
});
on(document, "click", (event) => {
  const { dataset, search } = event.target.closest(`[data-do], a[href^='${location.pathname}?m=']`) ?? {};
  if (dataset?.do) act(dataset.do);
  else if (dataset && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    act("go", search.slice(3));
  }
});
on(document, "keydown", (event) => event.ctrlKey && event.key === "/" && $("chat-help").showPopover());
on(field, "input", () => /(^|\s)@\S+$/.test(composer.beforeCaret()) && act("mention"));
on($("chat-file"), "change", async ({ target }) => {
  await attach(target.files);
  target.value = "";
});
on(document, "paste drop", (event) => {
  const data = event.clipboardData ?? event.dataTransfer;
  if (data.files.length) {
    event.preventDefault();
    attach(data.files);
  } else if (event.type === "paste" && event.target === field) act("paste", data.getData("text/plain"));
});
on(document, "dragover dragleave drop", (event) => {
  const isOver = event.type === "dragover" && event.dataTransfer.types.includes("Files");
  if (isOver) event.preventDefault();
  classList.toggle("drop", isOver);
});
if (boot.at) act("go", boot.at);
if (matchMedia("(hover:hover)").matches) composer.focus();
