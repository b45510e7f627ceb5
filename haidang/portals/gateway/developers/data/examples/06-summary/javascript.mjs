const wanted = new URLSearchParams({
  identifier: "https://example.org/his|DEV-1",
  _language: "en",
});
const answer = await fetch(`${process.env.HAIDANG_URL}/fhir/Patient/$summary?${wanted}`, {
  headers: { Authorization: `Bearer ${process.env.HAIDANG_TOKEN}` },
});
const composition = (await answer.json()).entry[0].resource;
console.log(composition.type.coding[0].code, composition.title);
for (const section of composition.section) console.log("-", section.title, section.entry.length);
