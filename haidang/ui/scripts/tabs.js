// A row of tabs that is wider than the screen begins where the reader is.
import { once } from "./once.js";

export function tabs(root) {
  for (const row of once("tabs", root, ".tab-row")) {
    const here = row.querySelector("[aria-current]");
    if (!here || row.scrollWidth <= row.clientWidth) continue;
    const from = row.getBoundingClientRect().left + (row.clientWidth - here.clientWidth) / 2;
    row.scrollLeft += here.getBoundingClientRect().left - from;
  }
}
