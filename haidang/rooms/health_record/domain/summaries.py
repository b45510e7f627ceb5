"""Problems and medicines over a life: the same thing told by many visits becomes one line."""

from dataclasses import dataclass
from datetime import date

from haidang.rooms.health_record.domain import parts

#: A medicine ordered within so many days may still be taken.
RECENT_DAYS = 90


@dataclass(frozen=True)
class Group:
    """One problem or medicine with every part that tells of it, newest first."""

    key: str
    name: str
    parts: tuple

    @property
    def last(self):
        return self.parts[0]

    @property
    def first_at(self):
        return self.parts[-1].at

    @property
    def times(self):
        return len(self.parts)


def papers(found):
    """Papers, newest first; the file of a paper that is there in writing is not told twice."""
    written = {(p.visit, p.number) for p in found if not p.copy}
    kept = [p for p in found if not p.copy or (p.visit, p.number) not in written]
    return sorted(kept, key=lambda p: p.at or "", reverse=True)


def problems(found):
    """Group problems by code, or by name without one; the newest first."""
    return _grouped(found, lambda p: p.code or p.name)


def medicines(found):
    """Group medicines by substance and strength; the newest first."""
    return _grouped(found, lambda m: m.key)


def _grouped(found, key):
    groups = {}
    for part in sorted(found, key=lambda p: p.at or "", reverse=True):
        groups.setdefault(key(part), []).append(part)
    return [Group(k, group[0].name, tuple(group)) for k, group in groups.items()]


def is_current(medicine: parts.Medicine, today):
    """Whether a medicine may still be taken: ordered lately and not stopped.

    Claims do not tell how long a medicine lasts, so this is a hint, and the page says so.
    """
    if medicine.stopped or not medicine.at:
        return False
    ordered = date.fromisoformat((medicine.at + "-01-01")[:10])
    return 0 <= (today - ordered).days <= RECENT_DAYS
