// A form or button with data-confirm="…" asks first. Without script the server decides alone.
import { once } from "./once.js";

const allowed = new WeakSet();

function ask(element) {
  const box = document.getElementById("confirm");
  const yes = box.querySelector("[data-confirm-yes]");
  box.querySelector("[data-confirm-text]").textContent = element.dataset.confirm;
  yes.textContent = element.dataset.confirmLabel ?? yes.dataset.usual;
  yes.classList.toggle("btn-error", element.dataset.confirmKind === "bad");
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) =>
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true }),
  );
}

async function hold(event) {
  const { target: form, submitter } = event;
  const asking = submitter?.dataset.confirm ? submitter : form;
  if (!asking.dataset?.confirm || allowed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(asking))) return;
  allowed.add(form);
  form.requestSubmit(submitter);
}

export function confirmations(root) {
  // Before anybody else hears of it: htmx listens on the form itself.
  if (once("confirm", root, "body").length) document.addEventListener("submit", hold, true);
}
