// Says under the two keep fields what the values that are being typed would do.
const line = document.getElementById("keep-effect");
const fields = ["chat-keep-count", "chat-keep-days"].map((name) => document.getElementById(`s-${name}`));
let asked = 0;

async function tell() {
  const mine = ++asked;
  const values = new URLSearchParams(fields.map((field) => [field.name, field.value]));
  const answer = await fetch(`${line.dataset.url}?${values}`, { cache: "no-store" }).catch(() => null);
  const text = answer && (answer.ok || answer.status === 422) ? await answer.text() : "";
  if (mine === asked) line.textContent = text;
}

let timer = 0;
for (const field of fields) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(tell, 250);
  });
}
