// Short news at the foot of the page: `toast("Đã lưu", "ok")`, or the header
// HX-Trigger: {"toast": {"text": "Đã lưu", "kind": "ok"}} on any htmx answer.
import { once } from "./once.js";

const SECONDS = 6;

export function toast(text, kind = "info") {
  const shape = document.querySelector(`template[data-toast="${kind}"]`) ?? document.querySelector("template[data-toast]");
  const box = shape.content.firstElementChild.cloneNode(true);
  box.querySelector(".note-body").textContent = text;
  document.getElementById("toasts").append(box);
  toasts(box);
  if (kind !== "bad") setTimeout(() => box.remove(), SECONDS * 1000);
}

export function toasts(root) {
  for (const button of once("toasts", root, "[data-dismiss]")) {
    button.hidden = false;
    button.addEventListener("click", () => button.closest(".note").remove());
  }
  if (!once("toasts", root, "#toasts").length) return;
  document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail.kind));
}
