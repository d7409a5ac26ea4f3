// The library page over the desk, and files that are dropped anywhere on the page.

const library = byId("qd-library");
let dragged = 0;

const isInLibrary = () => document.body.classList.contains("qd-stacks");

const browse = (open) => {
  document.body.classList.toggle("qd-stacks", open);
  masthead.inert = room.inert = open;
  if (open) trigger("library", {});
  (open ? library.querySelector("h2") : masthead.querySelector("[data-library]"))?.focus();
};

// The button hides its field for files somewhere inside or beside itself.
const fileField = () => byId("qd-add")?.parentElement.querySelector('input[type="file"]');

const takesFiles = (event) => fileField() && event.dataTransfer?.types.includes("Files");

const hold = (held) => {
  document.body.dataset.drop = library.querySelector("[data-drop]")?.dataset.drop ?? "";
  document.body.classList.toggle("qd-dropping", held);
};

const handIn = (files) => {
  const field = fileField();
  field.files = files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};

// Before the panel hears of the click: an article opens at the desk.
document.addEventListener(
  "click",
  (event) => {
    const target = event.target.closest?.("[data-library], [data-close-library], #qd-library [data-open]");
    if (!target) return;
    browse("library" in target.dataset);
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isInLibrary()) browse(false);
});

document.addEventListener("dragenter", (event) => {
  if (takesFiles(event) && ++dragged === 1) hold(true);
});
document.addEventListener("dragleave", (event) => {
  if (takesFiles(event) && --dragged === 0) hold(false);
});
document.addEventListener("dragover", (event) => takesFiles(event) && event.preventDefault());
document.addEventListener("drop", (event) => {
  if (!takesFiles(event)) return;
  event.preventDefault();
  dragged = 0;
  hold(false);
  if (!isInLibrary()) browse(true);
  handIn(event.dataTransfer.files);
});
