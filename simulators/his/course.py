"""Which visits a person makes, when and where (lộ trình khám bệnh)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from simulators.his import catalogue
from simulators.his.catalogue import Disease
from simulators.his.facilities import HOSPITAL, Facility
from simulators.his.people import Person

# How many chronic diseases a person has by age: from this age on, chances of none, one and two.
_CHRONIC = ((0, (100, 0, 0)), (35, (80, 18, 2)), (50, (55, 35, 10)), (65, (30, 45, 25)))
_INTERVALS = (28, 28, 56, 84)  # days between visits for drugs of a long-term disease
_TESTED = 84  # days between two sets of tests
_ACUTE_A_YEAR = ((0, 3.0), (6, 1.2), (18, 0.8), (50, 1.2), (70, 1.8))
_SEASON = 3
_RARE = frozenset({"tuberculosis"})  # ends after about six months of drugs


@dataclass(frozen=True)
class Plan:
    """One visit before it happens.

    setting     out, in, chronic, birth, newborn
    origin      facility that referred the patient; `paper` the number of the referral or appointment paper
    refers_to   facility to which this visit refers; the visit then ends with a referral paper
    supply      days of drugs, for long-term diseases
    next_on     day of the appointment given
    child       the child born in this visit
    """

    person: Person
    facility: Facility
    disease: Disease
    start: datetime
    setting: str
    origin: Facility | None = None
    paper: str = ""
    refers_to: Facility | None = None
    supply: int = 0
    next_on: date | None = None
    child: Person | None = None


def plans(
    person: Person, rng: Random, *, start: date, end: date, facilities: Sequence[Facility]
) -> tuple[list[Plan], dict[str, date]]:
    """The visits of a person in time order, and the day on which each long-term disease began."""
    start = max(start, person.born)
    conditions = _conditions(person, rng, end)
    begun = {d.key: _begin(person, d, rng, start) for d in conditions}
    found = list(_born(person, rng, facilities))
    for disease in conditions:
        found += _long_term(person, disease, rng, begun[disease.key], start, end, facilities)
    found += _acute(person, rng, start, end, facilities)
    return sorted((p for p in found if _inside(p, start, end)), key=_when), begun


def _when(plan):
    return plan.start


def _inside(plan, start, end):
    return (plan.child is not None or start <= plan.start.date()) and plan.start.date() <= end


def _conditions(person, rng, end):
    if person.conditions is not None:
        return [catalogue.diseases()[key] for key in person.conditions]
    age = person.age(end)
    chances = next(chances for since, chances in reversed(_CHRONIC) if age >= since)
    count = rng.choices((0, 1, 2), chances)[0]
    fitting = [disease for disease in catalogue.chronic() if disease.fits(age, person.sex)]
    chosen = (
        {rng.choices(fitting, [d.weight for d in fitting])[0].key for _ in range(count)}
        if fitting
        else ()
    )
    return [catalogue.diseases()[key] for key in sorted(chosen)]


def _begin(person, disease, rng, start):
    """Half of the diseases are found in the period, so that their treatment shows; the others are older."""
    if disease.key in _RARE or rng.random() < 0.5:
        return start + timedelta(days=rng.randrange(300))
    return max(start - timedelta(days=rng.randrange(1500)), person.born)


def _long_term(person, disease, rng, begun, start, end, facilities):
    place, interval = _long_term_place(person, disease, rng, facilities), rng.choice(_INTERVALS)
    day = max(begun, start + timedelta(days=rng.randrange(interval)))
    last = min(end, day + timedelta(days=180)) if disease.key in _RARE else end
    paper, number = "", 0
    while day <= last:
        following = _weekday(day + timedelta(days=interval))
        at = datetime.combine(_weekday(day), _hour(rng))
        tested = disease if number % (_TESTED // interval) == 0 else replace(disease, tests=())
        yield Plan(
            person, place, tested, at, "chronic", paper=paper, supply=interval, next_on=following
        )
        paper, day = f"GH{following:%y%m%d}.{person.uid[:6]}", following
        number += 1
        if rng.random() < 0.03:
            day += timedelta(days=interval)  # misses one
            paper = ""


def _long_term_place(person, disease, rng, facilities):
    """Where a long-term disease is followed: mostly a hospital, because a station has few tests."""
    own = _place(person, rng, facilities)
    return own if own.kind == HOSPITAL or rng.random() < 0.35 else _hospital(rng, facilities)


def _acute(person, rng, start, end, facilities):
    days = (end - start).days
    rate = next(r for since, r in reversed(_ACUTE_A_YEAR) if person.age(end) >= since)
    for _ in range(_count(rng, rate * days / 365.25)):
        day = start + timedelta(days=rng.randrange(days + 1))
        disease = _drawn(person, day, rng)
        if disease:
            yield from _visit(person, disease, day, rng, facilities)


def _count(rng, expected):
    """A whole number near the expected one."""
    count = int(expected) + (rng.random() < expected % 1)
    return max(count + rng.choice((-1, 0, 0, 1)), 0) if expected >= 1 else count


def _drawn(person, day, rng):
    age = person.age(day)
    fitting = [disease for disease in catalogue.acute() if disease.fits(age, person.sex)]
    weights = [d.weight * (_SEASON if day.month in d.months else 1) for d in fitting]
    return rng.choices(fitting, weights)[0] if fitting else None


def _visit(person, disease, day, rng, facilities):
    place = _place(person, rng, facilities)
    hospital = place if place.kind == HOSPITAL else _hospital(rng, facilities)
    if disease.setting == "referred":
        yield from _referred(person, disease, day, rng, facilities, hospital)
    elif disease.setting == "in" or disease.emergency:
        at = datetime.combine(day, time(rng.randrange(24), rng.randrange(60)))
        yield Plan(person, hospital, disease, at, disease.setting)
    else:
        simple = not disease.tests and not disease.procedure
        yield Plan(
            person,
            place if simple else hospital,
            disease,
            datetime.combine(_weekday(day), _hour(rng)),
            "out",
        )


def _referred(person, disease, day, rng, facilities, hospital):
    """First a station, then the hospital it refers to."""
    stations = [facility for facility in facilities if facility.kind != HOSPITAL]
    at = datetime.combine(_weekday(day), _hour(rng))
    origin, paper = None, ""
    if stations:
        origin, paper = rng.choice(stations), f"CT{at:%y%m%d}.{person.uid[:6]}"
        yield Plan(
            person,
            origin,
            replace(disease, tests=(), operation="", procedure=""),
            at,
            "out",
            paper=paper,
            refers_to=hospital,
        )
    yield Plan(person, hospital, disease, at + timedelta(hours=3), "in", origin=origin, paper=paper)


def _born(person, rng, facilities):
    """The delivery of this child, checks before it, sometimes jaundice after it."""
    mother = person.mother
    if mother is None:
        return
    hospital = _hospital(rng, facilities)
    known = catalogue.diseases()
    for weeks in (28, 16, 4):
        day = _weekday(person.born - timedelta(weeks=weeks))
        yield Plan(
            mother,
            hospital,
            known["pregnancy_check"],
            datetime.combine(day, _hour(rng)),
            "out",
            child=person,
        )
    birth = datetime.combine(person.born, birth_time(person))
    way = known["caesarean" if rng.random() < 0.35 else "delivery"]
    yield Plan(mother, hospital, way, birth - timedelta(hours=6), "birth", child=person)
    if rng.random() < 0.3:
        yield Plan(
            person,
            hospital,
            known["newborn_jaundice"],
            birth + timedelta(days=3, hours=2),
            "newborn",
        )


def birth_time(person: Person) -> time:
    """The hour of birth: the same in the birth certificate and in the newborn's dossiers."""
    number = int(person.uid[:4], 16)
    return time(number % 24, number // 24 % 60)


def _place(person, rng, facilities):
    own = next((f for f in facilities if f.code == person.registered), None)
    return own if own and rng.random() < 0.75 else rng.choice(facilities)


def _hospital(rng, facilities):
    return rng.choice([f for f in facilities if f.kind == HOSPITAL] or list(facilities))


def _weekday(day):
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])


def _hour(rng):
    return time(rng.choice((7, 7, 8, 8, 9, 9, 10, 13, 14, 15)), rng.randrange(60))


def everybody(
    people, seed: int, *, start: date, end: date, facilities: Sequence[Facility]
) -> Iterator[tuple[list[Plan], dict[str, date]]]:
    """The visits of each person, one person after the other."""
    for person in people:
        rng = Random(f"{seed}/course/{person.uid}")
        yield plans(person, rng, start=start, end=end, facilities=facilities)
