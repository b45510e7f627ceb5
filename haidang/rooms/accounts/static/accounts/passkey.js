// Passkeys: asks the browser for one, sends its answer, goes where the server says.
// A form with data-passkey="use" or "add" names two addresses: data-options and data-answer.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const opened = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

function forBrowser({ publicKey }) {
  const wanted = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) wanted.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  if (publicKey.excludeCredentials) wanted.excludeCredentials = opened(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) wanted.allowCredentials = opened(publicKey.allowCredentials);
  return { publicKey: wanted };
}

function forServer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content,
    },
    body: JSON.stringify(body),
  });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.message || "");
  return found;
}

async function use(form) {
  const options = forBrowser(await post(form.dataset.options, {}));
  const credential = await navigator.credentials.get(options);
  return post(form.dataset.answer + location.search, forServer(credential));
}

async function add(form) {
  const options = forBrowser(await post(form.dataset.options, {}));
  const credential = await navigator.credentials.create(options);
  const name = form.elements.name.value;
  return post(form.dataset.answer, { name, credential: forServer(credential) });
}

function showCodes(form, codes, url) {
  const place = document.getElementById("new-codes");
  place.querySelector("ul").replaceChildren(
    ...codes.map((code) => Object.assign(document.createElement("li"), { textContent: code })));
  place.querySelector("a").href = url;
  place.hidden = false;
  form.hidden = true;
  place.querySelector("h2").focus();
}

async function run(event) {
  event.preventDefault();
  const form = event.target;
  const problem = form.querySelector("[data-problem]");
  const button = form.querySelector("button");
  problem.hidden = true;
  button.disabled = true;
  try {
    const { url, codes = [] } = await (form.dataset.passkey === "add" ? add(form) : use(form));
    if (codes.length) showCodes(form, codes, url);
    else location.assign(url);
  } catch (error) {
    // A person who closes the browser's own window knows why; the sentence helps with the rest.
    problem.textContent = (error.name === "Error" && error.message) || problem.dataset.problem;
    problem.hidden = false;
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", run);
}
