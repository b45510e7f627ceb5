"""What a merge moves from one record to another, and how it is moved back (phần được chuyển).

Everything that names the dropped Patient is found, held against writers and then read, so that
nothing anybody writes at the same moment is lost. What only stands in the person's record because
of what it points at (a Provenance of a moved visit) moves with it, word for word.
"""

from dataclasses import dataclass
from itertools import pairwise

from haidang.engines.people import following, references
from haidang.engines.records import api as records

_REPLACES, _REPLACED = "replaces", "replaced-by"


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


def restored(rows, two, *, taken):
    """What undoes a merge: resources to be written.

    rows    [ref, version before, version after] of everything that was moved, the late writings
            gathered in among them: one resource may have been moved more than once
    taken   numbers, pairs (system, value), that the kept Patient has from this merge alone

    Where nobody wrote since the merge, the version of before; elsewhere the version of now with
    only those references turned back that the merge had turned, wherever they stand by now. What
    was deleted stays deleted.
    """
    moves = {}
    for ref, before, after in rows:
        moves.setdefault(ref, []).append((before, after))
    records.lock(*moves)
    now = {one.ref: one for one in records.get_many(moves)}
    asked = [
        (ref, number) for ref, one in now.items() for number in _read_for(moves[ref], one.version)
    ]
    versions = records.vread_many(asked)
    back = {}
    for ref, one in now.items():
        known = [
            versions[ref, n] for n in _read_for(moves[ref], one.version) if (ref, n) in versions
        ]
        back[ref] = _back(one, known, moves[ref], two, taken)
    return [*back.values(), *_following(back, two)]


def _read_for(moves, now):
    """The numbers of the versions that tell what one resource said before, and what it became."""
    (first, after), *more = moves
    return [first] if now == after and not more else range(first, now)


def _back(one, versions, moves, two, taken):
    """One resource as it stands without the merge, by its versions from the one before it on."""
    was = versions[0].resource
    if (one.version, len(moves)) == (moves[0][1], 1):
        return was
    if one.ref == two.kept:
        return _without_numbers(_unlinked(one.resource, two.dropped, _REPLACES), taken)
    if one.ref == two.dropped:
        return _in_use_as(was, _unlinked(one.resource, two.kept, _REPLACED))
    places = _followed([*versions, one], {before for before, _after in moves}, two)
    return references.turned_back(one.resource, places, two.kept)


def _followed(versions, moved_from, two):
    """Where the references that the merge turned stand in the last version: {path: as they were}."""
    places = {}
    # What was deleted and came again is taken up where it was left.
    for earlier, later in pairwise(one for one in versions if not one.deleted):
        if earlier.version in moved_from:
            places |= references.places_of(earlier.resource, two.dropped)
        else:
            places = following.follow(places, earlier.resource, later.resource)
    return places


def _following(back, two):
    """What was written since about something that goes back, and goes back with it."""
    left = [
        one
        for one in records.compartment(two.kept_rid)
        if one.ref not in back and not references.places_of(one.resource, two.kept)
    ]
    going, found = set(back), []
    while more := [one for one in left if references.targets(one.resource) & going]:
        found += [one.resource for one in more]
        going = {one.ref for one in more}
        left = [one for one in left if one.ref not in going]
    return found


def keeping(resource, other, dropped):
    """The kept Patient: takes over the numbers of the other, and says that it replaces it."""
    own = numbers(resource)
    taken = [i for i in other.get("identifier", ()) if _number(i) not in own]
    link = {"other": {"reference": dropped}, "type": _REPLACES}
    merged = {**resource, "link": [*resource.get("link", ()), link]}
    return merged | ({"identifier": [*resource.get("identifier", ()), *taken]} if taken else {})


def dropping(resource, kept):
    """The dropped Patient: out of use, pointing to the one that replaces it."""
    link = {"other": {"reference": kept}, "type": _REPLACED}
    return {**resource, "active": False, "link": [*resource.get("link", ()), link]}


def _unlinked(resource, other, type):
    """A Patient that was edited after the merge, without the link that the merge had put there."""
    links = [
        link
        for link in resource.get("link", ())
        if (link["other"].get("reference"), link.get("type")) != (other, type)
    ]
    return _with(resource, "link", links)


def _without_numbers(resource, taken):
    left = [each for each in resource.get("identifier", ()) if _number(each) not in taken]
    return _with(resource, "identifier", left)


def _in_use_as(was, resource):
    """A dropped Patient that is in use again as it was, unless somebody has said so meanwhile."""
    if resource.get("active") is not False:
        return resource
    bare = {name: value for name, value in resource.items() if name != "active"}
    return bare | ({"active": was["active"]} if "active" in was else {})


def _with(resource, name, entries):
    bare = {each: value for each, value in resource.items() if each != name}
    return bare | ({name: entries} if entries else {})


def numbers(resource):
    """The numbers of a Patient: pairs (system, value)."""
    return {_number(one) for one in resource.get("identifier", ())}


def _number(identifier):
    return identifier.get("system"), identifier.get("value")
