"""The page `docs/reference/claims-mapping.md`, written from the mapping's own data.

    python -m haidang.engines.exchange.adapters.claims.fhir.page     writes the page again

A test fails when the page no longer says what the mapping does.
"""

from collections import defaultdict
from pathlib import Path

from haidang.engines.exchange.adapters.claims import tables
from haidang.engines.exchange.adapters.claims.fhir import homes, labels, marks
from haidang.engines.exchange.adapters.claims.fhir.homes import papers
from haidang.kernel import systems

PAGE = Path(__file__).resolve().parents[6] / "docs" / "reference" / "claims-mapping.md"

_OPENING = """# Claims dossier ↔ FHIR: where each field lives

Generated from `haidang/engines/exchange/adapters/claims/fhir/`; do not edit. To write it again:
`python -m haidang.engines.exchange.adapters.claims.fhir.page`.

`to_fhir.map` turns one dossier (XML1–XML15 of QĐ 4750 or QĐ 3176) into FHIR R4 resources, `from_fhir.dossier` turns them back.
Both read the same table, below, so they cannot drift apart.

## How nothing is lost

1. **A home.** Most fields have a place in FHIR (column *FHIR*). A name in brackets is a slice or an extension.
2. **The exact text.** Where FHIR cannot give the text back letter by letter (`007`, `5,2`, an impossible date, a second prescriber),
   the home holds the value as well as it can, and the text stands in a `claims-field` extension of the row's first resource.
   The mapping does not know these cases one by one: it reads back what it wrote and compares.
3. **No home.** A field without one, and an element that the form does not know, stands in `claims-field` too.
4. **Said twice.** MA_LK, STT and MA_CSKCB are kept only where they differ from the visit, the place of the row and the facility.
   Papers and programme tables repeat XML1: equal fields are listed in `claims-same`, different ones are written out.
5. **Amounts of 0** in Invoice price components are left out; an absent component stands for `0`, an empty field is marked as empty.

So *in → out* gives the same text in every field of every row, and *in → out → in* the same resources. A dossier of QĐ 4750 goes out
in the form of QĐ 3176 with `from_fhir.dossier(resources, form="3176")`; `claims/forms.py` names what changes (XML13 renamed fields,
NGAY_HEN_KL from 12 digits to 8, MA_NGHE_NGHIEP from 5 digits to 2).

## What else is made

These carry no field of their own; they make the record useful, and the way back does not need them.

| Resource or element | Made from |
| --- | --- |
| Condition, one for each ICD-10 code; Encounter.diagnosis | MA_BENH_CHINH, MA_BENH_KT; words from CHAN_DOAN_RV when it has as many pieces as there are codes; MA_BENH_YHCT as second coding |
| Encounter.class, a second type for emergencies, discharge `exp` | MA_LOAI_KCB, MA_DOITUONG_KCB 2, KET_QUA_DTRI 5 and 8 |
| Encounter.participant | MA_BAC_SI of the examinations (MA_NHOM 13) |
| Encounter.location of kind bed | MA_GIUONG, NGAY_YL, NGAY_KQ of XML3 |
| Observation with the vital signs | `CSST<M75_T37_HA120/70_NT18_SP98_HL2>` in DIEN_BIEN_LS |
| Appointment for each day | NGAY_TAI_KHAM, when there is no XML14 |
| Coverage.subscriberId | the last 10 digits of a regular card |
| DocumentReference for each paper | Composition of XML7–XML14 |
| Invoice.extension[visit] | the Encounter, which FHIR's Invoice cannot name |
| Claim.extension[stated-patient], Composition.extension[stated-child], [stated-carer] | people as the dossier states them, contained in the resource |
| DiagnosticReport without an order | XML4 rows whose service is not in XML3 |
| Provenance | the message: every resource leads to the raw file |
| Patient for the person index | the fields of *Claim.contained[Patient]*, with names of places and the numbers of the cards |

A line of XML3 becomes, by MA_NHOM: 1, 2, 3 a test (ServiceRequest, DiagnosticReport); 8, 18 a procedure (ServiceRequest, Procedure); a supply
(MA_VAT_TU filled) or anything else only a line of Claim and Invoice. Staff, departments, beds and facilities are logical references: an identifier, no id.

## Choices

- **Invoice** says who pays (patient, fund, other sources), because Claim has no place for amounts asked from each payer; Claim says what is asked from the fund.
- **The person as stated** stays inside the Claim: the Patient is shared with other facilities and moves on, a dossier says what it said.
- **CHAN_DOAN_RV** is kept whole on the Encounter; Conditions carry its pieces. The provisional diagnosis makes no Condition, so that it does not become a problem.
- **Condition.clinicalStatus** is left out: KET_QUA_DTRI is about the visit, not about the disease.
- **MA_TAI_NAN** is an extension of the Encounter: Claim.accident needs the date of the accident, which no field gives.
- **Drugs** are named in `medicationCodeableConcept` (ingredient and registration number) and not in a Medication, so that a search by code finds the order at once.
- **Supplies, examinations, beds and transport** are lines of Claim and Invoice only: as orders they would tell a reader nothing more.
- **NGAY_TH_YL** of a drug makes a MedicationDispense; without it there is only the order.
- **XML14** and NGAY_TAI_KHAM make a *proposed* Appointment with a requested day: a booked one needs a time with an end.
- **A child in XML9** stands inside the Composition until its own visit or registration makes it known to the person index.

## Ids

`ids.stable_id(facility, MA_LK, resource type, table, key of the row)`: the same dossier gives the same ids, whatever the order of its rows.
The key says what the row is about (XML2: drug and time of the order; XML4: service, indicator and time of the result …, `visit.KEYS`), and STT tells
rows apart that share it. Condition: the code; Coverage: card and first day. So a line added in the middle does not turn one result into another.
All resources belong to the visit: what an earlier version made and a later one does not can be deleted.

"""


def text() -> str:
    """The whole page."""
    parts = [_OPENING, _security(), "## Fields\n\n"]
    parts += [_table(name) for name in tables.FRAMES]
    parts += [_extensions(), _marks()]
    return "".join(parts)


def _security():
    lines = [
        "## Security labels\n\n`meta.security` carries the category (v3 ActCode) and confidentiality `R`.\n\n",
        "| Code | Category | ICD-10 |\n| --- | --- | --- |\n",
    ]
    for name, pattern in labels.BY_DIAGNOSIS:
        shown = pattern.pattern.replace("\\.?", ".").replace("|", ", ")
        lines.append(f"| {name} | {labels.CATEGORIES[name]} | `{shown}` |\n")
    lines.append(
        "\nThe principal diagnosis, XML6, MA_TAI_NAN 6 and MA_DINH_CHI_THAI 1 label everything of the visit; another diagnosis"
        " labels what speaks of diagnoses; a test or drug whose name says HIV or ARV is labelled itself.\n\n"
    )
    return "".join(lines)


def _table(name):
    newest, older = (tables.form(form).tables[name] for form in ("3176", "4750"))
    fields = [*newest.fields, *(f for f in older.fields if newest.field(f.name) is None)]
    lines = [f"### {name}\n\n| Field | Nghĩa | FHIR |\n| --- | --- | --- |\n"]
    for field in fields:
        mark = "" if newest.field(field.name) else " (QĐ 4750)"
        label = field.label_vi.replace("|", "/")
        lines.append(f"| {field.name}{mark} | {label} | {home_of(name, field.name)} |\n")
    return "".join([*lines, "\n"])


def home_of(table: str, name: str) -> str:
    """The home of a field in words of the page."""
    found = dict.fromkeys(
        f"{shape.resource}.{field.element}"
        for (of_table, _), shape in homes.SHAPES.items()
        if of_table == table
        for field in shape.fields
        if field.name == name
    )
    if found:
        return " or ".join(f"`{path}`" for path in found).replace("|", "\\|")
    if name in homes.EXPECTED:
        return f"as {homes.EXPECTED[name]}"
    if name in papers.REPEATED and table not in ("XML1", "XML0"):
        return f"as XML1.{papers.SAME_AS.get(name, name)}"
    return "`extension[claims-field]`"


def _extensions():
    used = defaultdict(set)
    for (table, _), shape in homes.SHAPES.items():
        for field in shape.fields:
            for name, value in _extensions_in(field.path):
                kind = field.codec.leaf if value == "*" else value
                holder = shape.resource.partition("[")[0]
                used[name, kind].add((holder, f"{table}.{field.name}"))
    lines = [
        f"## Extensions\n\nAddress: `{systems.extension('<name>')}`, HL7's own where it has one"
        " (`patient-nationality`, `patient-birthPlace`).\n\n| Name | Value | On | Holds |\n| --- | --- | --- | --- |\n"
    ]
    for (name, kind), places in sorted(used.items()):
        on = ", ".join(sorted({holder for holder, _ in places}))
        shown = kind.replace("|", " or ")
        lines.append(f"| {name} | {shown} | {on} | {', '.join(sorted({f for _, f in places}))} |\n")
    return "".join([*lines, "\n"])


def _extensions_in(path):
    """(name, kind of value) of the outer extensions on a path."""
    steps = path.split(".")
    for before, step, after in zip(["", *steps], steps, [*steps[1:], ""], strict=False):
        if step.startswith("extension[") and not before.startswith("extension["):
            yield step[10:-1], after if after == "*" or after.startswith("value") else "extension"


def _marks():
    return (
        "## Marks\n\n| Extension | Holds |\n| --- | --- |\n"
        f"| `{marks.ROW}` | the row and part that a resource or element holds: `XML2/3/order` |\n"
        f"| `{marks.FIELD}` | name `XML2/3/DU_PHONG` and its exact text (`json`: as a JSON literal, when FHIR text cannot hold it); no text means empty |\n"
        f"| `{marks.SAME}` | fields that repeat XML1: `XML13/1 HO_TEN NGAY_SINH` |\n"
        f"| `{marks.FORM}` | `4750` or `3176`: the form that the dossier came in |\n"
    )


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
