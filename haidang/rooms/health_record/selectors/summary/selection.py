"""What of a record belongs in its summary (chọn phần đưa vào bản tóm tắt); pure.

Records from claims say little about what is still true: diagnoses have no clinical status, orders
no end. What the texts leave open is chosen here: a diagnosis without a status counts as a present
problem for a year after it was last told, then as past illness; a medicine counts as perhaps still
taken for the 90 days of `domain.summaries`.
"""

from dataclasses import dataclass
from datetime import timedelta

from haidang.kernel import systems, text
from haidang.rooms.health_record import fhir
from haidang.rooms.health_record.domain import summaries
from haidang.rooms.health_record.fhir import elements as el
from haidang.rooms.health_record.selectors.summary import loinc

PRESENT_DAYS = 365
#: At most so many lines in the longer sections, the newest first.
MOST = {"results": 40, "procedures": 20, "stays": 12, "immunizations": 60, "past": 30, "vitals": 20}
#: Types that a summary is made from.
TYPES = (
    "Patient", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Condition",
    "Immunization", "Observation", "Procedure", "Encounter", "CarePlan",
)  # fmt: skip
_WRONG = {"entered-in-error", "refuted"}
_ACTIVE = {"active", "recurrence", "relapse"}
_STAYS = {"IMP", "ACUTE", "NONAC"}
_GIVEN = {"final", "amended", "corrected", "preliminary"}
_OVER = {"inactive", "resolved"}
_UNREAL = _WRONG | {"cancelled", "draft", "unknown", "not-done", "not-taken", "planned", "proposed"}


@dataclass(frozen=True)
class Chosen:
    """One resource of a section, with when the same thing was first told (FHIR text or "")."""

    resource: dict
    first_at: str = ""


def choose(resources, on):
    """{section key: [Chosen, newest first]} for the sections that have something.

    resources    the record's resources; restricted ones already left out
    on           the day of the summary
    """
    by_type = {}
    for one in resources:
        by_type.setdefault(one["resourceType"], []).append(one)
    present, past = _conditions(by_type.get("Condition", ()), on)
    found = {
        "allergies": sorted(
            _once(by_type.get("AllergyIntolerance", ()), _allergy_key), key=_danger
        ),
        "medications": _medicines(by_type, on),
        "problems": present,
        "immunizations": _plain(by_type.get("Immunization", ()), {"completed"}),
        "procedures": _plain(by_type.get("Procedure", ()), {"completed"}),
        "stays": _plain(
            filter(_is_stay, by_type.get("Encounter", ())), {"finished", "in-progress"}
        ),
        "past": past,
        "plans": _plain(by_type.get("CarePlan", ()), {"active"}),
        **_observations(by_type.get("Observation", ())),
    }
    return {key: _without_none(key, chosen) for key, chosen in found.items() if chosen}


def cut(found):
    """(what fits into the summary, {section key: how many older lines do not})."""
    left = {key: len(chosen[MOST.get(key, len(chosen)) :]) for key, chosen in found.items()}
    return {key: chosen[: MOST.get(key)] for key, chosen in found.items()}, left


_NAMED_BY = {"allergies": "code", "problems": "code", "medications": "medicationCodeableConcept"}


def _without_none(key, chosen):
    """Without "none known" where something is: of an earlier day, or of another facility."""
    name = _NAMED_BY.get(key)
    if name is None:
        return chosen
    real = [one for one in chosen if not el.says_none(one.resource.get(name))]
    return real if any(not is_over(one) for one in real) else chosen


def _is_wrong(resource):
    return el.code(resource.get("verificationStatus")) in _WRONG or resource.get("status") in _WRONG


def _moment(resource):
    """When something was, for the order; a FHIR text."""
    period = resource.get("period") or resource.get("performedPeriod") or {}
    part = fhir.part_of(resource)
    return (part.at if part else None) or period.get("start") or ""


def _newest_first(resources):
    return sorted(resources, key=lambda one: (_moment(one), one["id"]), reverse=True)


def _plain(resources, statuses):
    kept = [one for one in resources if one.get("status") in statuses]
    return [Chosen(one) for one in _newest_first(kept)]


def _once(resources, key):
    """The newest of each, with when it was first told."""
    groups = {}
    for one in _newest_first(one for one in resources if not _is_wrong(one) and not _is_empty(one)):
        groups.setdefault(key(one), []).append(one)
    return [Chosen(group[0], _moment(group[-1])) for group in groups.values()]


def _danger(chosen):
    """The order of allergies of which the newest come first: what is dangerous, the rest, what is over."""
    return is_over(chosen), chosen.resource.get("criticality") != "high"


def is_over(chosen):
    """True when somebody said of an allergy that it stands no longer; it is told after the others."""
    return el.code(chosen.resource.get("clinicalStatus")) in _OVER


def _is_empty(resource):
    """True for what says that nobody knows, as if it were not there."""
    return any(el.says_unasked(resource.get(name)) for name in set(_NAMED_BY.values()))


def _allergy_key(resource):
    """By its words: one code, such as that of any other substance, may stand for several agents."""
    return text.fold(fhir.part_of(resource).name) or resource["id"]


def _condition_key(resource):
    concept = resource.get("code")
    code = el.code(concept, systems.ICD10) or el.code(concept)
    return code or el.words(concept) or resource["id"]


def _conditions(resources, on):
    """(present problems, past illness): by what the newest says, else by its age."""
    present, past = [], []
    since = (on - timedelta(days=PRESENT_DAYS)).isoformat()
    for chosen in _once(resources, _condition_key):
        status = el.code(chosen.resource.get("clinicalStatus"))
        is_recent = _moment(chosen.resource)[:10] >= since
        is_present = status in _ACTIVE if status else is_recent and not _is_abated(chosen.resource)
        (present if is_present else past).append(chosen)
    return present, past


def _is_abated(resource):
    return any(name.startswith("abatement") for name in resource)


def _says_no_medicine(resource):
    return el.says_none(resource.get("medicationCodeableConcept"))


def _medicines(by_type, on):
    orders = [*by_type.get("MedicationRequest", ()), *by_type.get("MedicationStatement", ())]
    # "No known medications" has the status unknown in the examples of IPS.
    real = [
        one
        for one in orders
        if one.get("status") not in _UNREAL
        or (_says_no_medicine(one) and one["status"] == "unknown")
    ]
    newest = _once(real, lambda one: fhir.part_of(one).key)
    return [one for one in newest if _is_taken(one.resource, on)]


def _is_taken(resource, on):
    if _says_no_medicine(resource):
        return True
    if resource["resourceType"] == "MedicationStatement" and resource["status"] == "active":
        return True
    return summaries.is_current(fhir.part_of(resource), on)


def _is_stay(resource):
    return (resource.get("class") or {}).get("code") in _STAYS


def _observations(resources):
    """Vital signs, results and social history: the newest of each test."""
    found = {"vitals": [], "results": [], "social": []}
    given = [one for one in resources if one.get("status") in _GIVEN and _says_something(one)]
    for chosen in _once(given, lambda one: fhir.part_of(one).key):
        found[_section_of(chosen.resource)].append(chosen)
    return found


def _section_of(observation):
    """By its category; where nobody gave one, a code of the vital signs tells it too."""
    categories = {el.code(concept) for concept in observation.get("category", ())}
    if "social-history" in categories:
        return "social"
    is_vital = el.code(observation.get("code"), systems.LOINC) in loinc.names()
    return "vitals" if "vital-signs" in categories or is_vital else "results"


def _says_something(resource):
    return bool(resource.get("component")) or any(name.startswith("value") for name in resource)
