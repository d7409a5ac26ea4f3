// What the page does by itself: it tells the server which source or example was chosen, brings the marked sentence
// into view inside the panel, and opens and closes the panel as a sheet on narrow screens. It knows no answer.
// Runs once, as the conversation's js_on_load: `element` is the conversation, `trigger` its event to the server.

const narrow = window.matchMedia("(max-width: 800px)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const talk = document.getElementById("qd-talk");
const panel = document.getElementById("qd-panel");
let opener = null;
let focusWanted = false;
let shownAt;

const topWithin = (node, box) =>
  node.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;

const reveal = () => {
  const box = panel.querySelector(".qd-scroll");
  if (!box) return;
  const mark = box.querySelector(".qd-here");
  box.scrollTop = mark ? topWithin(mark, box) - box.clientHeight / 3 : 0;
  if (!focusWanted) return;
  focusWanted = false;
  (narrow.matches ? panel.querySelector("[data-close]") : box)?.focus({ preventScroll: true });
};

const sheet = (open) => {
  document.body.classList.toggle("qd-reading", open);
  talk.inert = open && narrow.matches;
  if (!open) opener?.focus({ preventScroll: true });
};

const pointOut = (at) => {
  for (const chosen of element.querySelectorAll(".qd-card"))
    chosen.classList.toggle("qd-open", chosen.dataset.open === at);
};

const choose = (target, byKeyboard) => {
  if (!panel.contains(target)) opener = target.closest("button") ?? target.querySelector("button") ?? target;
  focusWanted = byKeyboard || (narrow.matches && !panel.contains(target));
  sheet(true);
  if (target.dataset.open === shownAt) reveal();
  else trigger("open", { at: target.dataset.open });
};

const isSelecting = () => !window.getSelection().isCollapsed;

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-open], [data-close], [data-example]");
  if (!target) return;
  if (target.dataset.example) trigger("example", { place: Number(target.dataset.example) });
  else if ("close" in target.dataset) sheet(false);
  else if (target.tagName === "BUTTON" || !isSelecting()) choose(target, event.detail === 0);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("qd-reading")) sheet(false);
});

narrow.addEventListener("change", () => sheet(false));

new MutationObserver(() => {
  const at = panel.querySelector(".qd-source")?.dataset.at;
  if (at === shownAt) return;
  shownAt = at;
  pointOut(at);
  reveal();
}).observe(panel, { childList: true, subtree: true, attributeFilter: ["data-at"] });

let exchanges = 0;
new MutationObserver(() => {
  const shown = element.querySelectorAll(".qd-exchange");
  if (shown.length > exchanges) {
    const box = element.closest("#qd-log");
    const top = topWithin(shown[shown.length - 1], box) + 2;
    box.scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
  }
  exchanges = shown.length;
}).observe(element, { childList: true, subtree: true });

new MutationObserver(() => {
  document.documentElement.lang = document.querySelector(".qd-masthead")?.lang ?? "en";
  if (!narrow.matches && document.activeElement === document.body) document.querySelector("#qd-box textarea")?.focus();
}).observe(document.getElementById("qd-masthead"), { childList: true, subtree: true });
