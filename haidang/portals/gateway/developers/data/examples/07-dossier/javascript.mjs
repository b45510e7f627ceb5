// A dossier of a person who does not exist; yours comes from the hospital's software.
const sample = await fetch(`${process.env.HAIDANG_URL}/gateway/sandbox/dossier.xml`);
const answer = await fetch(
  `${process.env.HAIDANG_URL}/gateway/claims?filename=dossier.xml&wait=20`,
  {
    method: "POST",
    headers: {
      Authorization: `Bearer ${process.env.HAIDANG_TOKEN}`,
      "Content-Type": "application/xml",
    },
    body: await sample.arrayBuffer(),
  },
);
const report = await answer.json();
console.log("receipt", report.receipt, report.state);
for (const { problems } of report.dossiers) {
  for (const { code, en, action_en } of problems) console.log(code, en, action_en);
}
