// Choosing messages: with Shift, everything between two of them; and how many there are.
const boxes = [...document.querySelectorAll(".line input")];
const count = document.getElementById("count");
let last = -1;

function tell() {
  const chosen = boxes.filter((box) => box.checked).length;
  if (count) count.textContent = chosen ? `${chosen} chosen` : "";
}

boxes.forEach((box, at) => box.addEventListener("click", (event) => {
  if (event.shiftKey && last >= 0) {
    for (const other of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) other.checked = box.checked;
  }
  last = at;
  tell();
}));
tell();
if (!boxes.some((box) => box.checked)) document.querySelector(".choice")?.scrollTo(0, 1e9);
else boxes.find((box) => box.checked).scrollIntoView({ block: "nearest" });
