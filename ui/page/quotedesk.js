// What the page does by itself: it tells the server which source or example was chosen, brings the marked sentence
// into view inside the panel, and opens and closes the panel as a sheet on narrow screens. It knows no answer.
// Runs once, as the conversation's js_on_load: `element` is the conversation, `trigger` its event to the server.
// The files beside this one run in the same function, after it.

const narrow = window.matchMedia("(max-width: 800px)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const byId = (id) => document.getElementById(id);
const talk = byId("qd-talk");
const panel = byId("qd-panel");
const masthead = byId("qd-masthead");
const room = byId("qd-room");
let opener = null;
let focusWanted = false;
let shownAt;
let shown;
let exchanges = 0;
let atStop = false;
let arrivesAtArticle = new URLSearchParams(location.search).has("article");

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
  if (target.closest("#qd-library")) opener = masthead.querySelector("[data-library]");
  else if (!panel.contains(target)) opener = target.closest("button") ?? target.querySelector("button") ?? target;
  focusWanted = byKeyboard || (narrow.matches && !panel.contains(target));
  sheet(true);
  if (target.dataset.open === shownAt) reveal();
  else trigger("open", { at: target.dataset.open });
};

const isSelecting = () => !window.getSelection().isCollapsed;

const judge = (thumb) => {
  const { vote, turn } = thumb.dataset;
  const taken = thumb.getAttribute("aria-pressed") !== "true";
  const verdict = thumb.closest(".qd-verdict");
  for (const other of verdict.querySelectorAll("[data-vote]"))
    other.setAttribute("aria-pressed", String(taken && other === thumb));
  const note = verdict.querySelector("[data-note]");
  note.hidden = !(taken && vote === "down");
  trigger("judge", { turn: Number(turn), vote: taken ? vote : "", note: "" });
  if (!note.hidden) note.querySelector("input").focus();
};

const keepNote = (form) => {
  trigger("judge", { turn: Number(form.dataset.turn), vote: "down", note: form.elements.note.value.trim() });
  form.elements.note.readOnly = true;
  form.querySelector("button").textContent = form.dataset.kept;
};

// Outside of https and localhost a browser gives no clipboard, and elsewhere it may refuse; the old way still works.
const copied = async (text) => {
  try {
    return await navigator.clipboard.writeText(text);
  } catch {
    copyByHand(text);
  }
};

const copyByHand = (text) => {
  const field = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
};

const copyQuote = async (button) => {
  await copied(`${button.dataset.copy}\n${new URL(button.dataset.link, location.origin)}`);
  if (button.textContent === button.dataset.copied) return;
  const label = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => (button.textContent = label), 4000);
};

const stop = () => {
  document.querySelector("#qd-box textarea")?.focus();
  trigger("stop", {});
};

document.addEventListener("click", (event) => {
  const target = event.target.closest?.(
    "[data-open], [data-close], [data-example], [data-vote], [data-again], [data-copy], [data-stop]",
  );
  if (!target) return;
  const said = target.dataset;
  if (said.example || said.again) listenUntilAnswered();
  if (said.example) trigger("example", { place: Number(said.example) });
  else if (said.vote) judge(target);
  else if (said.again) trigger("again", { turn: Number(said.turn), how: said.again });
  else if (said.copy) copyQuote(target);
  else if ("stop" in said) stop();
  else if ("close" in said) sheet(false);
  else if (target.tagName === "BUTTON" || !isSelecting()) choose(target, event.detail === 0);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-note]")) return;
  event.preventDefault();
  keepNote(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && document.body.classList.contains("qd-reading")) sheet(false);
  const types = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || types || event.ctrlKey || event.metaKey || room.inert || talk.inert) return;
  event.preventDefault();
  document.querySelector("#qd-box textarea")?.focus();
});

narrow.addEventListener("change", () => sheet(false));

new MutationObserver(() => {
  const source = panel.querySelector(".qd-source");
  const now = source && `${source.dataset.at} ${source.dataset.shown}`;
  if (now === shown) return;
  shown = now;
  shownAt = source?.dataset.at;
  pointOut(shownAt);
  reveal();
  if (arrivesAtArticle && source) sheet(true);
  if (source) arrivesAtArticle = false;
}).observe(panel, { childList: true, subtree: true, attributeFilter: ["data-at", "data-shown"] });

document.addEventListener("focusin", (event) => (atStop = event.target.matches("[data-stop]")));

new MutationObserver(() => {
  const asked = element.querySelectorAll(".qd-exchange");
  if (asked.length > exchanges) {
    const box = element.closest("#qd-log");
    const top = topWithin(asked[asked.length - 1], box) + 2;
    box.scrollTo({ top, behavior: calm.matches || exchanges === 0 ? "auto" : "smooth" });
  }
  exchanges = asked.length;
  // Each step draws the button anew, and the last one takes it away.
  if (atStop && document.activeElement === document.body)
    (element.querySelector("[data-stop]") ?? document.querySelector("#qd-box textarea"))?.focus();
  pointOut(shownAt);
}).observe(element, { childList: true, subtree: true, characterData: true });

new MutationObserver(() => {
  document.documentElement.lang = document.querySelector(".qd-masthead")?.lang ?? "en";
  if (!narrow.matches && document.activeElement === document.body) document.querySelector("#qd-box textarea")?.focus();
}).observe(masthead, { childList: true, subtree: true });
