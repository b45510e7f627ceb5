"""XML6–XML15: programmes and papers, one or more resources for each row; each paper gets an entry in the list of papers."""

from haidang.engines.exchange.adapters.claims.fhir import codecs, marks, parts, rows
from haidang.engines.exchange.adapters.claims.fhir.homes import paper_parts, papers, programmes
from haidang.kernel import systems

_CHILD, _CARER = "patient", "relatedperson"
_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def parts_of(table: str, form: str) -> tuple[parts.Part, ...]:
    """The parts that rows of a table are made of, in that form; () for a table told elsewhere."""
    if table in programmes.PARTS:
        return programmes.PARTS[table]
    if form == "4750" and table in paper_parts.PARTS_4750:
        return paper_parts.PARTS_4750[table]
    return paper_parts.PARTS.get(table, ())


def of_dossier(of, dossier) -> list[dict]:
    made = []
    for table, found in dossier.tables.items():
        chosen = parts_of(table, dossier.form)
        if chosen:
            for row in found:
                made.extend(_row(of, row, dossier.form, chosen))
    return made


def _row(of, row, form, chosen):
    left: dict[str, str] = {}
    made = parts.all_of(chosen, of, row, left)
    if row.table in paper_parts.PARTS:
        _complete_paper(of, row, made, left)
        made.append(_entry(of, row, made[0]))
    else:
        made[0]["managingOrganization"] = of.organisation()
    rows.keep_unexpected(of, row, left)
    rows.keep_homeless(row, form, tuple(part.name for part in chosen), left)
    place = f"{row.table}/{row.index}"
    marks.put_same(made[0], place, rows.take_repeated(of.summary, left))
    marks.put_fields(made[0], place, left)
    return made


def _complete_paper(of, row, made, left):
    paper = made[0]
    paper.setdefault("author", []).insert(0, of.organisation())
    paper["custodian"] = of.organisation()
    if "date" not in paper:
        paper["date"] = of.ended_at
        name = "NGAY_CHUNG_TU" if row.table == "XML12" else "NGAY_CT"
        if name in row:
            left[name] = row[name]
    if row.table == "XML9":
        _introduce(paper)
        _date_birth(of, row, made)
    for each in made[1:]:
        complete = _COMPLETE.get(each["resourceType"])
        if complete:
            complete(of, each)


def _introduce(paper):
    """The child and the carer stand inside the birth certificate until `people` knows them."""
    inside = {each["id"]: each for each in paper.get("contained", ())}
    if not inside:
        return
    if _CHILD not in inside:
        paper["contained"].append({"resourceType": "Patient", "id": _CHILD})
    carer = inside.get(_CARER)
    if carer:
        carer["patient"] = {"reference": f"#{_CHILD}"}
        coding = {"system": _ROLE, "code": "MTH", "display": "Mẹ hoặc người nuôi dưỡng"}
        carer["relationship"] = [{"coding": [coding], "text": coding["display"]}]
    for each in paper["contained"]:
        name = "stated-child" if each["id"] == _CHILD else "stated-carer"
        link = {"url": systems.extension(name), "valueReference": {"reference": f"#{each['id']}"}}
        paper["extension"].append(link)


def _date_birth(of, row, made):
    for each in made:
        if each["resourceType"] == "Observation":
            each["effectiveDateTime"] = papers.BORN.encode(row["NGAY_SINH_CON"]) or of.ended_at


def _complete_order(of, order):
    if order["category"][0]["coding"][0]["code"] == "referral":
        order["authoredOn"] = of.ended_at


def _complete_appointment(of, appointment):
    appointment["description"] = "Hẹn khám lại"
    appointment["participant"] = [
        {"actor": of.subject(), "status": "needs-action"},
        {"actor": {**of.organisation(), "type": "Location"}, "status": "accepted"},
    ]


_COMPLETE = {
    "ServiceRequest": _complete_order,
    "Appointment": _complete_appointment,
}


def _entry(of, row, paper):
    """The DocumentReference under which a paper is found."""
    made = of.start("DocumentReference", row.table, paper["id"])
    made["status"] = "current"
    made["docStatus"] = "final"
    made["type"] = {
        "coding": [dict(each) for each in paper["type"]["coding"][:1]],
        "text": paper["title"],
    }
    made["subject"] = of.subject()
    made["date"] = paper["date"] if "T" in paper["date"] else f"{paper['date']}T00:00:00+07:00"
    made["author"] = [of.organisation()]
    made["custodian"] = of.organisation()
    made["description"] = paper["title"]
    address = f"Composition/{paper['id']}/$document"
    attachment = {"contentType": "application/fhir+json", "url": address, "title": paper["title"]}
    made["content"] = [{"attachment": attachment}]
    made["context"] = {"encounter": [of.stay()], "related": [_reference(paper)]}
    number = paper.get("identifier")
    if number:
        made["identifier"] = [dict(number)]
    return made


def _reference(resource):
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def re_examinations(of, dossier) -> list[dict]:
    """An Appointment for each day of NGAY_TAI_KHAM, unless an appointment paper (XML14) says more."""
    days = of.summary.get("NGAY_TAI_KHAM", "")
    if not days or dossier.rows("XML14"):
        return []
    found = list(dict.fromkeys(days.split(";")))[: codecs.MOST]
    return [made for day in found if (made := _appointment(of, day))]


def _appointment(of, day):
    start = papers.DAY.encode(day)
    if start is None:
        return None
    made = of.start("Appointment", day, status="proposed", requestedPeriod=[{"start": start}])
    _complete_appointment(of, made)
    return made
