"""A life by episodes (đợt chăm sóc): a visit with all that came about in it, newest first."""

from dataclasses import dataclass, field

from haidang.rooms.health_record.domain import parts

#: Kinds of entries in the order in which an episode tells them.
KINDS = ("problem", "note", "result", "procedure", "medicine", "vaccine", "paper", "cost")
_KIND_OF = {
    parts.Problem: "problem",
    parts.Note: "note",
    parts.Result: "result",
    parts.Report: "result",
    parts.Procedure: "procedure",
    parts.Medicine: "medicine",
    parts.Vaccine: "vaccine",
    parts.Paper: "paper",
    parts.Cost: "cost",
}


@dataclass
class Episode:
    """One visit and its parts by kind; without a visit, what stands alone on one day."""

    visit: parts.Visit | None
    day: str
    parts: dict[str, list] = field(default_factory=dict)

    @property
    def count(self):
        return sum(len(found) for found in self.parts.values())

    def of(self, kind):
        return self.parts.get(kind, [])


def kind_of(part):
    """The kind of an entry, one of `KINDS`, or None for what a timeline does not show."""
    return _KIND_OF.get(type(part))


def episodes(visits, others):
    """Group parts under their visits; what names no known visit stands by its day.

    Results that a report lists are told by the report and are not repeated.
    """
    found = {visit.ref: Episode(visit, (visit.at or "")[:10]) for visit in visits}
    accounts = {visit.account: found[visit.ref] for visit in visits if visit.account}
    listed = {ref for part in others if isinstance(part, parts.Report) for ref in part.results}
    alone = {}
    for part in others:
        kind = kind_of(part)
        if kind is None or part.ref in listed:
            continue
        day = (part.at or "")[:10]
        episode = found.get(part.visit) or accounts.get(part.ref)
        episode = episode or alone.setdefault(day, Episode(None, day))
        episode.parts.setdefault(kind, []).append(part)
    return sorted([*found.values(), *alone.values()], key=_newest, reverse=True)


def _newest(episode):
    return (episode.day, episode.visit.at or "" if episode.visit else "", episode.visit is not None)


def only(episodes_, kind):
    """Those episodes that hold something of one kind, with nothing else in them."""
    return [Episode(one.visit, one.day, {kind: one.of(kind)}) for one in episodes_ if one.of(kind)]


def counts(episodes_):
    """How many entries of each kind there are, in the order of `KINDS`, without empty ones."""
    totals = {kind: sum(len(one.of(kind)) for one in episodes_) for kind in KINDS}
    return {kind: total for kind, total in totals.items() if total}
