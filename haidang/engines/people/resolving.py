"""From descriptions to people: find who it is, or make a new person and ask somebody to look.

Works on a set: the locks, the numbers, the likenesses, the Patients, the index and the reviews
each take one or two round trips, whatever the size of the set.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.people import index, keys, matching, patient, reviews, saving
from haidang.engines.people.candidate import Candidate, Traits
from haidang.engines.records import api as records
from haidang.kernel import errors


@dataclass(frozen=True)
class Resolution:
    """Who a candidate is (kết quả xác định).

    created   a new Patient was made
    retired   the person is out of use (see `retiring`); who writes to it calls `revive`
    review    number of the review item that asks whether it is somebody already known, or None
    score     0 to 100 of the link, or of the likeness that is under review
    why       rule and evidence, as `matching.Match`; None when nobody was like it
    """

    patient_ref: str
    patient_rid: int
    created: bool
    retired: bool
    review: int | None
    score: int
    why: matching.Match | None


def resolve(candidate: Candidate, *, by, org=None) -> Resolution:
    """Find or make the person that one candidate describes; see `resolve_many`."""
    return resolve_many([candidate], by=by, org=org)[0]


@transaction.atomic
def resolve_many(candidates: Sequence[Candidate], *, by, org=None) -> list[Resolution]:
    """Find or make the people that candidates describe (xác định người), in the same order.

    A shared number with nothing against it links, and the Patient takes over what is newer. All
    else makes a new Patient; likeness and contradictions open a review. Nothing is ever merged.
    org     who answers for the reviews; else the facility whose file number a candidate brings

    The advisory locks on the numbers last to the end of the transaction: call once in a
    transaction, with at most some hundred candidates, so that two callers never wait in a circle.

    Raises    Incorrect `people.nameless` when a candidate has neither name nor number
    Records   events `people.person.created`, `people.person.saved`, `people.review.opened`
    """
    for candidate in candidates:
        _check(candidate)
    with access.reach(by, people="all"):
        index.lock(_lock_numbers(candidates))
        pool = _Pool.read(candidates, org)
        order = sorted(range(len(candidates)), key=lambda i: _completeness(candidates[i]))
        for position in order:
            pool.place(position, candidates[position])
        _save(pool.targets, by)
        numbers = reviews.open_many(pool.doubts, by=by)
        return [pool.resolution(position, numbers) for position in range(len(candidates))]


def claim(groups: Sequence[Sequence[Candidate]]) -> list[bool]:
    """Lock the people of whole groups of candidates for this transaction (giữ chỗ), not waiting.

    A group with somebody whom another transaction is writing just now is passed over, so that
    processes keep out of each other's way; only when that is all of them, the first is waited
    for. Call it before every other lock.

    Returns   for each group, whether `resolve_many` may be called with it at once
    """
    numbers = [_lock_numbers(group) for group in groups]
    before = transaction.savepoint()
    claimed = index.try_lock(numbers)
    if any(claimed) or not groups:
        transaction.savepoint_commit(before)
        return claimed
    transaction.savepoint_rollback(before)  # while it waits it must hold nothing
    index.lock(numbers[0])
    return [True] + [False] * (len(groups) - 1)


def _check(candidate):
    if not candidate.traits.folded and not candidate.traits.numbers:
        raise errors.Incorrect(
            "people.nameless", _("Cần họ tên hoặc ít nhất một số giấy tờ để xác định người.")
        )


def _lock_numbers(candidates):
    return {number for each in candidates for number in _lock_numbers_of(each.traits)}


def _lock_numbers_of(traits):
    for key in traits.numbers:
        if key.kind not in (keys.CARD, keys.OTHER) or not traits.values(keys.SOCIAL):
            yield key.lock
    yield keys.lock_number("like", traits.folded, traits.birth_year)


def _completeness(candidate):
    """The best known first, so that one set gives one answer whatever its order."""
    traits = candidate.traits
    return (
        not traits.values(keys.CITIZEN),
        -len(traits.birth_date or ""),
        -len(traits.numbers),
        candidate.said,
        traits.folded,
        str(sorted(traits.numbers)),
        str(traits),
    )


@dataclass(eq=False)
class Target:
    """One person, known or to be made, and what this set of candidates says of them."""

    place: int
    id: str = ""
    rid: int | None = None
    traits: Traits = field(default_factory=Traits)
    faces: list[Traits] = field(default_factory=list)
    said: dict = field(default_factory=dict)
    heard: list[Candidate] = field(default_factory=list)
    retired: bool = False

    @classmethod
    def of(cls, place, rows):
        """The person of index rows: the one kept, and the faces merged into it."""
        head = next(row for row in rows if row.merged_into is None)
        numbers = frozenset().union(*(row.numbers for row in rows))
        faces = [replace(row.traits, numbers=numbers) for row in rows if row is not head]
        traits = replace(head.traits, numbers=numbers)
        return cls(place, head.id, head.rid, traits, faces, head.said, retired=head.retired)

    def match(self, traits):
        """The best match of somebody with this person or one of its faces."""
        order = (matching.LINK, matching.REVIEW, matching.NONE)
        matches = [matching.compare(traits, face) for face in (self.traits, *self.faces)]
        return min(matches, key=lambda m: (order.index(m.verdict), *m.rank))

    def hear(self, candidate):
        """Take in what a candidate says, so that the next one of the set is compared with it."""
        ours, theirs = self.traits, candidate.traits
        better_birth = len(theirs.birth_date or "") > len(ours.birth_date or "")
        self.traits = Traits(
            ours.folded or theirs.folded,
            theirs.birth_date if better_birth else ours.birth_date,
            ours.sex if ours.sex in ("male", "female") else theirs.sex,
            ours.numbers | theirs.numbers,
            ours.phone or theirs.phone,
            ours.commune or theirs.commune,
        )
        self.faces = [replace(face, numbers=self.traits.numbers) for face in self.faces]
        self.heard.append(candidate)


@dataclass(frozen=True)
class Doubt:
    """Two targets that somebody must look at, why, and whose message raised it."""

    left: Target
    right: Target
    match: matching.Match
    org: str | None


class _Pool:
    """Everybody whom the candidates of one set may be, and where each was placed."""

    def __init__(self, org):
        self.org = org
        self.targets = []
        self.doubts = []
        self._by_value = {}
        self._by_likeness = {}
        self._placed = {}

    @classmethod
    def read(cls, candidates, org):
        pool = cls(org)
        traits = [candidate.traits for candidate in candidates]
        holders = index.by_numbers({key.value for t in traits for key in t.numbers})
        pool._add(index.faces({head for _, head in holders}))
        unlinked = [t for t in traits if t.birth_year and not pool._is_linked(t)]
        pool._add(index.by_likeness(unlinked))
        return pool

    def place(self, position, candidate):
        """Decide who one candidate is."""
        matches = self._matches(candidate.traits)
        links = [pair for pair in matches if pair[0].verdict == matching.LINK]
        match, target = links[0] if links else (None, self._new())
        org = self.org or candidate.facility
        self.doubts += [
            Doubt(target, other, why, org) for why, other in links[1:] if not other.retired
        ]
        asked = [
            Doubt(target, other, why, org)
            for why, other in matches
            if not other.retired and _is_asked(why, linked=bool(links))
        ]
        self.doubts += asked
        target.hear(candidate)
        self._enter(target)
        self._placed[position] = (target, match, asked, not links)

    def resolution(self, position, numbers):
        target, match, asked, created = self._placed[position]
        best = max(asked, key=lambda doubt: doubt.match.score, default=None)
        why = match or (best.match if best else None)
        return Resolution(
            patient_ref=f"Patient/{target.id}",
            patient_rid=target.rid,
            created=created,
            retired=target.retired,
            review=numbers.get(best) if best else None,
            score=why.score if why else 0,
            why=why,
        )

    def _matches(self, traits):
        """(match, target) of everybody near, the best first; whoever is out of use stands last."""
        matches = ((target.match(traits), target) for target in self._near(traits))
        return sorted(matches, key=lambda pair: (pair[1].retired, *pair[0].rank, pair[1].place))

    def _is_linked(self, traits):
        return any(t.match(traits).verdict == matching.LINK for t in self._near(traits))

    def _near(self, traits):
        found = {}
        for key in traits.numbers:
            found |= self._by_value.get(key.value, {})
        return (found | self._by_likeness.get((traits.folded, traits.birth_year), {})).values()

    def _new(self):
        target = Target(len(self.targets))
        self.targets.append(target)
        return target

    def _add(self, rows):
        known = {target.rid for target in self.targets}
        people = {}
        for row in rows:
            if row.head not in known:
                people.setdefault(row.head, []).append(row)
        for rows_of_one in people.values():
            target = Target.of(len(self.targets), rows_of_one)
            self.targets.append(target)
            self._enter(target)

    def _enter(self, target):
        for key in target.traits.numbers:
            self._by_value.setdefault(key.value, {})[id(target)] = target
        for face in (target.traits, *target.faces):
            self._by_likeness.setdefault((face.folded, face.birth_year), {})[id(target)] = target


def _is_asked(match, *, linked):
    """Likeness is asked about once, when a person is made; contradictions always."""
    return match.verdict == matching.REVIEW and not (linked and match.rule == "likeness")


def _save(targets, by):
    """Write what the candidates brought that is new; one lock, one read, one set of writes."""
    heard = [target for target in targets if target.heard]
    known = [f"Patient/{target.id}" for target in heard if target.rid]
    if known:
        records.lock(*known)
    current = {one.id: one.resource for one in records.get_many(known) if one} if known else {}
    changed, confirmed = [], []
    for target in heard:
        before = current.get(target.id, {"resourceType": "Patient"})
        target.retired = patient.is_retired(before)  # known for sure only now, under its lock
        after, said = before, target.said
        for candidate in target.heard:
            after, said = patient.merge(after, candidate, said)
        if after != before or target.rid is None:
            changed.append((target, (after, said)))
        elif said != target.said:
            confirmed.append((target.rid, said))
    index.remember(confirmed)
    stored = saving.save_patients([pair for _target, pair in changed], by=by)
    for (target, _pair), one in zip(changed, stored, strict=True):
        target.id, target.rid = one.id, one.rid
