// Attachments: chosen, dropped on the page or pasted; checked before anything is sent.
const MB = 1024 * 1024;

export class Files {
  #list;
  #max;
  #chosen = [];

  constructor({ list, input, button, field, max }) {
    this.#list = list;
    this.#max = max;
    button.hidden = false;
    button.addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = "";
      field.focus();
    });
    document.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
    document.addEventListener("drop", (event) => this.#take(event, event.dataTransfer));
    document.addEventListener("dragover", (event) => event.preventDefault());
    for (const [name, on] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
      document.addEventListener(name, (event) => {
        if (on || name === "drop" || !event.relatedTarget) document.body.classList.toggle("drop", on && hasFiles(event));
      });
    }
  }

  get isEmpty() { return !this.#chosen.length; }

  add(files) {
    for (const file of files) {
      const problem = this.#problem(file);
      if (!problem) this.#chosen.push(file);
      this.#chip(file, problem);
    }
  }

  /** Hand the files over, to be sent. */
  take() {
    const files = this.#chosen;
    this.#chosen = [];
    this.#list.replaceChildren();
    return files;
  }

  #take(event, data) {
    if (!data?.files.length) return;
    event.preventDefault();
    this.add(data.files);
  }

  #problem(file) {
    if (!file.size) return `${file.name} is empty and was not attached.`;
    if (file.size <= this.#max) return "";
    return `${file.name} is ${(file.size / MB).toFixed(1)} MB; the limit is ${this.#max / MB} MB.`;
  }

  #chip(file, problem) {
    const chip = document.createElement("li");
    chip.textContent = problem || `${file.name} (${size(file.size)})`;
    chip.classList.toggle("bad", Boolean(problem));
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "ib" });
    remove.setAttribute("aria-label", problem ? "Close" : `Remove ${file.name}`);
    remove.innerHTML = '<svg class="i" aria-hidden="true"><use href="#i-x"/></svg>';
    remove.addEventListener("click", () => {
      this.#chosen = this.#chosen.filter((other) => other !== file);
      chip.remove();
    });
    chip.append(remove);
    this.#list.append(chip);
  }
}

const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

const size = (bytes) => (bytes < MB ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MB).toFixed(1)} MB`);
