"""`$everything`: a person's whole record and what it points at.

The record is what R4's compartment of a Patient lists, by every criterion it names, and what
belongs to the person through what it points at. Resources that those name come after it.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.records import compartments, reading
from haidang.engines.records.binary import FOREVER, NEVER
from haidang.engines.records.index import extractor, moments, strays
from haidang.engines.records.search import cursor as cursors
from haidang.engines.records.stored import Stored
from haidang.kernel import errors, fhirjson


@dataclass(frozen=True)
class EverythingPage:
    """One page of a person's record; `next_cursor` goes into the next call, None on the last."""

    shown: list[Stored]
    total: int
    next_cursor: str | None


@dataclass(frozen=True)
class _Asked:
    """What a cursor belongs to, as `cursor` asks for it."""

    type: str
    used: tuple
    within: None = None


def everything(patient_ref, *, types=None, since=None, start=None, end=None):
    """The Patient, the record, and the practitioners, places and others that it names, in this order.

    types       only these resource types, of the record and of what it names
    since       only what was written at or after this aware moment
    start, end  FHIR dates: only care within them; what has no date is kept

    Raises      NotFound, Gone as `get`; Incorrect `records.not_a_patient`
    """
    found = _placed(patient_ref, types=types, since=since, start=start, end=end)
    return [each for _place, each in found]


def everything_page(patient_ref, *, count, cursor=None, **narrowed):
    """A page of `everything`, with at most `count` resources; with a `count` of 0 the total alone.

    Pages are pinned to the record numbers of the first one: what is created while somebody reads
    on does not appear, and nothing is passed over or told twice.

    Raises      Incorrect `records.cursor_unfit` besides
    """
    query = _Asked(patient_ref, tuple((name, repr(value)) for name, value in narrowed.items()))
    found = _placed(patient_ref, **narrowed)
    newest, total, last = cursors.read(query, cursor) if cursor else _beginning(found)
    rest = [pair for pair in found if pair[0] > tuple(last) and pair[1].rid <= newest]
    shown = rest[:count]
    position = [newest, total, shown[-1][0]] if 0 < len(shown) < len(rest) else None
    following = cursors.write(query, position) if position else None
    return EverythingPage([each for _place, each in shown], total, following)


def _beginning(found):
    return max((each.rid for _place, each in found), default=0), len(found), ()


def _placed(patient_ref, *, types=None, since=None, start=None, end=None):
    """(place, Stored) of everything, in the order of the places."""
    patient = reading.get(patient_ref)
    if patient.type != "Patient":
        raise errors.Incorrect("records.not_a_patient", _("Chỉ áp dụng cho Patient."))
    record = _record(patient)
    low = moments.span(start)[0] if start else NEVER
    high = moments.span(end)[1] if end else FOREVER
    if start or end:
        care = [each for each in record if _within(each, low, high)]
    else:
        care = record
    placed = [((int(each.rid != patient.rid), each.rid), each) for each in care]
    placed += [((_NAMED, each.rid), each) for each in _named(care, record, types)]
    wanted = (
        pair
        for pair in placed
        if (types is None or pair[1].type in types) and (not since or pair[1].at >= since)
    )
    return sorted(wanted, key=lambda pair: pair[0])


_NAMED = 2  # after the Patient (0) and the record (1)


def _record(patient):
    """What is in the compartment by a criterion of R4, or belongs to the person by what it names."""
    found = {each.rid: each for each in reading.compartment(patient.rid)}
    found |= {each.rid: each for each in reading.at_paths(patient.rid, compartments.criteria())}
    return list(found.values())


def _within(stored, low, high):
    if stored.type == "Patient":
        return True
    found = extractor.extract(fhirjson.loads(stored.body)).dates
    return not found or any(begin < high and finish > low for _, begin, finish in found)


def _named(care, record, types):
    """What the care refers to, wherever in it, and the record does not hold; of these `types`."""
    refs = {ref for each in care for ref in strays.named(each.body)}
    refs -= {each.ref for each in record}
    if types is not None:
        refs = {ref for ref in refs if ref.split("/")[0] in types}
    return reading.get_many(refs)
