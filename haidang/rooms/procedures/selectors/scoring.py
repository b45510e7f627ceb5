"""The service-quality index as rules: editions, points, the whole, and who stands before whom.

No database here. A criterion's points are its weight times its share. One without a source, or with
nothing to count, gives no points and takes none: its weight leaves what can be scored, and it is
named with its reason.
Source: Quyết định 766/QĐ-TTg năm 2022: five groups of 18, 20, 22, 22 and 18 points; a zero
denominator is no data
"""

import functools
from dataclasses import dataclass
from datetime import date

from haidang.kernel import yamlfile
from haidang.rooms.procedures.selectors import catalogue

_FOLDER = catalogue.DATA / "quality"


@dataclass(frozen=True)
class Criterion:
    """One sub-criterion (chỉ số thành phần).

    points         at most
    no_source      why the house cannot count it yet; empty when it can
    partners       for units that only take part in the dossiers of others
    confidential   its list names nobody: those who answered are not told apart
    """

    code: str
    title: str
    title_en: str
    points: float
    weight_source: str
    formula: str
    group: str
    no_source: str = ""
    partners: bool = False
    confidential: bool = False


@dataclass(frozen=True)
class Group:
    """One of the five groups, with the points that it gives at most."""

    code: str
    title: str
    title_en: str
    points: float
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Edition:
    """One edition of the index, as its file says; `feedback` holds the term of answers."""

    name: str
    valid_from: date
    source: str
    groups: tuple[Group, ...]
    feedback: dict

    @property
    def criteria(self):
        return tuple(one for group in self.groups for one in group.criteria)


@dataclass(frozen=True)
class Point:
    """What one criterion gave: counts, share in percent and points; or why it gave none."""

    criterion: Criterion
    numerator: int = 0
    denominator: int = 0
    reason: str = ""

    @property
    def share(self):
        return None if self.reason else 100 * self.numerator / self.denominator

    @property
    def points(self):
        """Weight times share, to two decimals; None without a figure."""
        if self.reason:
            return None
        return round(self.criterion.points * self.numerator / self.denominator, 2)


@dataclass(frozen=True)
class Whole:
    """The index: points of those that can be scored, and how much of a hundred that is."""

    points: float | None
    scorable: float

    @property
    def percent(self):
        return None if self.points is None else round(100 * self.points / self.scorable, 1)


@functools.cache
def editions():
    """Every edition, the newest first."""
    read = [yamlfile.read(path) for path in _FOLDER.glob("*.yaml")]
    return sorted(map(_edition, read), key=lambda one: one.valid_from, reverse=True)


def edition(day):
    """The edition in force on a day."""
    return next(one for one in editions() if one.valid_from <= day)


def _edition(values):
    groups = tuple(
        Group(
            one["code"],
            one["title"],
            one["title_en"],
            one["points"],
            tuple(Criterion(**each, group=one["code"]) for each in one["criteria"]),
        )
        for one in values["groups"]
    )
    name = values["edition"]
    return Edition(name, values["valid_from"], values["source"], groups, values["feedback"])


def point(criterion, numerator, denominator, *, nothing):
    """The point of a criterion; `nothing` is the reason when there is nothing to count."""
    if criterion.no_source or not denominator:
        return Point(criterion, reason=criterion.no_source or nothing)
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{criterion.code}: {numerator} of {denominator}")
    return Point(criterion, numerator, denominator)


def whole(points):
    """The index of a unit from its points."""
    scored = [one for one in points if not one.reason]
    scorable = sum(one.criterion.points for one in scored)
    if not scored:
        return Whole(None, 0)
    return Whole(round(sum(one.points for one in scored), 2), scorable)


def ranked(wholes):
    """Places by percent of what could be scored, {unit: place}; equals share a place.

    A unit without any point has no place.
    """
    shares = {unit: one.percent for unit, one in wholes.items() if one.percent is not None}
    return {unit: 1 + sum(other > own for other in shares.values()) for unit, own in shares.items()}
