"""A dossier as FHIR R4 resources (hồ sơ thành bản ghi FHIR): `map`, `candidate`, `patient`, `map_check_in`.

Pure: the same dossier gives the same resources with the same ids, so that a dossier sent again replaces what it made
before. Everything returned by `map` belongs to its visit; what an earlier version made and this one does not may be
deleted. The way back is `from_fhir`; the table of homes is in `docs/reference/claims-mapping.md`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from haidang.engines.exchange.adapters.claims.fhir import codecs, labels, marks, rows, visit
from haidang.engines.exchange.adapters.claims.fhir.build import (
    account,
    check_in,
    course,
    drugs,
    papers,
    results,
    services,
    stay,
    who,
)
from haidang.engines.exchange.adapters.claims.model import Dossier, Row
from haidang.kernel import systems

_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
MESSAGE = systems.identifier("message")
_SUMMARY_PARTS = (
    "person", "stay", "card", "card-notes", "plan", "weight", "blood-group", "birth-weights", "account", "claim",
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """The person of a dossier as `people.Candidate` takes it; the fields have the same names and meaning."""

    name: str
    birth_date: str | None = None
    sex: str | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    phone: str | None = None
    address: str = ""
    commune: str | None = None
    said_at: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def map(
    dossier: Dossier,
    patient_ref: str,
    *,
    received: str | None = None,
    message_ref: str | None = None,
    synthetic: bool = False,
    display: Callable[[str, str], str | None] | None = None,
) -> list[dict]:
    """The resources of a dossier with XML1, all about `patient_ref` (`Patient/<id>`); the Patient is not among them.

    received      when the message came, a FHIR instant; with `message_ref` (a reference, or the number of the message)
                  it gives a Provenance that leads from every resource to the raw message
    synthetic     mark everything as generated data
    display       (system, code) → Vietnamese name, for ICD-10 codes; the dossier's own words are used anyway

    Raises    ValueError for a dossier without XML1 (see `map_check_in`)
    """
    if dossier.summary is None:
        raise ValueError("A dossier without XML1 tells of no finished visit.")
    of = visit.Visit(dossier.facility, dossier.ma_lk, dossier.summary, patient_ref, dossier.tables)
    made = _visit(of, dossier, display)
    made += papers.of_dossier(of, dossier)
    labels.put(made, dossier)
    if received:
        made.append(_provenance(of, made, received, message_ref))
    return _marked(made, synthetic)


def _visit(of, dossier, display):
    left: dict[str, str] = {}
    encounter = stay.encounter(of, dossier, left)
    coverages = stay.coverages(of, left)
    stay.note_on_card(of, coverages, left)
    claim, invoice = account.claim(of, coverages, left), account.invoice(of, left)
    made = [encounter, *coverages, *stay.conditions(of, encounter, display)]
    made += stay.measured(of, left) + stay.plan(of, left)
    made += drugs.lines(of, dossier, claim, invoice)
    made += services.lines(of, dossier, claim, invoice)
    made += results.results_of(of, dossier, made)
    made += course.notes(of, dossier)
    made += papers.re_examinations(of, dossier)
    _keep_summary(of, dossier, encounter, left)
    return [*made, claim, invoice]


def _keep_summary(of, dossier, encounter, left):
    row = of.summary
    rows.keep_unexpected(of, row, left)
    rows.keep_homeless(row, dossier.form, _SUMMARY_PARTS, left)
    marks.put_fields(encounter, "XML1/1", left)
    for other in dossier.rows("XML1")[1:]:
        _keep_whole(other, encounter)


def _keep_whole(row, encounter):
    """A second row of XML1 is against the rules; nothing is dropped all the same."""
    place = f"XML1/{row.index}"
    marks.put_row(encounter, place, "only")
    marks.put_fields(encounter, place, row)


def _provenance(of, made, received, message):
    what = {"identifier": {"system": MESSAGE, "value": message}} if message else None
    if message and "/" in message and not message.startswith("urn:"):
        what = {"reference": message}
    agent = {"coding": [{"system": _PARTICIPANT, "code": "author"}]}
    found = of.start("Provenance", "message")
    about = [f"{each['resourceType']}/{each['id']}" for each in made]
    found["target"] = [{"reference": ref} for ref in (of.patient, *about)]
    found["recorded"] = received
    found["agent"] = [{"type": agent, "who": of.organisation()}]
    if what:
        found["entity"] = [{"role": "source", "what": what}]
    return found


def _marked(made, synthetic):
    if synthetic:
        for resource in made:
            resource.setdefault("meta", {})["tag"] = [dict(systems.SYNTHETIC)]
    return made


# --- the person -------------------------------------------------------------------------------


def candidate(dossier: Dossier, *, synthetic: bool = False) -> Candidate:
    """The person whom a dossier or a check-in tells of, for `people.resolve`."""
    row = _first_row(dossier)
    told = patient(dossier, synthetic=synthetic)
    commune = row.get("MAXA_CU_TRU", "")
    return Candidate(
        name=told.get("name", [{}])[0].get("text", ""),
        birth_date=told.get("birthDate"),
        sex=told.get("gender"),
        identifiers=tuple((each["system"], each["value"]) for each in told.get("identifier", ())),
        phone=told.get("telecom", [{}])[0].get("value"),
        address=told.get("address", [{}])[0].get("text", ""),
        commune=commune if codecs.is_code(commune) else None,
        said_at=codecs.moment_of(row.get("NGAY_RA") or row.get("NGAY_VAO", "")),
        details={
            k: v for k, v in told.items() if k in ("extension", "_birthDate", "address", "meta")
        },
    )


def patient(dossier: Dossier, *, synthetic: bool = False) -> dict:
    """The Patient that a dossier alone describes, without id, for `people.save_patient` to merge.

    Numbers that senders type where there is none (`000000000000`, `KHONG CO`) are not among its identifiers: they
    would make strangers one person. The Claim keeps them as stated.
    """
    return _marked([who.patient(_first_row(dossier), dossier.facility)], synthetic)[0]


def _first_row(dossier):
    return dossier.summary or dossier.rows("XML0")[0]


# --- check-in ---------------------------------------------------------------------------------


def map_check_in(row: Row, patient_ref: str, *, synthetic: bool = False) -> list[dict]:
    """The resources of one check-in row (XML0): an open Encounter, its cards, and the order of the first cost.

    The Encounter has the id that the dossier of the visit will give it. The dossier knows more: it replaces the
    check-in, and a check-in that comes after its dossier should be passed over.
    """
    facility = row.get("MA_CSKCB", "")
    of = visit.Visit(facility, row.get("MA_LK", ""), row, patient_ref)
    made = check_in.resources(of, row)
    labels.put_by_name(made)
    return _marked(made, synthetic)
