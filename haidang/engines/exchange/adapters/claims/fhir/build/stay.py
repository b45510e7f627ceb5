"""The visit: Encounter, Coverage, Condition, what was measured, what was planned."""

import re

from haidang.engines.exchange.adapters.claims.fhir import codecs, marks, visit
from haidang.engines.exchange.adapters.claims.fhir.homes import services, staff, stay
from haidang.kernel import systems

_PLACE = "XML1/1"
_EMERGENCY = {"system": stay.ACT, "code": "EMER", "display": "Cấp cứu"}
_EXPIRED = {"system": stay.HOME["system"], "code": "exp", "display": "Tử vong"}
_PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
_USE = "http://terminology.hl7.org/CodeSystem/diagnosis-role"
_CONDITION_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
PAYOR = "Bảo hiểm xã hội Việt Nam"
_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{12}\Z", re.ASCII)


def encounter(of, dossier, left: dict[str, str]) -> dict:
    """The Encounter, without its diagnoses."""
    row = of.summary
    made = of.start("Encounter")
    made["extension"] = [{"url": marks.FORM, "valueCode": dossier.form}]
    marks.put_row(made, _PLACE, "stay")
    made["status"] = "finished"
    made["class"] = stay.class_of(row.get("MA_LOAI_KCB", ""))
    made["identifier"] = [{"system": visit.VISIT_NUMBERS, "value": of.ma_lk}]
    made["subject"] = of.subject()
    made["serviceProvider"] = of.organisation()
    stay.ENCOUNTER.fill(made, row, left)
    visit.localise(made["identifier"], of.facility)
    _add_derived(made, row, dossier)
    return made


def _add_derived(made, row, dossier):
    if row.get("MA_DOITUONG_KCB") == "2":
        made.setdefault("type", []).append({"coding": [dict(_EMERGENCY)]})
    if row.get("KET_QUA_DTRI") in ("5", "8"):
        way = made.setdefault("hospitalization", {}).setdefault("dischargeDisposition", {})
        way.setdefault("coding", []).append(dict(_EXPIRED))
    people = _participants(dossier.rows("XML3"))
    if people:
        made["participant"] = [{"individual": who} for who in people]
    beds = _beds(dossier.rows("XML3"))
    if beds:
        made.setdefault("location", []).extend(beds)


def _participants(rows):
    """The clinicians of the examinations, first come first."""
    exams = (row for row in rows if row.get("MA_NHOM") == services.EXAMINATION)
    numbers = dict.fromkeys(n for row in exams for n in row.get("MA_BAC_SI", "").split(";") if n)
    return [who for who in map(staff.STAFF.encode, list(numbers)[: codecs.MOST]) if who]


def _beds(rows):
    return [
        _bed(row) for row in rows if row.get("MA_GIUONG") and codecs.text.encode(row["MA_GIUONG"])
    ]


def _bed(row):
    code = codecs.text.encode(row["MA_GIUONG"])
    bed = {"type": "Location", "identifier": {"system": stay.BED, "value": code}, "display": code}
    kind = {"coding": [{"system": _PHYSICAL, "code": "bd", "display": "Giường"}]}
    made = {"location": bed, "physicalType": kind}
    start, end = (codecs.moment_of(row.get(name, "")) for name in ("NGAY_YL", "NGAY_KQ"))
    if start:
        made["period"] = {"start": start, **({"end": end} if end and end >= start else {})}
    return made


# --- cards ------------------------------------------------------------------------------------


def coverages(of, left: dict[str, str], place: str = _PLACE) -> list[dict]:
    """One Coverage for each card of the visit, in the order of MA_THE_BHYT; `place` is the row that tells of them."""
    row = of.summary
    names = [field.name for field in stay.CARD.fields]
    told = {name: row.get(name, "").split(";") for name in names if row.get(name)}
    count = max(map(len, told.values()), default=0)
    count = count if count <= codecs.MOST else 0
    made = []
    for number in range(count):
        one = {name: parts[number] for name, parts in told.items() if number < len(parts)}
        made.append(_coverage(of, one, place, made))
    _check_cards(made, row, names, left)
    return made


def _coverage(of, values, place, before):
    number = values.get("MA_THE_BHYT", "")
    key = f"{number}|{values.get('GT_THE_TU', '')}"
    if any(each["id"] == of.id("Coverage", key) for each in before):
        key += f"#{len(before)}"
    made = of.start("Coverage", key)
    marks.put_row(made, place, "card")
    made["status"] = "active"
    made["order"] = len(before) + 1
    made["type"] = {
        "coding": [{"system": stay.ACT, "code": "PUBLICPOL"}],
        "text": "Bảo hiểm y tế",
    }
    made["beneficiary"] = of.subject()
    made["payor"] = [{"type": "Organization", "display": PAYOR}]
    if _CARD.match(number):
        made["subscriberId"] = number[5:]
    return stay.CARD.fill(made, values, {})


def _check_cards(made, row, names, left):
    read = cards_text(made)
    told = {name: row.get(name, "") for name in names}
    left.update((name, text) for name, text in told.items() if text != read.get(name, ""))


def cards_text(coverages: list[dict]) -> dict[str, str]:
    """The card fields of XML1 as its Coverages give them back, values joined by `;`."""
    ordered = sorted(coverages, key=lambda each: each["order"])
    read = [stay.CARD.read(each) for each in ordered]
    joined = {
        field.name: ";".join(values.get(field.name, "") for values in read)
        for field in stay.CARD.fields
    }
    return {name: text for name, text in joined.items() if text.strip(";")}


def note_on_card(of, made: list[dict], left: dict[str, str]) -> None:
    """Living area, five-year date and co-payment exemption, on the first card of the visit."""
    row = of.summary
    if made:
        marks.put_row(made[0], _PLACE, "card-notes")
        stay.CARD_NOTES.fill(made[0], row, left)
    else:
        left.update((name, row[name]) for name in stay.CARD_NOTES.names if row.get(name))


# --- diagnoses --------------------------------------------------------------------------------


def conditions(of, made: dict, display=None) -> list[dict]:
    """A Condition for each ICD-10 code, listed in the Encounter in order of rank."""
    row = of.summary
    codes = codes_of(row)
    texts = _texts(row.get("CHAN_DOAN_RV", ""), codes)
    others = row.get("MA_BENH_YHCT", "").split(";")
    pairs = others if len(others) == len(codes) else others[:1]
    found = []
    for rank, code in enumerate(codes, 1):
        traditional = pairs[rank - 1] if rank <= len(pairs) else ""
        found.append(_condition(of, code, texts.get(code), traditional, display))
        made.setdefault("diagnosis", []).append(_listed(found[-1], rank))
    return found


def codes_of(row) -> list[str]:
    """The ICD-10 codes of a summary, the principal one first, each once."""
    listed = [row.get("MA_BENH_CHINH", ""), *row.get("MA_BENH_KT", "").split(";")]
    found = dict.fromkeys(code.strip() for code in listed if codecs.is_code(code.strip()))
    return list(found)[: codecs.MOST]


def _texts(diagnoses, codes):
    """The facility's words for each code, when they come in as many pieces as there are codes."""
    plain = codecs.text.encode(diagnoses) if diagnoses else None
    if not plain:
        return {}
    pieces = [plain] if len(codes) == 1 else [piece.strip() for piece in plain.split(";")]
    if len(pieces) != len(codes):
        return {codes[0]: plain} if codes else {}
    return {code: _without(code, piece) for code, piece in zip(codes, pieces, strict=True)}


def _without(code, piece):
    bare = piece.removeprefix(f"({code})").removesuffix(f"({code})").removeprefix(code)
    return bare.strip(" -:–") or piece


_TRADITIONAL = codecs.coding("traditional-medicine")
_ICD10 = codecs.coding("icd10")


def _condition(of, code, text, traditional, display):
    coding = _ICD10.encode(code)
    name = display(systems.ICD10, code) if display else None
    if name:
        coding["display"] = name
    codings = [coding]
    other = traditional and _TRADITIONAL.encode(traditional)
    if other:
        codings.append(other)
    return of.start(
        "Condition",
        code,
        verificationStatus={"coding": [{"system": _VERIFICATION, "code": "confirmed"}]},
        category=[{"coding": [{"system": _CONDITION_CATEGORY, "code": "encounter-diagnosis"}]}],
        code={"coding": codings, "text": text or coding.get("display", code)},
        subject=of.subject(),
        encounter=of.stay(),
        recordedDate=of.started_at or of.ended_at,
    )


def _listed(condition, rank):
    return {
        "condition": {
            "reference": f"Condition/{condition['id']}",
            "display": condition["code"]["text"],
        },
        "use": {"coding": [{"system": _USE, "code": "DD", "display": "Chẩn đoán ra viện"}]},
        "rank": rank,
    }


# --- measured and planned ---------------------------------------------------------------------


def measured(of, left: dict[str, str]) -> list[dict]:
    """Weight, blood group and birth weights, each an Observation when it is told."""
    row, made = of.summary, []
    for part, (shape, code, category) in stay.MEASURED.items():
        name = shape.fields[0].name
        text = row.get(name)
        if not text:
            continue
        if shape.fields[0].codec.encode(text) is None:
            left[name] = text
        else:
            made.append(_observation(of, part, code, category))
            shape.fill(made[-1], row, left)
    return made


def _observation(of, part, code, category):
    made = of.start("Observation", part)
    marks.put_row(made, _PLACE, part)
    made["status"] = "final"
    made["category"] = [stay.category(category)]
    made["code"] = {"coding": [dict(each) for each in code["coding"]], "text": code["text"]}
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    made["effectiveDateTime"] = of.started_at or of.ended_at
    return made


def plan(of, left: dict[str, str]) -> list[dict]:
    """Treatment and advice, when they are told."""
    row = of.summary
    if not any(row.get(name) for name in stay.PLAN.names):
        return []
    made = of.start("CarePlan", "plan", status="completed", intent="plan")
    marks.put_row(made, _PLACE, "plan")
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    return [stay.PLAN.fill(made, row, left)]
