const wanted = new URLSearchParams({
  "patient.identifier": "https://example.org/his|DEV-1",
  code: "http://loinc.org|29463-7",
  _count: 1,
});
const headers = { Authorization: `Bearer ${process.env.HAIDANG_TOKEN}` };
let page = `${process.env.HAIDANG_URL}/fhir/Observation?${wanted}`;
while (page) {
  const bundle = await (await fetch(page, { headers })).json();
  for (const { resource } of bundle.entry ?? []) {
    console.log(resource.effectiveDateTime, resource.valueQuantity.value);
  }
  page = bundle.link.find((link) => link.relation === "next")?.url;
}
