"""A summary made from a record: chosen, slimmed and put into words (lập bản tóm tắt)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from haidang.engines.places import api as places
from haidang.engines.terminology import api as terminology
from haidang.kernel import ids, systems
from haidang.rooms.health_record import fhir
from haidang.rooms.health_record.fhir import elements as el
from haidang.rooms.health_record.selectors import opening
from haidang.rooms.health_record.selectors.summary import reading, sections, selection, slimming

LANGUAGES = ("vi", "en")
_LAYOUT = 2  # part of the identifier: another layout makes another document
_TAIL = 4


@dataclass(frozen=True)
class Part:
    """One section as people and machines read it.

    rows       cells of each line, as many as `columns`
    entries    the slim resources, in the order of the rows
    absent     the sentence that stands there when a required section has nothing, else ""
    more       the sentence that tells of older lines which are not here, else ""
    """

    kind: sections.Kind
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    entries: tuple[dict, ...]
    absent: str = ""
    more: str = ""


@dataclass(frozen=True)
class Summary:
    """A patient summary (bản tóm tắt sức khoẻ).

    identifier    a UUID: the same record on the same grounds makes the same document
    at            when the record was last written to
    facts         (label, value) pairs about the person
    """

    identifier: str
    at: datetime
    language: str
    title: str
    name: str
    facts: tuple[tuple[str, str], ...]
    patient: dict
    medications: tuple[dict, ...]
    parts: tuple[Part, ...]

    @property
    def patient_id(self):
        return self.patient["id"]

    @property
    def is_restricted(self):
        """True when something in it is labelled as confidential beyond the usual."""
        return any(opening.is_restricted(one) for part in self.parts for one in part.entries)


def make(stored, *, language="vi", on=None, medications=()):
    """Make the summary of one person (lập bản tóm tắt) from what the asker may see of the record.

    stored         `records.Stored` of the person, at least of `selection.TYPES`
    language       `vi` or `en`
    on             the day from which the age of things is counted; today
    medications    Medication resources (Stored) that orders point at
    """
    drugs = {one.ref: fhir.load(one.type, one.body) for one in medications}
    resources = [
        fhir.naming(fhir.load(one.type, one.body), drugs)
        for one in stored
        if one.type in selection.TYPES
    ]
    patient = next(one for one in resources if one["resourceType"] == "Patient")
    chosen, left = selection.cut(selection.choose(resources, on or timezone.localdate()))
    drugs = _of_orders(chosen.get("medications", ()), drugs)
    reader = _reader(language, resources, chosen)
    inside = {el.ref_of(c.resource) for listed in chosen.values() for c in listed}
    inside |= {el.ref_of(one) for one in (patient, *drugs)}
    with translation.override(language):
        return Summary(
            identifier=_identifier(stored, inside, language),
            at=max(one.at for one in stored),
            language=language,
            title=_("Bản tóm tắt sức khoẻ"),
            name=fhir.part_of(patient).name,
            facts=tuple(_facts(patient, reader)),
            patient=slimming.slim(patient, inside),
            medications=tuple(slimming.slim(one, inside) for one in drugs),
            parts=tuple(_parts(chosen, left, reader, inside)),
        )


def medication_refs(stored):
    """`Medication/id` of the drugs that orders of a record point at."""
    orders = (fhir.load(one.type, one.body) for one in stored if one.type in fhir.ORDERS)
    return fhir.drugs_of(orders)


def _of_orders(chosen, drugs):
    """The drugs that the orders in the summary point at: a document holds nothing else."""
    return [drugs[ref] for ref in fhir.drugs_of(one.resource for one in chosen) if ref in drugs]


def _identifier(stored, inside, language):
    versions = sorted(f"{one.ref}/{one.version}" for one in stored if one.ref in inside)
    return ids.stable_id("patient-summary", _LAYOUT, language, *versions)


def _reader(language, resources, chosen):
    visits = {
        el.ref_of(one): el.facility_of(one.get("serviceProvider"))
        for one in resources
        if one["resourceType"] == "Encounter"
    }
    shown = [c.resource for listed in chosen.values() for c in listed]
    facilities = places.find_facilities({code for code in visits.values() if code})
    names = {code: one.name for code, one in facilities.items()}
    concepts = terminology.lookup_many(set(_codings(shown)))
    return reading.Reader(language, concepts, names, visits)


def _codings(value):
    """Every (system, code) in something."""
    if isinstance(value, list):
        for one in value:
            yield from _codings(one)
    elif isinstance(value, dict):
        if value.get("system") and isinstance(value.get("code"), str):
            yield value["system"], value["code"]
        for one in value.values():
            yield from _codings(one)


def _facts(patient, reader):
    who = fhir.part_of(patient)
    numbers = dict(who.numbers)
    yield _("Ngày sinh"), reader.day(who.birth_date)
    yield _("Giới tính"), reader.sex(who.sex)
    yield _("Số định danh"), _masked(numbers.get(systems.CITIZEN_ID, ""))
    yield _("Thẻ BHYT"), _masked(numbers.get(systems.INSURANCE_CARD, ""))
    yield _("Điện thoại"), who.phone
    yield _("Địa chỉ"), who.address
    if who.deceased:
        yield _("Đã mất"), reader.day(who.deceased) if who.deceased != "yes" else _("có")


def _masked(number):
    """Enough to compare with a card in the hand, not enough to use it."""
    return "•" * (len(number) - _TAIL) + number[-_TAIL:] if number else ""


def _parts(chosen, left, reader, inside):
    for kind in sections.KINDS:
        listed = chosen.get(kind.key, [])
        if not listed and kind.key not in sections.REQUIRED:
            continue
        yield Part(
            kind=kind,
            title=_(kind.title),
            columns=tuple(_(head) if head else "" for head in kind.columns),
            rows=tuple(reader.rows(kind.key, listed)),
            entries=tuple(_slim(one.resource, inside, reader, kind.key) for one in listed),
            absent="" if listed else _(kind.absent_text),
            more=_("Còn %(many)d dòng cũ hơn trong hồ sơ.") % {"many": left[kind.key]}
            if left.get(kind.key)
            else "",
        )


_STANDING = {"problems": "active", "past": "inactive"}
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def _slim(resource, inside, reader, section):
    facility = reader.facility(resource)
    place = None
    if facility:
        number = {"system": systems.FACILITY, "value": facility}
        place = {"type": "Organization", "identifier": number, "display": reader.place(resource)}
    return slimming.slim(resource, inside, place=place, assumed=_assumed(section))


def _assumed(section):
    """The clinical status that follows from standing in a section, and how it was come by."""
    code = _STANDING.get(section)
    if code is None:
        return None
    coding = {"system": _CLINICAL, "code": code}
    return {"coding": [coding], "text": _("suy ra từ ngày ghi nhận gần nhất, không ai ghi rõ")}
