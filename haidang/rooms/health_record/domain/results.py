"""Results over time, and what a value means beside its reference range (kết quả, xu hướng)."""

from dataclasses import dataclass
from functools import lru_cache

from haidang.kernel import text
from haidang.rooms.health_record.domain import parts

HIGH, LOW, ABNORMAL, NORMAL = "high", "low", "abnormal", "normal"
_WORDS = {
    "h": HIGH, "hh": HIGH, "hu": HIGH, "u": HIGH, "cao": HIGH, "tang": HIGH, "high": HIGH,
    "l": LOW, "ll": LOW, "lu": LOW, "d": LOW, "thap": LOW, "giam": LOW, "low": LOW,
    "a": ABNORMAL, "aa": ABNORMAL, "pos": ABNORMAL, "bat thuong": ABNORMAL,
    "duong tinh": ABNORMAL, "n": NORMAL, "neg": NORMAL, "binh thuong": NORMAL,
    "am tinh": NORMAL, "normal": NORMAL,
}  # fmt: skip


@dataclass(frozen=True)
class Series:
    """All results of one test, oldest first (chuỗi kết quả)."""

    key: str
    name: str
    unit: str
    results: tuple[parts.Result, ...]

    @property
    def last(self):
        return self.results[-1]

    @property
    def points(self):
        """(when, number) of those that are numbers and have a day."""
        return [(r.at, r.number) for r in self.results if r.number is not None and r.at]

    @property
    def range(self):
        """The newest reference range that is known."""
        return next((r.range for r in reversed(self.results) if r.range.known), parts.Range())


def level_of(word):
    """What an interpretation code or word says: `high`, `low`, `abnormal`, `normal` or ""."""
    return _WORDS.get(text.fold(word or ""), "")


def judge(number, reference):
    """Where a number lies in a reference range; "" without a range."""
    if number is None or not reference.known:
        return ""
    if reference.low is not None and number < reference.low:
        return LOW
    if reference.high is not None and number > reference.high:
        return HIGH
    return NORMAL


def series(results):
    """Group results by test and unit: the newest day first, vital signs after tests."""
    groups = {}
    for result in sorted(results, key=lambda r: r.at or ""):
        groups.setdefault((result.key, _folded(result.unit)), []).append(result)
    found = [
        Series(f"{key}|{unit}" if unit else key, group[-1].name, group[-1].unit, tuple(group))
        for (key, unit), group in groups.items()
    ]
    found.sort(key=lambda s: (s.last.vital, s.name))
    return sorted(found, key=lambda s: (s.last.at or "")[:10], reverse=True)


@dataclass(frozen=True)
class General:
    """A general reference range for one test (khoảng tham chiếu chung), from `data/`.

    keys        LOINC codes and folded names by which the test is known
    unit        folded unit; the range means nothing in another unit
    sex         `male`, `female` or "" for both
    from_years  ages to which it applies, half-open
    """

    keys: frozenset[str]
    unit: str
    low: object
    high: object
    sex: str = ""
    from_years: int = 18
    to_years: int = 200

    def fits(self, sex, years):
        return self.sex in ("", sex) and self.from_years <= years < self.to_years


def by_test(ranges):
    """General ranges by (key of the test, folded unit)."""
    found = {}
    for one in ranges:
        for key in one.keys:
            found.setdefault((key, one.unit), []).append(one)
    return found


def general_range(ranges, *, key, unit, sex, years):
    """The general range for a test and a person, or an unknown one; `ranges` as of `by_test`.

    Children have other ranges at each age: none is guessed for them.
    """
    for one in ranges.get((key, _folded(unit)), ()) if years is not None else ():
        if one.fits(sex, years):
            return parts.Range(one.low, one.high, general=True)
    return UNKNOWN


_folded = lru_cache(4096)(text.fold)
UNKNOWN = parts.Range()


def years_at(birth_date, at):
    """Whole years of age on the day of a result, or None when a date is missing."""
    if not birth_date or not at:
        return None
    born, on = (birth_date + "-01-01")[:10], (at + "-01-01")[:10]
    return int(on[:4]) - int(born[:4]) - (on[4:] < born[4:])
