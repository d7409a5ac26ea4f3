// The list of conversations as a drawer, and the address of the one that is open: what the reader does there goes to
// the server, and the browser's back and forward lead through the conversations.

const drawer = byId("qd-drawer");
const place = byId("qd-place");
const handed = byId("qd-handed");
let focusInList;

const isListing = () => document.body.classList.contains("qd-listing");

const list = (open) => {
  document.body.classList.toggle("qd-listing", open);
  masthead.inert = room.inert = open;
  const button = masthead.querySelector("[data-drawer]");
  button?.setAttribute("aria-expanded", String(open));
  (open ? drawer.querySelector(".qd-new") : button)?.focus();
};

const arrive = (address) => {
  exchanges = 0;
  opener = null;
  if (isListing()) list(false);
  sheet(false);
  trigger("arrive", { address });
  if (!narrow.matches) document.querySelector("#qd-box textarea")?.focus();
};

const showChoices = (button) => {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  const choices = button.parentElement.querySelector(".qd-choices");
  choices.hidden = !open;
  if (!open) return;
  choices.querySelector("input").focus();
  choices.querySelector("input").select();
};

const askDelete = (button, sure) => {
  const choices = button.closest(".qd-choices");
  choices.querySelector(".qd-sure").hidden = !sure;
  choices.querySelector(sure ? "[data-keep]" : "[data-ask-delete]").focus();
};

document.addEventListener("click", (event) => {
  if (isListing() && !drawer.contains(event.target)) return list(false);
  const target = event.target.closest?.(
    "[data-drawer], [data-close-drawer], [data-new], [data-conversation], [data-more], [data-export], [data-ask-delete], [data-keep], [data-delete]",
  );
  if (!target) return;
  const said = target.dataset;
  if (target.tagName === "A") {
    // With a modifier it is a link like any other: to a tab or a window of its own.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    arrive(said.conversation ? `?c=${said.conversation}` : "?");
  } else if ("drawer" in said) list(true);
  else if ("closeDrawer" in said) list(false);
  else if (said.more) showChoices(target);
  else if (said.export) trigger("export", { id: said.export, site: location.origin });
  else if ("askDelete" in said) askDelete(target, true);
  else if ("keep" in said) askDelete(target, false);
  else if (said.delete) {
    focusInList = ".qd-new";
    trigger("delete", { id: said.delete });
  }
});

document.addEventListener("submit", (event) => {
  const id = event.target.dataset.rename;
  if (!id) return;
  event.preventDefault();
  focusInList = `[data-more="${CSS.escape(id)}"]`;
  trigger("rename", { id, title: event.target.elements.title.value });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isListing()) list(false);
});

// A list that was drawn anew has folded everything away, also what had the focus.
new MutationObserver(() => {
  if (!focusInList || !isListing()) return;
  drawer.querySelector(focusInList)?.focus();
  focusInList = undefined;
}).observe(drawer, { childList: true, subtree: true, characterData: true, attributes: true });

new MutationObserver(() => {
  const id = place.querySelector("[data-conversation]")?.dataset.conversation ?? "";
  const told = new URLSearchParams(location.search).get("c") ?? "";
  if (id !== told) history.pushState(null, "", id ? `?c=${id}` : location.pathname);
}).observe(place, { childList: true, subtree: true, attributes: true });

window.addEventListener("popstate", () => arrive(location.search + location.hash));

new MutationObserver(() => {
  const told = handed.querySelector("[data-text]");
  if (!told) return;
  const file = new Blob([told.dataset.text], { type: "text/markdown;charset=utf-8" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: told.dataset.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}).observe(handed, { childList: true, subtree: true, attributeFilter: ["data-token"] });
