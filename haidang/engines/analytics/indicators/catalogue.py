"""The indicator catalogue: one YAML file each, in `data/indicators` of the engine and of rooms."""

import functools
import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.engines.analytics.engines import marts
from haidang.engines.analytics.indicators.suppression import Within
from haidang.engines.analytics.views import published
from haidang.kernel import errors, yamlfile

_HOUSE = Path(__file__).resolve().parents[3]
_FOLDERS = ("engines/analytics/data/indicators", "rooms/*/data/indicators")
KINDS = ("count", "sum", "share", "ratio", "mean", "yes_no")
DIRECTIONS = ("up", "down", "none")
BREAKDOWNS = ("commune", "facility", "sex", "age_band", "unit", "cause", "category")
_NEEDED = (
    "code",
    "version",
    "title",
    "title_en",
    "group",
    "kind",
    "unit",
    "numerator",
    "why",
    "direction",
    "owner",
    "source",
    "next_review",
    "reads",
    "sql",
)


@dataclass(frozen=True)
class Target:
    """What is to be reached (mục tiêu): `value` from day `since` on, as `source` says."""

    value: float
    since: date
    source: str


@dataclass(frozen=True)
class Indicator:
    """One indicator (chỉ tiêu).

    kind         count, sum, share (percent), ratio (numerator over denominator × per), mean, yes_no
    reads        published views and marts that the SQL reads
    sql          one row a counted thing: `numerator`, `denominator`, and a column a breakdown
    personal     True when cells are about people, so that small ones are hidden
    part_of      the indicator of the plan that this one details, e.g. `T2`
    target       the Target in force, or None
    within       of which indicator it counts a part, so that their difference tells nobody; or None
    spans        {breakdown: [(first, last)]}, keys whose sum another indicator tells
    monthly      breakdowns that are shown by month; others of what happens in a period by quarter
    """

    code: str
    version: int
    title: str
    title_en: str
    group: str
    kind: str
    unit: str
    numerator: str
    denominator: str
    per: float
    why: str
    direction: str
    owner: str
    source: str
    next_review: date
    reads: tuple[str, ...]
    sql: str
    breakdowns: tuple[str, ...]
    personal: bool
    part_of: str
    target: Target | None
    note: str
    content: dict
    within: Within | None = None
    spans: dict = field(default_factory=dict)
    monthly: tuple[str, ...] = ()

    @property
    def digest(self):
        """Tells one wording of a definition from another."""
        return hashlib.sha256(repr(sorted(self.content.items())).encode()).hexdigest()[:16]

    @property
    def is_flow(self):
        """True when it counts what happens in a period, so that the parts of a period add up to it."""
        return "$start" in self.sql

    def missing(self):
        """What it reads that does not exist yet, as titles for people; empty when it can be computed."""
        there = {*published.all(), *marts.published()}
        known = marts.contracts()
        return [
            known[name].title if name in known else name for name in self.reads if name not in there
        ]


def all():
    """Every indicator, in the order of group and code."""
    return list(_loaded().values())


def get(code):
    """Raises    NotFound `analytics.indicator_unknown`"""
    found = _loaded().get(code)
    if found is None:
        raise errors.NotFound(
            "analytics.indicator_unknown", _("Không có chỉ tiêu này."), indicator=str(code)[:80]
        )
    return found


@functools.cache
def _loaded():
    found = {}
    for pattern in _FOLDERS:
        for path in sorted(_HOUSE.glob(f"{pattern}/*.yaml")):
            for content in yamlfile.read_all(path):
                one = read(content, path.name)
                if one.code in found:
                    raise ValueError(f"{path.name}: {one.code} is defined twice")
                found[one.code] = one
    for one in found.values():
        if one.within and one.within.of not in found:
            raise ValueError(f"{one.code}: part of {one.within.of}, which is nowhere defined")
    return dict(sorted(found.items(), key=lambda item: (item[1].group, _in_order(item[0]))))


def relatives(codes):
    """The codes, all that they are part of, and the other parts of the same."""
    found, waiting = set(), list(codes)
    while waiting:
        one = get(waiting.pop())
        if one.code in found:
            continue
        found.add(one.code)
        if one.within:
            waiting.append(one.within.of)
            waiting += [
                mate.code
                for mate in _loaded().values()
                if mate.within and mate.within.place == one.within.place
            ]
    return found


def _in_order(code):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", code)]


def read(content, name):
    """An `Indicator` from its file.

    Raises    ValueError naming the file and what is wrong
    """
    lacking = [key for key in _NEEDED if not content.get(key)]
    if lacking:
        raise ValueError(f"{name}: {content.get('code')} lacks {', '.join(lacking)}")
    known = {*published.all(), *marts.contracts()}
    wrong = [
        *(f"kind {content['kind']}" for _i in range(content["kind"] not in KINDS)),
        *(
            f"direction {content['direction']}"
            for _i in range(content["direction"] not in DIRECTIONS)
        ),
        *(f"breakdown {one}" for one in content.get("breakdowns", ()) if one not in BREAKDOWNS),
        *(f"reads {one}" for one in content["reads"] if one not in known),
    ]
    if wrong:
        raise ValueError(f"{name}: {content['code']}: unknown {', '.join(wrong)}")
    target = content.get("target")
    return Indicator(
        **{
            key: content[key]
            for key in (
                "code",
                "version",
                "title",
                "title_en",
                "group",
                "kind",
                "unit",
                "numerator",
                "why",
                "direction",
                "owner",
                "source",
                "next_review",
                "sql",
            )
        },
        denominator=content.get("denominator", ""),
        per=float(content.get("per", 100 if content["kind"] == "share" else 1)),
        reads=tuple(content["reads"]),
        breakdowns=tuple(content.get("breakdowns", ())),
        personal=content.get("personal", True),
        part_of=content.get("part_of", ""),
        target=Target(float(target["value"]), target["since"], target["source"])
        if target
        else None,
        note=content.get("note", ""),
        content={key: str(value) for key, value in content.items()},
        within=Within(**content["within"]) if content.get("within") else None,
        spans={name: [tuple(s) for s in found] for name, found in content.get("spans", {}).items()},
        monthly=tuple(content.get("monthly", ())),
    )
