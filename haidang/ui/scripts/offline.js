// Reading without a network: the switch that asks for it, the note on a kept page, the list of them.
import { once } from "./once.js";

const PAGES = "kept-pages";

const told = (at) =>
  new Date(at).toLocaleString(document.documentElement.lang === "en" ? "en-GB" : "vi-VN", {
    hour: "2-digit", minute: "2-digit", day: "2-digit", month: "2-digit", year: "numeric",
  });

async function begin({ keep, parts }) {
  await navigator.serviceWorker.register(keep);
  await navigator.serviceWorker.ready;
  if (!navigator.serviceWorker.controller) {
    await new Promise((claimed) =>
      navigator.serviceWorker.addEventListener("controllerchange", claimed, { once: true }),
    );
  }
  // What is on the screen was fetched before the worker was there: once more, through it.
  await fetch(location.href, { headers: { "X-Keep-Offline": "1" } });
  const fetched = performance.getEntriesByType("resource").map(({ name }) => name);
  const held = new Set(fetched.filter((url) => new URL(url).pathname.startsWith(parts)));
  await Promise.all([...held].map((url) => fetch(url)));
}

async function end(registration) {
  await registration?.unregister();
  for (const name of await caches.keys()) if (name.startsWith("kept-")) await caches.delete(name);
}

async function ready(box) {
  const toggle = box.querySelector("input");
  const registered = () => navigator.serviceWorker.getRegistration("/");
  toggle.checked = Boolean(await registered());
  box.hidden = false;
  toggle.addEventListener("change", async () => {
    toggle.disabled = true;
    try {
      await (toggle.checked ? begin(box.dataset) : end(await registered()));
    } catch {
      toggle.checked = false; // The network went in the middle: nothing is kept, and it says so.
    }
    toggle.disabled = false;
  });
}

async function list(box) {
  const pages = await (await caches.open(PAGES)).keys();
  for (const { url } of pages.reverse()) {
    const found = await (await caches.open(PAGES)).match(url);
    const at = found.headers.get("X-Kept-At");
    if (!at) continue;
    const page = new DOMParser().parseFromString(await found.text(), "text/html");
    const words = ["main h1", "main [aria-current=page]"].map((part) => page.querySelector(part)?.textContent.trim());
    const link = box.querySelector("template").content.firstElementChild.cloneNode(true);
    link.href = url;
    link.querySelector("strong").textContent = words.filter(Boolean).join(" · ");
    link.querySelector("time").textContent = told(at);
    box.append(link);
  }
  box.hidden = box.children.length < 2;
}

export function offline(root) {
  const { keptAt } = document.documentElement.dataset;
  for (const note of once("kept", root, "[data-kept-note]")) {
    if (!keptAt) continue;
    note.querySelector("time").textContent = told(keptAt);
    note.hidden = false;
  }
  if (!("serviceWorker" in navigator)) return; // such as a page without https
  for (const box of once("keep", root, "[data-keep]")) ready(box);
  for (const box of once("kept-pages", root, "[data-kept-pages]")) list(box);
}
