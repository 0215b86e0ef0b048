// The state of the connection, in words and not by colour alone.
const WORDS = {
  connecting: "",
  live: "Connected",
  retry: "Reconnecting…",
  offline: "You are offline. Messages are kept and sent later.",
  expired: "Signed out.",
  denied: "No access.",
  stale: "Updated. Reload the page.",
};
const PATIENCE_MS = 600;

export class Status {
  #main;
  #words;
  #retry;
  #banner;
  #ticker = 0;
  #patience;

  constructor({ main, words, retry, banner }, tryNow) {
    this.#main = main;
    this.#words = words;
    this.#retry = retry;
    this.#banner = banner;
    retry.addEventListener("click", tryNow);
    this.#patience = setTimeout(() => this.#say("Connecting…"), PATIENCE_MS);
  }

  get now() { return this.#main.dataset.conn; }

  /** Show a state; `seconds` until the next try count down. */
  show(state, seconds = 0) {
    clearTimeout(this.#patience);
    clearInterval(this.#ticker);
    this.#main.dataset.conn = state;
    this.#retry.hidden = !(state === "retry" && seconds > 2);
    if (this.#retry.hidden) this.#say(WORDS[state]);
    else this.#countDown(seconds);
  }

  /** Show what the reader has to do about it; an empty node takes it away. */
  banner(...nodes) {
    this.#banner.replaceChildren(...nodes);
    this.#banner.hidden = !nodes.length;
  }

  #countDown(seconds) {
    const end = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.max(1, Math.round((end - Date.now()) / 1000));
      this.#say(`No connection. Trying again in ${left} s`);
    };
    tick();
    this.#ticker = setInterval(tick, 1000);
  }

  #say(words) { if (this.#words.textContent !== words) this.#words.textContent = words; }
}
