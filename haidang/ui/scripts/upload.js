// Files dropped on the form, their names and sizes, and progress while they travel.
// The answer is a page: it replaces this one, as it would without script. Sentences come with the form
// (`data-says-…`): whatever goes wrong on the way, the files stay chosen and may be sent again.
import { once } from "./once.js";

const SHOWN = 20;
const PERCENT = 100;
const SERVER_ERROR = 500;

// Megabytes as the limits count them, written as the language of the page does.
const KB = 1024;
const MB = KB * KB;
const number = (value, digits) =>
  value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const size = (bytes) => (bytes < MB ? `${number(Math.max(1, bytes / KB), 0)} KB` : `${number(bytes / MB, 1)} MB`);

// Bytes that a file may have: a zip holds many dossiers, so it has a limit of its own.
function limit(form, file) {
  const { largest, largestZip } = form.dataset;
  return Number((/\.zip$/i.test(file.name) && largestZip) || largest || Infinity);
}

function list(form, input) {
  const files = [...input.files];
  const heavy = files.filter((file) => file.size > limit(form, file));
  const rest = files.filter((file) => !heavy.includes(file));
  form.querySelector("[data-files]").replaceChildren(...[...heavy, ...rest].slice(0, SHOWN).map((file) => row(file, heavy)));
  const many = files.length > Number(form.dataset.most || Infinity) && form.dataset.saysMany;
  const trouble = (heavy.length && form.dataset.saysHeavy) || many || "";
  input.setCustomValidity(trouble);
  say(form, trouble);
}

function row(file, heavy) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  const weight = document.createElement("span");
  name.textContent = file.name;
  weight.textContent = size(file.size);
  weight.className = "tabular whitespace-nowrap";
  line.classList.toggle("drop-heavy", heavy.includes(file));
  line.append(name, weight);
  return line;
}

function say(form, sentence) {
  const place = form.querySelector("[data-trouble]");
  place.hidden = !sentence;
  place.querySelector("[data-trouble-text]").textContent = sentence;
}

function send(form, submitter) {
  const request = new XMLHttpRequest();
  const way = { sent: 0, total: 0, stop: () => request.abort() };
  busy(form, submitter, way);
  const over = (sentence) => { idle(form, submitter, way); say(form, sentence); };
  request.upload.addEventListener("progress", ({ loaded, total }) => progress(form, Object.assign(way, { sent: loaded, total })));
  request.addEventListener("load", () => answered(request, form, over));
  request.addEventListener("error", () => over(cut(form, way)));
  request.addEventListener("abort", () => over(form.dataset.saysStopped));
  request.open(form.method, form.action);
  request.send(new FormData(form));
}

function progress(form, { sent, total }) {
  const bar = form.querySelector("[data-progress] progress");
  const part = total ? Math.floor((PERCENT * sent) / total) : 0;
  bar.value = part;
  form.querySelector("[data-progress-count]").textContent = `${part} % · ${size(sent)} / ${size(total)}`;
  if (sent < total) return;
  bar.removeAttribute("value");
  form.querySelector("[data-progress-text]").textContent = form.dataset.saysReading;
  form.querySelector("[data-stop]").hidden = true; // it is the server's turn, and it will answer
}

const cut = (form, { sent, total }) => {
  const arrived = total && sent === total;
  return (arrived ? form.dataset.saysUnanswered : form.dataset.saysCut).replace("{sent}", size(sent)).replace("{total}", size(total));
};

const leaving = (event) => event.preventDefault();

function busy(form, submitter, way) {
  say(form, "");
  form.querySelector("[data-progress]").hidden = false;
  form.querySelector("[data-progress-text]").textContent = form.dataset.saysSending;
  const stop = form.querySelector("[data-stop]");
  stop.hidden = false;
  stop.addEventListener("click", way.stop);
  if (submitter) submitter.disabled = true;
  addEventListener("beforeunload", leaving);
}

function idle(form, submitter, way) {
  form.querySelector("[data-progress]").hidden = true;
  form.querySelector("[data-stop]").removeEventListener("click", way.stop);
  if (submitter) submitter.disabled = false;
  removeEventListener("beforeunload", leaving);
}

function answered(request, form, over) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const content = answer.querySelector("main");
  if (!content || request.status >= SERVER_ERROR) {
    over(form.dataset.saysFailed);
    return;
  }
  over("");
  show(request.responseURL, answer.title, content);
}

function show(url, title, content) {
  // The page behind a redirect has come already, with its messages: asking again would lose them.
  if (url !== location.href) goTo(url);
  document.querySelector("main").replaceWith(content);
  document.title = title;
  window.htmx.process(document.body);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  content.focus();
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
