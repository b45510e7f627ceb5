const GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade";
const somebody = {
  resourceType: "Patient",
  identifier: [{ system: "https://haidang.vn/fhir/sid/citizen-id", value: "031185000001" }],
  name: [{ text: "Trần Thị Ví Dụ" }],
  gender: "female",
  birthDate: "1985-07-21",
};
const answer = await fetch(`${process.env.HAIDANG_URL}/fhir/Patient/$match`, {
  method: "POST",
  headers: {
    Authorization: `Bearer ${process.env.HAIDANG_TOKEN}`,
    "Content-Type": "application/fhir+json",
  },
  body: JSON.stringify(somebody),
});
for (const { resource, search } of (await answer.json()).entry ?? []) {
  const grade = search.extension.find(({ url }) => url === GRADE).valueCode;
  console.log(resource.id, grade, search.score);
}
