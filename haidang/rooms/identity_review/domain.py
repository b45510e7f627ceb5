"""Two descriptions of people side by side, line by line (so sánh hai hồ sơ)."""

from dataclasses import dataclass

SAME, DIFFERENT, ONE_SIDED = "same", "different", "one_sided"


@dataclass(frozen=True)
class Side:
    """One of the two people of a pair, as the comparison shows them.

    facts   {name of a line: what this record says}
    """

    id: str
    ref: str
    name: str
    facts: dict[str, str]
    visits: int
    last_visit: str


@dataclass(frozen=True)
class Row:
    """One line of the comparison."""

    name: str
    left: str
    right: str
    state: str


def compared(left: Side, right: Side):
    """Return the lines that at least one record says something about, in the order of the left."""
    names = dict.fromkeys([*left.facts, *right.facts])
    rows = (_row(name, left.facts.get(name, ""), right.facts.get(name, "")) for name in names)
    return [row for row in rows if row.left or row.right]


def _row(name, left, right):
    if not left or not right:
        return Row(name, left, right, ONE_SIDED)
    return Row(name, left, right, SAME if left.casefold() == right.casefold() else DIFFERENT)


def kept_by_default(left: Side, right: Side):
    """The record that is proposed to be kept: the fuller one, then the one with more visits."""
    fuller = max(
        (left, right), key=lambda side: (len([f for f in side.facts.values() if f]), side.visits)
    )
    return fuller.id
