// Year jumps and filters stay links; here only: opening every episode before printing.
import { once } from "./once.js";

export function timelines(root) {
  if (!once(root, "html").length && root !== document) return;
  if (timelines.ready) return;
  timelines.ready = true;
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(".episode > details:not([open])")];
    for (const episode of closed) episode.open = true;
  });
  window.addEventListener("afterprint", () => closed.forEach((episode) => (episode.open = false)));
}
