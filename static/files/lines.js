// Lines of code: a click on a number marks the line, with Shift a range; the address
// and the link to the chat follow.

const discuss = document.querySelector("[data-discuss]");

class Marker {
  #code;
  #anchor = 0;

  constructor(element) {
    this.#code = element;
  }

  start() {
    this.#code.addEventListener("click", (event) => this.#click(event));
    const marked = this.#code.querySelector(".mark > a");
    if (marked) {
      this.#anchor = numberOf(marked);
      if (!location.hash) marked.scrollIntoView({ block: "center" });
    }
  }

  #click(event) {
    const link = event.target.closest("a[id^=ln]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const number = numberOf(link);
    const from = event.shiftKey && this.#anchor ? this.#anchor : number;
    if (!event.shiftKey) this.#anchor = number;
    this.#mark(Math.min(from, number), Math.max(from, number));
  }

  #mark(first, last) {
    for (const link of this.#code.querySelectorAll("a[id^=ln]")) {
      const number = numberOf(link);
      link.parentElement.classList.toggle("mark", first <= number && number <= last);
    }
    const range = first === last ? `${first}` : `${first}-${last}`;
    const url = new URL(location);
    url.searchParams.set("ln", range);
    url.hash = `ln${first}`;
    history.replaceState(null, "", url);
    if (discuss) retarget(discuss, range);
  }
}

function numberOf(link) {
  return Number(link.id.slice(2));
}

// The text of the link to the chat is "[/path?ci=…&ln=…] ".
function retarget(link, range) {
  const url = new URL(link.href);
  const [path, query] = url.searchParams.get("text").trim().slice(1, -1).split("?");
  const parameters = new URLSearchParams(query);
  parameters.set("ln", range);
  url.searchParams.set("text", `[${path}?${parameters}] `);
  link.href = url;
}

const code = document.querySelector("[data-lines]");
if (code) new Marker(code).start();
