// The lines that a difference leaves out are shown on demand, some or all of them.

const SOME = 20;
const FEW = 2 * SOME;

class Gap {
  #row;
  #chunks;
  #old;
  #new;
  #count;

  constructor(row, chunks) {
    this.#row = row;
    this.#chunks = chunks;
    [this.#old, this.#new, this.#count] = row.dataset.gap.split(" ").map(Number);
    this.#draw();
  }

  #draw() {
    const cell = this.#row.cells[0];
    const all = this.#count === 1 ? "1 line" : `all ${this.#count.toLocaleString("en")} lines`;
    cell.replaceChildren(this.#button(`Show ${all}`, 0, this.#count));
    if (this.#count <= FEW) return;
    const last = this.#count - SOME;
    if (this.#row.previousElementSibling) cell.prepend(this.#button(`↓ ${SOME} more`, 0, SOME));
    if (this.#row.nextElementSibling) cell.append(this.#button(`↑ ${SOME} more`, last, SOME));
  }

  #button(label, from, count) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => this.#show(from, count, button));
    return button;
  }

  async #show(from, count, button) {
    button.disabled = true;
    try {
      this.#insert(await this.#load(this.#new + from, count), from);
    } catch {
      button.disabled = false;
      button.textContent = "The lines could not be loaded. Again";
      button.focus();
    }
  }

  async #load(first, count) {
    const url = `${this.#chunks}?from=${first + 1}&to=${first + count}`;
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const lines = await answer.json();
    if (lines.length !== count) throw new Error("lines are missing");
    return lines;
  }

  #insert(lines, from) {
    const rows = lines.map((text, at) => line(this.#old + from + at + 1, this.#new + from + at + 1, text, this.#isWide()));
    const isAbove = from === 0;
    if (isAbove) this.#row.before(...rows);
    else this.#row.after(...rows);
    this.#count -= lines.length;
    if (isAbove) {
      this.#old += lines.length;
      this.#new += lines.length;
    }
    if (this.#count > 0) {
      this.#draw();
      this.#row.querySelector(`button:${isAbove ? "first" : "last"}-child`).focus();
      return;
    }
    this.#row.remove();
    rows[0].tabIndex = -1;
    rows[0].focus({ preventScroll: true });
  }

  #isWide() {
    return this.#row.closest("table").classList.contains("sbs");
  }
}

function line(before, after, text, isWide) {
  const row = document.createElement("tr");
  const cells = isWide
    ? [["n", before], ["l", text], ["n", after], ["l", text]]
    : [["n", before], ["n", after], ["s", ""], ["l", text]];
  for (const [name, content] of cells) {
    const cell = row.insertCell();
    cell.className = name;
    cell.textContent = content;
  }
  return row;
}

function expand(element) {
  for (const row of element.querySelectorAll("[data-chunks] tr[data-gap]")) {
    new Gap(row, row.closest("[data-chunks]").dataset.chunks);
  }
}

expand(document);
document.addEventListener("whole", () => expand(document));
