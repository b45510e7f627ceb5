// Tables that become cards on a phone keep their meaning: names from the head, table roles
// (which display: block would take away).
import { once } from "./once.js";

export function tables(root) {
  for (const table of once("tables", root, "table.table-cards")) {
    const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    table.role = "table";
    for (const head of table.querySelectorAll("thead th")) head.role = "columnheader";
    for (const row of table.rows) {
      row.role = "row";
      [...row.cells].forEach((cell, index) => {
        if (cell.tagName === "TD") cell.role = "cell";
        else if (row.parentElement.tagName === "TBODY") cell.role = "rowheader";
        if (cell.tagName === "TD" && names[index] && !("label" in cell.dataset)) cell.dataset.label = names[index];
      });
    }
    for (const body of table.querySelectorAll("thead, tbody")) body.role = "rowgroup";
  }
}
