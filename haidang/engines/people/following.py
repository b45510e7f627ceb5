"""Places in a resource followed from one version to the next (pure).

An undone merge turns back the references that it had turned, and since then somebody may have put
an entry before them, taken one out, or sorted the list. So what stands in a list is known again by
what it says and not by its place.
"""

from collections import Counter
from itertools import pairwise

#: An entry that was changed is the same one when at least so much of both says the same.
_ALIKE = 0.5


def follow(places, before, after):
    """Return where the values at some paths stand in the next version: {path: whatever was kept}.

    places    {path in `before`, a tuple of names and numbers: anything}; what is gone is left out
    """
    if not places or before == after:
        return dict(places)
    found = {}
    for step, inner in _by_step(places).items():
        if () in inner:
            there = isinstance(after, dict) and isinstance(after.get(step), str)
            found |= {(step,): inner[()]} if there else {}
        else:
            found |= _within(step, inner, before, after)
    return found


def _by_step(places):
    steps = {}
    for (step, *rest), kept in places.items():
        steps.setdefault(step, {})[tuple(rest)] = kept
    return steps


def _within(step, places, before, after):
    if not isinstance(before, dict) or not isinstance(after, dict) or step not in after:
        return {}
    old, new = before[step], after[step]
    if not isinstance(old, list) or not isinstance(new, list):
        return _under((step,), follow(places, old, new))
    found, pairs = {}, paired(old, new)
    for place, inner in _by_step(places).items():
        if place in pairs:
            now = pairs[place]
            found |= _under((step, now), follow(inner, old[place], new[now]))
    return found


def _under(path, places):
    return {(*path, *rest): kept for rest, kept in places.items()}


def paired(old, new):
    """Which entry of a list is which in the list of afterwards: {place: place now}, the gone left out.

    First by `id`, then those that say the same, then those that say nearly the same, and last what
    stands between the same neighbours in the same number, for there it was rewritten.
    """
    pairs = {}
    for pair in (_same_id, _equal, _alike, _in_gaps):
        pair(old, new, pairs)
    return pairs


def _left(old, new, pairs):
    taken = set(pairs.values())
    return (
        [place for place in range(len(old)) if place not in pairs],
        [place for place in range(len(new)) if place not in taken],
    )


def _same_id(old, new, pairs):
    known = _unique_ids(old)
    pairs |= {known[id]: place for id, place in _unique_ids(new).items() if id in known}


def _unique_ids(entries):
    named = [
        (each["id"], n) for n, each in enumerate(entries) if isinstance(each, dict) and "id" in each
    ]
    counted = Counter(id for id, _place in named)
    return {id: place for id, place in named if counted[id] == 1}


def _equal(old, new, pairs):
    """Entries that say the same; among several of them, by their neighbours and by the way between."""
    before, after = _left(old, new, pairs)
    said, says = [_frozen(each) for each in old], [_frozen(each) for each in new]
    where = {}
    for place in after:
        where.setdefault(says[place], []).append(place)
    ranked = sorted(
        (-_neighbours(said, one, says, other), abs(one - other), one, other)
        for one in before
        for other in where.get(said[one], ())
    )
    _take(ranked, pairs)


def _neighbours(said, one, says, other):
    """How many of the two neighbours say the same; the ends of a list are neighbours too."""
    left = one == other == 0 or (one and other and said[one - 1] == says[other - 1])
    last = (len(said) - 1 - one, len(says) - 1 - other)
    right = last == (0, 0) or (all(last) and said[one + 1] == says[other + 1])
    return bool(left) + bool(right)


def _alike(old, new, pairs):
    """Entries that were changed a little, wherever they stand now; the likest first."""
    before, after = _left(old, new, pairs)
    said = {place: _words(old[place]) for place in before}
    says = {place: _words(new[place]) for place in after}
    ranked = sorted(
        (-share, abs(one - other), one, other)
        for one in before
        for other in after
        if (share := _share(said[one], says[other])) >= _ALIKE
    )
    _take(ranked, pairs)


def _take(ranked, pairs):
    taken = set(pairs.values())
    for *_rank, one, other in ranked:
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)


def _in_gaps(old, new, pairs):
    """Entries that were written anew in their place: between the same neighbours, as many as before."""
    edges, taken = [(-1, -1), *sorted(pairs.items()), (len(old), len(new))], set(pairs.values())
    for (one, other), (next_one, next_other) in pairwise(edges):
        gap, gap_now = range(one + 1, next_one), range(other + 1, next_other)
        if len(gap) == len(gap_now) and taken.isdisjoint(gap_now):
            pairs |= dict(zip(gap, gap_now, strict=True))


def _share(some, others):
    most = max(some.total(), others.total())
    return (some & others).total() / most if most else 0


def _words(entry):
    """What an entry says besides which person it means, for that is what a merge changes."""
    return Counter(word for word in _leaves(entry) if "Patient/" not in str(word[-1]))


def _leaves(value, name=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, name)
    else:
        yield name, value


def _frozen(value):
    """A value that can be compared and counted: JSON says 1 and true differently, Python does not."""
    if isinstance(value, dict):
        return frozenset((key, _frozen(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    return type(value).__name__, value
