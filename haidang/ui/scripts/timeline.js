// Filters and older episodes are links; here only: opening every episode before printing.
import { once } from "./once.js";

export function timelines(root) {
  if (!once("timeline", root, "body").length) return;
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(".episode > details:not([open])")];
    for (const episode of closed) episode.open = true;
  });
  window.addEventListener("afterprint", () => closed.forEach((episode) => (episode.open = false)));
}
