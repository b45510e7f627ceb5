"""What a merge moves from one record to another, and how it is moved back (phần được chuyển).

Everything that names the dropped Patient is found, held against writers and then read, so that
nothing anybody writes at the same moment is lost. What only stands in the person's record because
of what it points at (a Provenance of a moved visit) moves with it, word for word.
"""

from dataclasses import dataclass

from haidang.engines.people import references
from haidang.engines.records import api as records


@dataclass(frozen=True)
class Two:
    """The two Patients of a merge, as references and record numbers."""

    kept: str
    kept_rid: int
    dropped: str
    dropped_rid: int

    @classmethod
    def of(cls, kept, dropped):
        """The two people of index rows."""
        return cls(f"Patient/{kept.id}", kept.rid, f"Patient/{dropped.id}", dropped.rid)

    @property
    def refs(self):
        return {self.kept, self.dropped}


def held(two):
    """Everything that a merge touches, locked and then read: {ref: Stored}, both Patients too."""
    refs = {one.ref for one in _naming(two)} | two.refs
    records.lock(*refs)
    return {one.ref: one for one in records.get_many(refs)}


def seen(two):
    """As `held`, without holding anything: for a look beforehand."""
    return {one.ref: one for one in [*_naming(two), *records.get_many(two.refs)]}


def latecomers(two):
    """What names the dropped Patient although it was merged, held as by `held`: {ref: Stored}."""
    refs = {one.ref for one in _naming(two)} - two.refs
    if not refs:
        return {}
    records.lock(*refs)
    return {one.ref: one for one in records.get_many(refs)}


def _naming(two):
    inside = (one for one in records.compartment(two.dropped_rid) if one.ref != two.dropped)
    return [*records.referring(two.dropped), *inside]


def moved(before, two):
    """The resources of `held`, without the Patients, as they stand after the merge."""
    others = sorted(ref for ref in before if ref not in two.refs)
    return [references.moved(before[ref].resource, two.dropped, two.kept) for ref in others]


def restored(rows, two):
    """What undoes a merge: resources to be written.

    rows    [ref, version before, version after] of everything that was moved; of a resource that
            was moved more than once the last move counts

    Where nobody wrote since the merge, the version of before; elsewhere the version of now with
    only those references turned back that the merge had turned. What was deleted stays deleted.
    """
    last = {ref: (before, after) for ref, before, after in rows}
    records.lock(*last)
    now = {one.ref: one for one in records.get_many(last)}
    versions = records.vread_many((ref, last[ref][0]) for ref in now)
    back = {
        ref: _back(one, versions[ref, last[ref][0]].resource, last[ref][1], now, two)
        for ref, one in now.items()
    }
    return [*back.values(), *_following(back, two)]


def _back(one, was, after, now, two):
    if one.version == after:
        return was
    if one.ref == two.kept:
        return parted(one.resource, was, two.dropped, now.get(two.dropped))
    if one.ref == two.dropped:
        return parted(one.resource, was, two.kept, None)
    return references.moved_at(
        one.resource, references.paths_to(was, two.dropped), two.kept, two.dropped
    )


def _following(back, two):
    """What was written since about something that goes back, and goes back with it."""
    found = records.compartment(two.kept_rid)
    return [
        one.resource
        for one in found
        if one.ref not in back
        and not references.paths_to(one.resource, two.kept)
        and references.targets(one.resource) & back.keys()
    ]


def keeping(resource, other, dropped):
    """The kept Patient: takes over the numbers of the other, and says that it replaces it."""
    own = _numbers(resource)
    taken = [i for i in other.get("identifier", ()) if _number(i) not in own]
    link = {"other": {"reference": dropped}, "type": "replaces"}
    merged = {**resource, "link": [*resource.get("link", ()), link]}
    return merged | ({"identifier": [*resource.get("identifier", ()), *taken]} if taken else {})


def dropping(resource, kept):
    """The dropped Patient: out of use, pointing to the one that replaces it."""
    link = {"other": {"reference": kept}, "type": "replaced-by"}
    return {**resource, "active": False, "link": [*resource.get("link", ()), link]}


def parted(resource, was, other, theirs):
    """A Patient that was edited after the merge, without what the merge had put into it.

    theirs    the other Patient as stored, whose numbers it had taken over; None for the dropped
    """
    taken = _numbers(theirs.resource) - _numbers(was) if theirs else set()
    links = [k for k in resource.get("link", ()) if k["other"].get("reference") != other]
    own = [i for i in resource.get("identifier", ()) if _number(i) not in taken]
    found = {k: v for k, v in resource.items() if k not in ("link", "active", "identifier")}
    found |= {"link": links} if links else {}
    found |= {"identifier": own} if own else {}
    return found | ({"active": was["active"]} if "active" in was else {})


def _numbers(resource):
    return {_number(one) for one in resource.get("identifier", ())}


def _number(identifier):
    return identifier.get("system"), identifier.get("value")
