// fhirclient (npm), unmodified, as a web app on its own port: smart_app.mjs ISS CLIENT_ID SCOPE.
// It tells its address on the first line, and after the launch what it read, as one line of JSON.
import http from "node:http";
import FHIR from "fhirclient";

const [iss, clientId, scope] = process.argv.slice(2);
const kept = new Map();
const storage = {
  get: async (key) => kept.get(key),
  set: async (key, value) => (kept.set(key, value), value),
  unset: async (key) => kept.delete(key),
};

async function readOn(client) {
  const everything = await client.request("Observation?_count=2", { pageLimit: 0, flat: true });
  const page = await client.request("Observation?_count=1", {
    resolveReferences: ["subject"],
    graph: true,
  });
  const before = client.getState("tokenResponse.access_token");
  await client.refresh();
  return {
    patient: (await client.patient.read()).name[0].text,
    observations: everything.map((one) => one.id).sort(),
    resolved: page.entry[0].resource.subject.name[0].text,
    user: client.getFhirUser(),
    encounter: client.encounter.id,
    another: before !== client.getState("tokenResponse.access_token"),
  };
}

const web = http.createServer(async (request, response) => {
  const smart = FHIR(request, response, storage);
  const { pathname, searchParams } = new URL(request.url, "http://app");
  if (pathname === "/launch") {
    const launch = searchParams.get("launch") ?? undefined;
    return smart.authorize({ iss, clientId, scope, launch, redirectUri: "/back" });
  }
  if (pathname !== "/back") {
    return response.writeHead(404).end();
  }
  try {
    console.log(JSON.stringify(await readOn(await smart.ready())));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }));
  }
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.end("<!doctype html><title>Back</title><h1>Back in the app</h1>");
});
web.listen(Number(process.argv[5] ?? 0), "127.0.0.1", () => console.log(web.address().port));
