// A form or button with data-confirm="…" asks first. Without script the server's own page asks.
import { once } from "./once.js";

const dialog = () => document.getElementById("confirm");

function ask(element) {
  const box = dialog();
  box.querySelector("[data-confirm-text]").textContent = element.dataset.confirm;
  const yes = box.querySelector("[data-confirm-yes]");
  if (element.dataset.confirmLabel) yes.textContent = element.dataset.confirmLabel;
  yes.classList.toggle("btn-error", element.dataset.confirmKind === "bad");
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) =>
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true }),
  );
}

export function confirmations(root) {
  for (const form of once(root, "form[data-confirm], form:has(button[data-confirm])")) {
    form.addEventListener("submit", async (event) => {
      const asking = event.submitter?.dataset.confirm ? event.submitter : form;
      if (!asking.dataset.confirm || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await ask(asking))) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter);
      delete form.dataset.confirmed;
    });
  }
}
