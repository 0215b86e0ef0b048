// Polling: ask for what is behind the last message, and wait for the answer.
const HOLD_VISIBLE = 90;
const LONGEST_WAIT = 60;
const SIGN_IN_CHECK_MS = 30000;

export class Poller {
  #cursor;
  #timeout;
  #status;
  #apply;
  #abort = null;
  #failures = 0;
  #timer = 0;
  #sure = false;
  #stopped = false;

  constructor({ cursor, timeout, status, apply }) {
    this.#cursor = cursor;
    this.#timeout = timeout;
    this.#status = status;
    this.#apply = apply;
    window.addEventListener("online", () => this.now());
    window.addEventListener("offline", () => this.#abort?.abort("offline"));
    window.addEventListener("pageshow", (event) => event.persisted && this.now());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wakeUp());
  }

  start() { this.#poll(); }

  /** Ask again at once, for somebody or something doubts that we are connected. */
  now() {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#abort?.abort("again");
    this.#sure = false;
    this.#poll();
  }

  #wakeUp() { if (this.#status.now !== "live") this.now(); }

  /** While we are not sure of the connection, the answer must come at once. */
  async #poll() {
    const sure = this.#sure;
    const hold = document.hidden ? this.#timeout : Math.min(HOLD_VISIBLE, this.#timeout);
    const abort = (this.#abort = new AbortController());
    const limit = setTimeout(() => abort.abort("late"), (hold + 15) * 1000);
    const begun = Date.now();
    try {
      const query = `rows=1&name=${this.#cursor}&hold=${hold}${sure ? "" : "&wait=0"}`;
      const response = await fetch(`chat-poll?${query}`, { cache: "no-store", signal: abort.signal });
      if (response.status === 504 && Date.now() - begun > 20000) return this.#again();
      if (!response.ok) throw new Error(String(response.status));
      this.#take(await response.json());
    } catch (error) {
      if (abort.signal.reason === "again") return;
      if (abort.signal.reason === "late") this.#again();
      else this.#fail();
    } finally {
      clearTimeout(limit);
    }
  }

  #take({ msgs }) {
    this.#failures = 0;
    if (msgs[0]?.isError) return this.#refused(msgs[0].code);
    this.#sure = true;
    if (this.#status.now !== "live") this.#status.show("live");
    for (const message of msgs) this.#cursor = Math.max(this.#cursor, message.msgid);
    if (msgs.length) this.#apply(msgs);
    this.#again();
  }

  /** Let thousands of clients not come back in the same millisecond. */
  #again() { this.#timer = setTimeout(() => this.#poll(), Math.random() * 300); }

  #fail() {
    this.#failures += 1;
    this.#sure = false;
    const seconds = Math.min(LONGEST_WAIT, 2 ** this.#failures) * (0.5 + Math.random());
    this.#status.show(navigator.onLine ? "retry" : "offline", this.#failures > 1 ? seconds : 0);
    this.#timer = setTimeout(() => this.#poll(), seconds * 1000);
  }

  /** Without a login we look from time to time whether there is one again. */
  #refused(code) {
    this.#sure = false;
    if (code !== "login") {
      this.#stopped = true;
      this.#status.show("denied");
      this.#apply(null);
      return;
    }
    this.#status.show("expired");
    this.#timer = setTimeout(() => this.#poll(), SIGN_IN_CHECK_MS);
  }
}
