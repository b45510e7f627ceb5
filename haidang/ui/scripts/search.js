// "/" goes to the search box from anywhere. A scanner that types like a keyboard sends many
// characters within a moment: those are caught anywhere too and searched as one text.
import { once } from "./once.js";

const FASTEST_TYPIST_MS = 50;
const SHORTEST_CODE = 10;

const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");

export function search(root) {
  const [form] = once("search", root, "[data-search]");
  if (!form) return;
  const box = form.querySelector("input[name=q]");
  let typed = "";
  let last = 0;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const quick = event.timeStamp - last < FASTEST_TYPIST_MS;
    if (event.key.length === 1) last = event.timeStamp;
    if (event.key === "Enter" && quick && typed.length >= SHORTEST_CODE) {
      event.preventDefault();
      box.value = typed;
      form.requestSubmit();
    } else if (event.key.length === 1) {
      typed = quick ? typed + event.key : event.key;
      if (event.key === "/" && !quick) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    }
  });
}
