// Shows that scripts run: adds up what the page hides, and asks for the page again.

const task = document.querySelector("[data-start]");
const { start, steps, parameter } = task.dataset;
const url = new URL(location);

let sum = Number(start);
for (let step = Number(steps); step > 0; step--) sum += step;

// Without cookies the page would come again and again.
if (sessionStorage.getItem(parameter) === String(sum)) {
  task.textContent = "That did not work. Does your browser keep cookies?";
} else if (getComputedStyle(document.body).display !== "none") {
  sessionStorage.setItem(parameter, sum);
  url.searchParams.set(parameter, sum);
  location.replace(url);
}
