// Ctrl K: go to a page of the menu, or look for a person, by typing.
import { once } from "./once.js";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

function places() {
  const links = document.querySelectorAll(".rail-item, .rail .pop-item");
  return [...links].map((link) => ({ label: link.textContent.trim(), url: link.href }));
}

function choices(dialog, text) {
  const wanted = fold(text.trim());
  const found = places().filter((place) => fold(place.label).includes(wanted));
  if (wanted) {
    found.push({ label: `${dialog.dataset.find}: ${text.trim()}`, url: "#", wanted: text.trim() });
  }
  return found;
}

// What is looked for may name a person, so it is posted and never stands in an address.
function look(wanted) {
  const form = document.querySelector("[data-scan-form]");
  form.elements.q.value = wanted;
  form.requestSubmit();
}

function draw(list, found, chosen) {
  const options = found.map((place, index) => {
    const link = document.createElement("a");
    Object.assign(link, { className: "pop-item", href: place.url, textContent: place.label });
    link.id = `palette-${index}`;
    link.role = "option";
    link.tabIndex = -1;
    link.ariaSelected = String(index === chosen);
    if (place.wanted) link.addEventListener("click", (event) => { event.preventDefault(); look(place.wanted); });
    return link;
  });
  list.replaceChildren(...options);
  options[chosen]?.scrollIntoView({ block: "nearest" });
}

export function palette(root) {
  const [dialog] = once("palette", root, "[data-palette]");
  if (!dialog) return;
  const box = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  let chosen = 0;
  const show = () => {
    const found = choices(dialog, box.value);
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    draw(list, found, chosen);
    box.setAttribute("aria-activedescendant", found.length ? `palette-${chosen}` : "");
  };
  box.addEventListener("input", () => { chosen = 0; show(); });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); chosen += step; show(); }
    if (event.key === "Enter") { event.preventDefault(); list.children[chosen]?.click(); }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    box.value = "";
    dialog.showModal();
    show();
  });
}
