// The quote behind a number, shown while a pointer rests on the number or the keyboard is at it. What it shows is the
// card of the same answer, so nothing is told twice. It stays while the pointer is on it, and Escape puts it away.

const hover = Object.assign(document.createElement("div"), { id: "qd-hover", role: "tooltip", hidden: true });
document.body.append(hover);
let leaving;

const putAway = () => {
  hover.hidden = true;
  document.querySelector("[aria-describedby=qd-hover]")?.removeAttribute("aria-describedby");
};

const putBeside = (number) => {
  const at = number.getBoundingClientRect();
  const size = hover.getBoundingClientRect();
  const below = at.bottom + 8 + size.height < innerHeight;
  hover.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - 8 - size.height)}px`;
  hover.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - size.width - 8))}px`;
};

const show = (number) => {
  clearTimeout(leaving);
  const card = [...element.querySelectorAll(".qd-card")].find((one) => one.dataset.open === number.dataset.open);
  if (!card || card.contains(number)) return;
  putAway();
  hover.replaceChildren(...[...card.querySelectorAll("blockquote, .qd-title, .qd-byline")].map((part) => part.cloneNode(true)));
  hover.hidden = false;
  number.setAttribute("aria-describedby", "qd-hover");
  putBeside(number);
};

const leave = () => {
  clearTimeout(leaving);
  leaving = setTimeout(putAway, 160);
};

const numberOf = (event) => event.target.closest?.(".qd-number");
if (window.matchMedia("(hover: hover)").matches) {
  element.addEventListener("mouseover", (event) => numberOf(event) && show(numberOf(event)));
  element.addEventListener("mouseout", (event) => numberOf(event) && leave());
}
element.addEventListener("focusin", (event) => numberOf(event)?.matches(":focus-visible") && show(numberOf(event)));
element.addEventListener("focusout", leave);
element.closest("#qd-log").addEventListener("scroll", putAway);
hover.addEventListener("mouseenter", () => clearTimeout(leaving));
hover.addEventListener("mouseleave", leave);
document.addEventListener("click", putAway);
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || hover.hidden) return;
    putAway();
    event.preventDefault();
  },
  true,
);
