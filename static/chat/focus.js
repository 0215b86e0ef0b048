// The keyboard in the list: one tab stop, arrows from message to message.
export class Focus {
  #list;
  #current = null;

  /** `act(name, row)` does what a key asks for; `leave(character)` goes back to the field. */
  constructor(list, { act, leave }) {
    this.#list = list;
    list.addEventListener("focusin", (event) => this.#enter(event.target.closest("li.m")));
    list.addEventListener("keydown", (event) => this.#down(event, act, leave));
    this.refresh();
  }

  /** The newest message is the tab stop, unless another one was visited. */
  refresh() {
    if (!this.#current?.isConnected) this.#stop(this.#rows().at(-1));
  }

  newest() { this.#go(this.#rows().at(-1)); }

  #rows() { return [...this.#list.querySelectorAll("li.m")]; }

  #enter(row) {
    if (row && row !== this.#current) this.#stop(row);
  }

  #stop(row) {
    for (const [which, index] of [[this.#current, -1], [row, 0]]) {
      which?.querySelectorAll("article, a, button").forEach((node) => { node.tabIndex = index; });
    }
    this.#current = row ?? null;
  }

  #go(row) {
    row?.querySelector("article").focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  #down(event, act, leave) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest("li.m");
    const rows = this.#rows();
    const at = rows.indexOf(row);
    const moves = {
      ArrowUp: at - 1, k: at - 1, ArrowDown: at + 1, j: at + 1, Home: 0, End: rows.length - 1,
    };
    if (event.key in moves) {
      event.preventDefault();
      if (moves[event.key] < 0) act("older", row);
      this.#go(rows[moves[event.key]]);
    } else if (event.key === "Delete") {
      act("delete", row);
    } else if (event.key === "Escape") {
      leave("");
    } else if (event.key.length === 1 && event.key !== " ") {
      event.preventDefault();
      leave(event.key);
    }
  }
}
