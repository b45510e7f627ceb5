"""Who may be meant by a description: everybody near, graded and explained (đối chiếu người).

The reading counterpart of `resolving`: the same rules compare, and nothing is written.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.people import finding, index, keys, matching, resolving
from haidang.engines.people.candidate import Candidate
from haidang.kernel import errors

CERTAIN, PROBABLE, POSSIBLE = "certain", "probable", "possible"
_GRADES = (CERTAIN, PROBABLE, POSSIBLE)
#: So many namesakes are looked through.
_NAMESAKES = 200


@dataclass(frozen=True)
class Sought:
    """One person who may be meant (người có thể khớp).

    grade     `certain`, `probable` or `possible` (FHIR, value set match-grade)
    national  a number decided that names one person across the country
    match     the comparison, with every attribute and what it contributed
    """

    ref: str
    rid: int
    grade: str
    national: bool
    match: matching.Match


def match(candidate: Candidate, *, limit=20) -> list[Sought]:
    """Return the people who may be meant, the likeliest first (đối chiếu người).

    `certain` are those to whom a dossier with this description would be linked; `probable` those
    about whom somebody would be asked; `possible` those of whom nothing speaks against it.

    Works on the index, so it needs no reach; the caller decides what may be told of whom.

    Raises    Incorrect `people.nameless` when there is neither a name nor a number
    """
    if not candidate.traits.folded and not candidate.traits.numbers:
        raise errors.Incorrect(
            "people.nameless", _("Cần họ tên hoặc ít nhất một số giấy tờ để xác định người.")
        )
    found = [one for rows in _near(candidate) if (one := _sought(candidate.traits, rows))]
    found.sort(key=lambda one: (_GRADES.index(one.grade), -one.match.score, one.rid))
    return found[:limit]


def _near(candidate):
    """The rows of each person nearby: by number, by likeness, by a name that is close."""
    traits = candidate.traits
    heads = {head for _value, head in index.by_numbers({key.value for key in traits.numbers})}
    heads |= {row.head for row in index.by_likeness([traits] if traits.birth_year else [])}
    heads |= {hit.rid for hit in _namesakes(candidate)}
    people = {}
    for row in index.faces(heads):
        if row.retired:
            continue
        people.setdefault(row.head, []).append(row)
    return people.values()


def _namesakes(candidate):
    if len(candidate.traits.folded) < finding.SHORTEST:
        return []
    return finding.named(candidate.name, candidate.birth_date, limit=_NAMESAKES)


def _sought(traits, rows):
    target = resolving.Target.of(0, rows)
    found = target.match(traits)
    grade = grade_of(found)
    if grade is None:
        return None
    national = found.rule.partition(".")[0] in keys.NATIONAL
    return Sought(f"Patient/{target.id}", target.rid, grade, national, found)


def grade_of(found):
    """How sure a comparison is, or None when it is somebody else."""
    levels = {one.field: one.level for one in found.evidence}
    if found.verdict == matching.LINK:
        return CERTAIN
    if found.verdict == matching.REVIEW:
        return POSSIBLE if matching.DIFFERENT in levels.values() else PROBABLE
    named_alike = levels.get("name") in (matching.SAME, matching.CLOSE)
    return POSSIBLE if named_alike and matching.DIFFERENT not in levels.values() else None
