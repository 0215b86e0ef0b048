// Scrolling: what one looks at stays where it is, whatever comes or goes around it.
const NEAR_END = 48;

export class Scroll {
  #box;
  #list;
  #jump;
  #anchor = null;
  #offset = 0;
  #unseen = 0;
  #queued = false;
  pinned = true;

  constructor(box, list, jump) {
    this.#box = box;
    this.#list = list;
    this.#jump = jump;
    box.addEventListener("scroll", () => this.#later(), { passive: true });
    jump.addEventListener("click", () => this.toEnd());
    const observer = new ResizeObserver(() => this.#settle());
    observer.observe(list);
    observer.observe(box);
    this.toEnd();
  }

  toEnd() {
    this.pinned = true;
    this.#settle();
    this.#look();
  }

  /** A message came from somebody else. */
  arrived() {
    if (!this.pinned) this.#unseen += 1;
    this.#show();
  }

  /** Change the list so that what one looks at does not move. */
  keep(change) {
    this.#remember();
    const result = change();
    this.#settle();
    return result;
  }

  page(direction) { this.#box.scrollBy({ top: direction * this.#box.clientHeight * 0.9 }); }

  #later() {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#look();
    });
  }

  #look() {
    this.pinned = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < NEAR_END;
    if (this.pinned) this.#unseen = 0;
    this.#remember();
    this.#show();
  }

  /** The first row that can be seen, and where it is. */
  #remember() {
    const top = this.#box.getBoundingClientRect().top;
    this.#anchor = null;
    for (const row of this.#list.children) {
      const box = row.getBoundingClientRect();
      if (box.bottom > top) {
        this.#anchor = row;
        this.#offset = box.top;
        return;
      }
    }
  }

  #settle() {
    if (this.pinned) {
      this.#box.scrollTop = this.#box.scrollHeight;
    } else if (this.#anchor?.isConnected) {
      this.#box.scrollTop += this.#anchor.getBoundingClientRect().top - this.#offset;
    } else {
      this.#remember();
    }
  }

  #show() {
    this.#jump.hidden = this.pinned;
    this.#jump.textContent = this.#unseen ? `↓ ${this.#unseen} new` : "↓ Latest";
  }
}
