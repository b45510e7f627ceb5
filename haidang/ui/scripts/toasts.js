// Short news at the foot of the page: `toast("Đã lưu", "ok")`, or the header
// HX-Trigger: {"toast": {"text": "Đã lưu", "kind": "ok"}} on any htmx answer.
import { once } from "./once.js";

const SECONDS = 6;

export function toast(text, kind = "info") {
  const box = document.createElement("div");
  box.className = `note tone-${kind}`;
  const words = document.createElement("p");
  words.className = "note-body";
  words.textContent = text;
  box.append(words);
  document.getElementById("toasts").append(box);
  if (kind !== "bad") setTimeout(() => box.remove(), SECONDS * 1000);
  else box.addEventListener("click", () => box.remove());
}

export function toasts(root) {
  for (const button of once(root, "[data-dismiss]")) {
    button.hidden = false;
    button.addEventListener("click", () => button.closest(".note").remove());
  }
  if (!once(root, "#toasts").length) return;
  document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail.kind));
}
