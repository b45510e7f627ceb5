async function put(resource, headers = {}) {
  const address = `${process.env.HAIDANG_URL}/fhir/${resource.resourceType}/${resource.id}`;
  const answer = await fetch(address, {
    method: "PUT",
    headers: {
      Authorization: `Bearer ${process.env.HAIDANG_TOKEN}`,
      "Content-Type": "application/fhir+json",
      ...headers,
    },
    body: JSON.stringify(resource),
  });
  return [answer.status, await answer.json()];
}

const note = { resourceType: "Basic", id: crypto.randomUUID(), code: { text: "first" } };
const [, stored] = await put(note);
const seen = { "If-Match": `W/"${stored.meta.versionId}"` };
console.log((await put({ ...note, code: { text: "second" } }, seen))[0]);
const [status, outcome] = await put({ ...note, code: { text: "too late" } }, seen);
console.log(status, outcome.issue[0].details.coding[0].code);
