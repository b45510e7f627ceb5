"""A hospital information system that does not exist (phần mềm bệnh viện mô phỏng): writes real claims dossiers.

    dossiers = his.generate(seed=1, count=1000)          the visits of synthetic persons, one person after the other
    for file in his.files(dossiers): …                   as files of the gateway: name and bytes
    python -m simulators.his --count 1000 --out DIR      the same from the command line

The same arguments give the same bytes. Every dossier is valid by `claims.validate`; `faults` spoils them on purpose.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from random import Random
from typing import NamedTuple

from haidang.engines.exchange.adapters.claims import model, tables, writer
from simulators.his import course
from simulators.his import people as persons
from simulators.his.body import Body
from simulators.his.facilities import HOSPITAL, NETWORK, STATION, Facility
from simulators.his.people import Person
from simulators.his.visit import Visit

__all__ = [
    "HOSPITAL", "NETWORK", "STATION", "Facility", "File", "Person", "check_in", "files", "generate",
    "with_check_ins",
]  # fmt: skip

START, END = date(2024, 7, 1), date(2026, 11, 20)


class File(NamedTuple):
    """A file as a hospital sends it."""

    name: str
    content: bytes


def generate(
    seed: int,
    count: int | None = None,
    *,
    people: Iterable[Person] | None = None,
    facility: Facility | Sequence[Facility] | None = None,
    start: date = START,
    end: date = END,
    form: str = "",
) -> Iterator[model.Dossier]:
    """Dossiers of visits between two days, all visits of one person together, in time order.

    count       how many at most; None with `people`: every visit of theirs
    people      who goes; synthetic persons without end when not given
    facility    where; one or several. A network of three hospitals and three stations when not given
    form        "3176" or "4750" for all; when not given, the form in force when the visit ends

    Raises      ValueError when neither `count` nor `people` bounds the work
    """
    if count is None and people is None:
        raise ValueError("Give a count or people; persons without end visit for ever.")
    places = _places(facility)
    who = persons.make(seed, until=end, facilities=places) if people is None else people
    return islice(_generate(who, seed, places, start, end, form), count)


def _generate(people, seed, places, start, end, form):
    known: dict[str, dict] = {}
    for plans, begun in course.everybody(people, seed, start=start, end=end, facilities=places):
        for plan in plans:
            person = plan.person
            since = known.setdefault(person.uid, begun) if person.mother is None else begun
            rng = Random(f"{seed}/visit/{person.uid}/{plan.start}")
            yield Visit(plan, Body(seed, person, since), rng).dossier(form)
        if len(known) > 10_000:
            known.clear()


def _places(facility):
    if facility is None:
        return NETWORK
    return (facility,) if isinstance(facility, Facility) else tuple(facility)


def files(dossiers: Iterable[model.Dossier], *, per_file: int = 1) -> Iterator[File]:
    """Each dossier as a file of its facility, named after its visit; `per_file` joins neighbours of one facility."""
    group: list[model.Dossier] = []
    for dossier in dossiers:
        fits = group and _kind(group[0]) == _kind(dossier)
        if group and (len(group) >= per_file or not fits):
            yield _file(group)
            group = []
        group.append(dossier)
    if group:
        yield _file(group)


def _kind(dossier):
    return dossier.facility, dossier.form, dossier.is_check_in


def _file(dossiers):
    first = dossiers[0]
    made_on, prefix = _made_on(first), "checkin-" if first.is_check_in else ""
    content = writer.write(dossiers, form=first.form, sender=first.facility, made_on=made_on)
    return File(f"{prefix}{first.ma_lk}.xml", content)


def _made_on(dossier):
    """The day on which the hospital writes the file: when the visit is paid, or begins for a check-in."""
    if dossier.is_check_in:
        return dossier.rows("XML0")[0]["NGAY_VAO"][:8]
    return (dossier.summary["NGAY_TTOAN"] or dossier.summary["NGAY_RA"])[:8]


def with_check_ins(dossiers: Iterable[model.Dossier]) -> Iterator[model.Dossier]:
    """Each dossier after its check-in, as they reach the gateway."""
    for dossier in dossiers:
        first = check_in(dossier)
        if first:
            yield first
        yield dossier


def check_in(dossier: model.Dossier) -> model.Dossier | None:
    """The check-in (XML0) that went before a visit; None for emergencies, which send none."""
    summary = dossier.summary
    if summary["MA_DOITUONG_KCB"] == "2":
        return None
    shared = {name: summary[name] for name in tables.form().tables["XML0"].names if name in summary}
    first = dossier.rows("XML3")[0]
    order = {name: first[name] for name in ("MA_DICH_VU", "TEN_DICH_VU", "NGAY_YL")}
    blank = dict.fromkeys(tables.form().tables["XML0"].names, "")
    row = model.Row("XML0", 1, blank | shared | order)
    return model.Dossier(dossier.ma_lk, dossier.facility, dossier.form, {"XML0": [row]})
