"""Opening one record: who may, the look in the access book, and one read of everything in it."""

import tomllib
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.rooms.health_record import fhir
from haidang.rooms.health_record.domain import parts
from haidang.rooms.health_record.domain import results as rules
from haidang.rooms.health_record.fhir.results import components_of

_RANGES = Path(__file__).resolve().parents[1] / "data" / "reference_ranges.toml"
_CARE = {"nurse", "midwife", "doctor", "pharmacist"}
#: Security labels (confidentiality and sensitivity codes of HL7) that only care itself sees.
RESTRICTED = {"R", "V", "HIV", "PSY", "SEX", "ETH", "SUD"}
#: Grounds of opening to which restricted parts stay hidden.
_KEPT_FROM = {"family", "public_health", "records"}


class Moved(errors.Gone):
    """The record was merged into another; `facts["to"]` is the id to go to."""


#: What pages show; orders, claims and marks of origin are read only where every part is listed.
SHOWN = (*(kind for kind in fhir.TYPES if kind != "Provenance"), "CarePlan")


def read(patient_id, *, by, what, whole=False):
    """Open the record of one person and read it (mở hồ sơ); returns a `Record`.

    by      the Actor; the ground is a care relationship, the own or a family record, broken
            glass, or a role whose work it is
    what    what will be seen, in a few words; it stands in the access book
    whole   read every type of resource, not only those that pages show

    Raises    NotFound `people.no_person`; NotAllowed `access.no_relationship`, noted in the book;
              Moved `health_record.moved` when the record was merged into another
    """
    person = people.person(patient_id)
    if person.merged_into:
        raise Moved(
            "health_record.moved",
            _("Hồ sơ này đã được gộp vào một hồ sơ khác."),
            to=person.merged_into.partition("/")[2],
        )
    with access.open_person(
        by, person.ref, patient_rid=person.rid, what=what, purpose=purpose_of(by)
    ) as ground:
        stored = records.compartment(person.rid, types=None if whole else SHOWN)
    withheld = ground == "relation" and bool(access.denied(by.org, person.rid))
    return Record(person, ground, stored, withheld=withheld)


def purpose_of(by):
    """For which purpose somebody opens records, by the work they do."""
    if by.roles & _CARE or by.kind in ("citizen", "system"):
        return "care"
    for role, purpose in (
        ("privacy_officer", "audit"),
        ("epidemiologist", "public_health"),
        ("records_clerk", "records"),
    ):
        if role in by.roles:
            return purpose
    return "care"


class Record:
    """One person's record as read: parts by type, worked out when a page first asks.

    withheld    the person closed a part of it to the asker's organisation, so it is not all here
    """

    def __init__(self, person, ground, stored, *, withheld=False):
        self.person, self.ground, self.withheld = person, ground, withheld
        self.stored = stored
        self._read = {}

    def reopened(self, by):
        """The record open again for more of it, on the ground on which it was opened."""
        return access.reopen_person(by, patient_rid=self.person.rid, ground=self.ground)

    def of(self, *kinds):
        """The parts read from these resource types."""
        for kind in kinds:
            if kind not in self._read:
                self._read[kind] = [fhir.part_of(one) for one in self.resources(kind)]
        return [part for kind in kinds for part in self._read[kind]]

    def resources(self, kind):
        """The resources of one type that this asker may see."""
        found = [fhir.load(kind, one.body) for one in self.readable if one.type == kind]
        refs = fhir.drugs_of(found) if kind in fhir.ORDERS else []
        if not refs:
            return found
        drugs = {one.ref: fhir.load(one.type, one.body) for one in records.get_many(refs)}
        return [fhir.naming(one, drugs) for one in found]

    def may_show(self, resource):
        """Whether this asker may see a resource: restricted ones only care itself sees."""
        return self.ground not in _KEPT_FROM or not is_restricted(resource)

    @cached_property
    def readable(self):
        """What was read as it is stored, as far as this asker may see it."""
        if self.ground not in _KEPT_FROM:
            return self.stored
        return [one for one in self.stored if self.may_show(fhir.load(one.type, one.body))]

    def count(self, *kinds):
        """How many resources of these types this asker may see."""
        return sum(one.type in kinds for one in self.readable)

    @cached_property
    def who(self):
        return self.of("Patient")[0]

    @cached_property
    def results(self):
        """Results with the general reference range where the laboratory gave none."""
        ranges = general_ranges()
        return [self._ranged(result, ranges) for result in self.of("Observation")]

    @cached_property
    def measurements(self):
        """Results for series: panels taken apart into their components."""
        panels = [one for one in self.resources("Observation") if one.get("component")]
        taken_apart = {f"Observation/{one['id']}" for one in panels}
        inner = [part for one in panels for part in components_of(one)]
        ranges = general_ranges()
        single = [result for result in self.results if result.ref not in taken_apart]
        return single + [self._ranged(part, ranges) for part in inner]

    def _ranged(self, result, ranges):
        if result.range.known or result.number is None:
            return result
        years = rules.years_at(self.who.birth_date, result.at)
        found = rules.general_range(
            ranges, key=result.key, unit=result.unit, sex=self.who.sex, years=years
        )
        if not found.known:
            return result
        return replace(result, range=found, level=result.level or rules.judge(result.number, found))

    @cached_property
    def places(self):
        """{facility number: name} for every facility that the record names; one query."""
        wanted = {part.facility for part in self.of("Encounter", "Coverage") if part.facility}
        wanted |= {part.sender for part in self.of("Provenance") if part.sender}
        return {code: one.name for code, one in places.find_facilities(wanted).items()}

    def place(self, part):
        """Where a visit took place, in words."""
        return part.place or self.places.get(part.facility) or part.facility or ""


def is_restricted(resource):
    """True when a resource has a security label that only care itself may pass."""
    labels = resource.get("meta", {}).get("security", ())
    return any(label.get("code") in RESTRICTED for label in labels)


@cache
def general_ranges():
    """The general reference ranges of `data/reference_ranges.toml`."""
    data = tomllib.loads(_RANGES.read_text())
    return rules.by_test(
        rules.General(
            keys=frozenset(one["keys"]),
            unit=one["unit"],
            low=_exact(one.get("low")),
            high=_exact(one.get("high")),
            sex=one.get("sex", ""),
            from_years=one.get("from_years", 18),
            to_years=one.get("to_years", 200),
        )
        for one in data["range"]
    )


def _exact(value):
    return None if value is None else parts.Decimal(str(value))
