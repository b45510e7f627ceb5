// Files dropped on the form, their names and sizes, and progress while they travel.
// The answer is a page: it replaces this one, as it would without script.
import { once } from "./once.js";

const size = (bytes) =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1).replace(".", ",")} MB`;

function list(form, input) {
  const rows = [...input.files].slice(0, 20).map((file) => {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const weight = document.createElement("span");
    name.textContent = file.name;
    weight.textContent = size(file.size);
    row.append(name, weight);
    return row;
  });
  form.querySelector("[data-files]").replaceChildren(...rows);
}

function send(form, submitter) {
  const line = form.querySelector("[data-progress]");
  const bar = line.querySelector("progress");
  const request = new XMLHttpRequest();
  line.hidden = false;
  if (submitter) submitter.disabled = true;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = total ? (100 * loaded) / total : 0;
    line.querySelector("[data-progress-count]").textContent = `${size(loaded)} / ${size(total)}`;
    if (loaded === total) bar.removeAttribute("value");
  });
  request.addEventListener("load", () => show(request, form));
  request.addEventListener("error", () => form.submit());
  request.open(form.method, form.action);
  request.send(new FormData(form));
}

function show(request, form) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const answer = page.querySelector("main");
  if (!answer) {
    form.submit();
    return;
  }
  // The page behind a redirect has come already, with its messages: asking again would lose them.
  if (request.responseURL !== location.href) goTo(request.responseURL);
  document.querySelector("main").replaceWith(answer);
  document.title = page.title;
  window.htmx.process(document.body);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  answer.focus();
}

function goTo(url) {
  history.pushState(null, "", url);
  const here = location.pathname + location.search;
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== here) location.reload();
  });
}

export function uploads(root) {
  for (const form of once("upload", root, "form[data-upload]")) {
    const input = form.querySelector("input[type=file]");
    const over = (yes) => form.classList.toggle("drop-over", yes);
    input.addEventListener("change", () => list(form, input));
    form.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
    form.addEventListener("dragleave", () => over(false));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      list(form, input);
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form, event.submitter); });
  }
}
