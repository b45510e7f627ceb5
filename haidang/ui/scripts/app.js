// One bundle for every page. Each part improves markup that already works without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { confirmations } from "./confirm.js";
import { menus } from "./menus.js";
import { offline } from "./offline.js";
import { palette } from "./palette.js";
import { scanner } from "./scanner.js";
import { search } from "./search.js";
import { tables } from "./tables.js";
import { tabs } from "./tabs.js";
import { timelines } from "./timeline.js";
import { toasts } from "./toasts.js";
import { uploads } from "./upload.js";

window.htmx = htmx;

document.addEventListener("htmx:config:request", ({ detail }) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) detail.ctx.request.headers["X-CSRFToken"] = token;
});

const parts = [menus, toasts, confirmations, search, palette, scanner, tables, tabs, timelines, uploads, offline];
const enliven = (root) => parts.forEach((part) => part(root));
enliven(document);
document.addEventListener("htmx:after:swap", () => enliven(document));

// Alpine (its build for a strict policy) comes only to pages that ask for it.
if (document.querySelector("[x-data]")) {
  import("@alpinejs/csp").then(({ default: Alpine }) => {
    window.Alpine = Alpine;
    document.dispatchEvent(new CustomEvent("alpine:ready", { detail: Alpine }));
    Alpine.start();
  });
}
document.documentElement.dataset.ready = "";
