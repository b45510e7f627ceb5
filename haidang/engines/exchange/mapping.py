"""From judged dossiers to the records they become: people first, then everything about the visit."""

from dataclasses import dataclass, field, fields
from datetime import datetime, time, timedelta

from django.conf import settings

from haidang.engines.exchange import codelists, judging
from haidang.engines.exchange.adapters.claims.fhir import from_fhir, to_fhir
from haidang.engines.people import api as people
from haidang.kernel import actor, dates

_CANDIDATE = [each.name for each in fields(people.Candidate)]
_DIAGNOSES = ("MA_BENH_CHINH", "MA_BENH_KT")


@dataclass
class Written:
    """What one dossier becomes: its person, its encounter, and all that stands and falls with it."""

    case: judging.Case
    who: people.Resolution
    resources: list = field(default_factory=list)

    @property
    def owned(self):
        return sorted(f"{each['resourceType']}/{each['id']}" for each in self.resources)

    @property
    def encounter_ref(self):
        return next(ref for ref in self.owned if ref.startswith("Encounter/"))


def claim(piles):
    """Keep the people of whole piles of cases to this transaction; see `people.claim`."""
    return people.claim([[_candidate(case) for case in pile if case.is_sound] for pile in piles])


def people_of(cases):
    """Find or make the people of sound cases, as one set; a Resolution for each.

    Copies that have been overtaken speak for their person all the same: what is known of a
    person must not depend on the order in which copies were processed.
    """
    return people.resolve_many([_candidate(case) for case in cases], by=actor.SYSTEM)


def map_all(pairs):
    """Map the cases that count to records: pairs of a case and who its person is."""
    display = codelists.current().names({code for case, _ in pairs for code in _codes(case)})
    return [Written(case, who, _resources(case, who.patient_ref, display)) for case, who in pairs]


def together(visits):
    """All resources of a batch."""
    return [resource for visit in visits for resource in visit.resources]


def dossier_of(resources):
    """The way back: the dossier that the records of one visit tell of."""
    return from_fhir.dossier(resources)


def _candidate(case):
    if case.candidate is None:
        told = to_fhir.candidate(case.dossier, synthetic=settings.HAIDANG_SYNTHETIC)
        facts = {name: getattr(told, name) for name in _CANDIDATE}
        case.candidate = people.Candidate(**facts | {"said_at": _said_at(case)})
    return case.candidate


def _said_at(case):
    """A dossier speaks of its person as of the day it was made (NGAYLAP).

    Copies made on one day are told apart by the minute of their arrival, written as seconds of
    that day, so that a correction wins over what it corrects.
    """
    day = datetime.combine(case.key.made_on, time(), dates.HANOI)
    minutes = (case.message.received_at - day) // timedelta(minutes=1)
    return day + timedelta(seconds=min(max(minutes, 0), 86_399))


def _codes(case):
    row = case.dossier.summary or {}
    return {code for name in _DIAGNOSES for code in row.get(name, "").split(";") if code}


def _resources(case, patient, display):
    if case.dossier.is_check_in:
        return _check_in(case.dossier, patient)
    return to_fhir.map(
        case.dossier,
        patient,
        received=case.message.received_at.isoformat(timespec="seconds"),
        message_ref=case.message.receipt,
        synthetic=settings.HAIDANG_SYNTHETIC,
        display=lambda system, code: display.get(code),
    )


def _check_in(dossier, patient):
    """The rows of one visit tell of one encounter; the later row knows more."""
    made = {}
    for row in dossier.rows("XML0"):
        for each in to_fhir.map_check_in(row, patient, synthetic=settings.HAIDANG_SYNTHETIC):
            made[each["resourceType"], each["id"]] = each
    return list(made.values())
