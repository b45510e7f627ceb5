// fhir-kit-client (npm), unmodified: kit.mjs BASE TOKEN TASK → one line of JSON.
import { Client } from "fhir-kit-client";

const [baseUrl, bearerToken, task] = process.argv.slice(2);
const client = new Client({ baseUrl, bearerToken });
const person = { resourceType: "Patient", name: [{ text: "Người Thử Ba" }], gender: "female" };
const weight = (subject, n) => ({
  resourceType: "Observation",
  status: "final",
  code: { text: "Cân nặng" },
  subject: { reference: `Patient/${subject}` },
  effectiveDateTime: `2026-03-${String(n).padStart(2, "0")}`,
  valueQuantity: { value: 60 + n, unit: "kg" },
});
const versionOf = (resource) => resource.meta.versionId;
const idsOf = (bundle) => (bundle.entry ?? []).map((entry) => entry.resource.id);

async function weighed(count) {
  const made = await client.create({ resourceType: "Patient", body: person });
  for (let n = 1; n <= count; n++) {
    await client.create({ resourceType: "Observation", body: weight(made.id, n) });
  }
  return made;
}

async function everyPage(bundle) {
  const pages = [];
  for (let page = bundle; page; page = await client.nextPage({ bundle: page })) {
    pages.push(idsOf(page));
  }
  return pages;
}

async function refused(asked) {
  try {
    await asked;
    return null;
  } catch (error) {
    return [error.response.status, error.response.data.resourceType];
  }
}

const tasks = {
  async life() {
    const made = await client.create({ resourceType: "Patient", body: person });
    const here = { resourceType: "Patient", id: made.id };
    const updated = await client.update({ ...here, body: { ...made, birthDate: "1990-02-03" } });
    const patched = await client.patch({
      ...here,
      jsonPatch: [{ op: "replace", path: "/birthDate", value: "1990-02-04" }],
    });
    const stale = await refused(
      client.update({ ...here, body: made, options: { headers: { "If-Match": 'W/"1"' } } }),
    );
    await client.delete(here);
    return {
      versions: [made, updated, patched].map(versionOf),
      read: (await client.vread({ ...here, version: "3" })).birthDate,
      stale,
      gone: await refused(client.read(here)),
      history: (await client.history(here)).entry.map((entry) => entry.request.method),
    };
  },

  async pages() {
    const made = await weighed(11);
    const asked = { patient: made.id, _sort: "-date", _count: 3, _total: "accurate" };
    const byGet = await client.search({ resourceType: "Observation", searchParams: asked });
    const byPost = await client.search({
      resourceType: "Observation",
      searchParams: asked,
      options: { postSearch: true },
    });
    const inside = await client.search({
      resourceType: "Observation",
      compartment: { resourceType: "Patient", id: made.id },
      searchParams: { _count: 4 },
    });
    const all = await client.operation({ name: "everything", resourceType: "Patient", id: made.id, method: "GET" });
    return {
      total: byGet.total,
      byGet: await everyPage(byGet),
      byPost: await everyPage(byPost),
      inside: await everyPage(inside),
      everything: (await everyPage(all)).flat(),
      patient: made.id,
      resolved: (await client.resolve({ reference: `Patient/${made.id}` })).name[0].text,
    };
  },

  async bundles() {
    const full = "urn:uuid:0a4e2a5c-1e0c-4a06-9d7c-6a1b64b4a001";
    const entry = [
      { fullUrl: full, resource: person, request: { method: "POST", url: "Patient" } },
      { resource: { ...weight("x", 1), subject: { reference: full } }, request: { method: "POST", url: "Observation" } },
    ];
    const done = await client.transaction({ body: { resourceType: "Bundle", type: "transaction", entry } });
    const [patient, observation] = done.entry.map((each) => each.response.location.split("/_history")[0].split("/").slice(-2).join("/"));
    const stored = await client.resolve({ reference: observation });
    const mixed = await client.batch({
      body: {
        resourceType: "Bundle",
        type: "batch",
        entry: [{ request: { method: "GET", url: patient } }, { request: { method: "GET", url: "Patient/none" } }],
      },
    });
    return {
      points: stored.subject.reference === patient,
      statuses: mixed.entry.map((each) => each.response.status.slice(0, 3)),
    };
  },

  async where() {
    const found = await client.smartAuthMetadata();
    return Object.fromEntries(Object.entries(found).map(([name, url]) => [name, String(url)]));
  },

  async export() {
    const made = await weighed(5);
    const asked = await client.request("$export?_type=Observation", { options: { headers: { Prefer: "respond-async" } } });
    const where = Client.httpFor(asked).response.headers.get("Content-Location");
    let manifest = await client.request(where);
    while (Client.httpFor(manifest).response.status === 202) {
      await new Promise((again) => setTimeout(again, 100));
      manifest = await client.request(where);
    }
    const headers = { Authorization: `Bearer ${bearerToken}`, Accept: "application/fhir+ndjson" };
    const files = await Promise.all(manifest.output.map(async ({ url }) => (await fetch(url, { headers })).text()));
    const lines = files.flatMap((text) => text.trim().split("\n")).map((line) => JSON.parse(line));
    return { patient: `Patient/${made.id}`, subjects: lines.map((one) => one.subject.reference) };
  },
};

console.log(JSON.stringify(await tasks[task]()));
