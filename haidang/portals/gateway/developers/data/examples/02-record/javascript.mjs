const category = "http://terminology.hl7.org/CodeSystem/observation-category";
const fresh = "urn:uuid:5f0c2b1e-6a4d-4c1c-9f33-0f3a5d6e7b01";
const patient = {
  resourceType: "Patient",
  identifier: [
    { system: "https://example.org/his", value: "DEV-1" },
    { system: "https://haidang.vn/fhir/sid/citizen-id", value: "031185000001" },
  ],
  name: [{ text: "Trần Thị Ví Dụ", family: "Trần", given: ["Thị", "Ví", "Dụ"] }],
  gender: "female",
  birthDate: "1985-07-21",
};
const weight = {
  resourceType: "Observation",
  status: "final",
  category: [{ coding: [{ system: category, code: "vital-signs" }] }],
  code: { coding: [{ system: "http://loinc.org", code: "29463-7" }] },
  subject: { reference: fresh },
  effectiveDateTime: "2026-11-25",
  valueQuantity: { value: 60.5, unit: "kg", system: "http://unitsofmeasure.org", code: "kg" },
};
const ifNoneExist = "identifier=https://example.org/his|DEV-1";
const answer = await fetch(`${process.env.HAIDANG_URL}/fhir`, {
  method: "POST",
  headers: {
    Authorization: `Bearer ${process.env.HAIDANG_TOKEN}`,
    "Content-Type": "application/fhir+json",
  },
  body: JSON.stringify({
    resourceType: "Bundle",
    type: "transaction",
    entry: [
      { fullUrl: fresh, resource: patient, request: { method: "POST", url: "Patient", ifNoneExist } },
      { resource: weight, request: { method: "POST", url: "Observation" } },
    ],
  }),
});
for (const { response } of (await answer.json()).entry) {
  console.log(response.status, response.location);
}
