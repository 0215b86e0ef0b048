// Hovering a check-in shows its hash; clicking two of them shows what differs.

const nodes = document.querySelectorAll("[data-node]");
const compare = document.querySelector("[data-compare]")?.dataset.compare;
const status = document.createElement("p");
let first = null;

status.className = "chosen-note";
status.setAttribute("role", "status");
document.querySelector("#main")?.append(status);

function choose(node) {
  if (first === null) {
    first = node;
    node.classList.add("chosen");
    status.textContent = "Click another check-in to see what differs, or this one again to stop.";
    return;
  }
  const from = first.dataset.node;
  first.classList.remove("chosen");
  first = null;
  status.textContent = "";
  if (node.dataset.node !== from) {
    location.assign(`${compare}?from=${from}&to=${node.dataset.node}`);
  }
}

function title(node) {
  const text = document.createElementNS("http://www.w3.org/2000/svg", "title");
  text.textContent = node.dataset.node.slice(0, 10);
  node.append(text);
}

for (const node of nodes) {
  title(node);
  node.addEventListener("click", () => choose(node));
}
