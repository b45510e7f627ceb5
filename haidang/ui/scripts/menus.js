// Small menus (details.pop) close on Escape, on a click elsewhere, and when another opens.
import { once } from "./once.js";

const opened = () => document.querySelectorAll("details.pop[open]");

export function menus(root) {
  for (const focusFirst of once("menus", root, "main [data-focus-first]")) {
    if (!focusFirst.closest(".gallery-example")) focusFirst.focus();
  }
  for (const button of once("menus", root, "[data-opens]")) {
    button.hidden = false;
    button.addEventListener("click", () => document.getElementById(button.dataset.opens)?.showModal());
  }
  if (!once("menus", root, "body").length) return;
  document.addEventListener("click", (event) => {
    for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of opened()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
