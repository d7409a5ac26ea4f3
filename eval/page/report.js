"use strict";
// Lets a reader see only the failures of one step. Without it the page is whole, and all of them are shown.
const buttons = document.querySelectorAll(".filter button");
const cases = document.querySelectorAll(".failures > li");
for (const button of buttons) {
  button.addEventListener("click", () => {
    const lost = button.dataset.lost;
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    for (const one of cases) one.hidden = lost !== undefined && one.dataset.lost !== lost;
  });
}
for (const filter of document.querySelectorAll(".filter")) filter.hidden = false;
