// Says at once that a question was sent. The server's first word takes its place, soon after or, when many ask, later.
// Runs in the same function as quotedesk.js, after it.

// Gradio's client does not listen for the answer to an event that it sent while the server was closing the stream of the
// one before. The next event opens a new stream, and all that was missed comes with it.
const SECONDS_OF_SILENCE = 2;
const TIMES_TO_LISTEN = 30;
let silence;

const listenUntilAnswered = () => {
  clearInterval(silence);
  let left = TIMES_TO_LISTEN;
  silence = setInterval(() => (left-- > 0 ? trigger("listen", {}) : clearInterval(silence)), SECONDS_OF_SILENCE * 1000);
};

const takeBack = () => {
  clearInterval(silence);
  element.querySelector(".qd-sent")?.remove();
};

const made = (tag, text, attributes) => {
  const node = Object.assign(document.createElement(tag), { textContent: text });
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

const showSent = () => {
  const question = document.querySelector("#qd-box textarea").value.trim();
  const log = element.querySelector(".qd-log");
  if (!question || !log) return;
  takeBack();
  const sent = made("article", "", { class: "qd-exchange qd-sent", "aria-busy": "true" });
  const doing = masthead.querySelector("[data-sent]")?.dataset.sent ?? "";
  sent.append(made("h2", question, { class: "qd-question", dir: "auto" }));
  sent.append(made("p", doing, { class: "qd-sending", role: "status" }));
  log.append(sent);
  listenUntilAnswered();
};

// Before Gradio's own listeners, which empty the box.
document.addEventListener(
  "keydown",
  (event) => {
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends && event.target.matches?.("#qd-box textarea")) showSent();
  },
  true,
);

document.addEventListener("click", (event) => event.target.closest?.("#qd-box button") && showSent(), true);

const bySomeoneElse = (record) => [...record.addedNodes].some((node) => !node.classList?.contains("qd-sent"));

new MutationObserver((records) => records.some(bySomeoneElse) && takeBack()).observe(element, {
  childList: true,
  subtree: true,
});

// Not every change in the notice's place is a notice: Gradio's clock ticks there too.
const aNotice = (record) => [...record.addedNodes].some((node) => node.matches?.("[role=alert]"));

new MutationObserver((records) => records.some(aNotice) && takeBack()).observe(byId("qd-notice"), {
  childList: true,
  subtree: true,
});
