"""The eligibility check (tự kiểm tra điều kiện): conditions as a reader meets them, and their verdict."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.kernel import dates
from haidang.rooms.procedures import eligibility
from haidang.rooms.procedures.selectors import catalogue, store, words


@dataclass(frozen=True)
class Obstacle:
    """A condition that does not hold, or of which nobody is sure: what to do, and where to turn."""

    ask: str
    otherwise: str
    source: str
    instead_key: str = ""
    instead_name: str = ""


def to_check(key, *, by, at):
    """The conditions of a procedure for a reader, answered as far as the data store knows.

    by    the asker, or None for somebody who is not signed in

    Returns    it, name, conditions ((key, question, hint) each), known ({key: "yes"})
    Raises     NotFound `procedures.unknown`
    """
    day = at.astimezone(dates.HANOI).date()
    found = catalogue.procedure(key, day)
    held = _held(by, day)
    conditions, known = [], {}
    for one in found.conditions:
        paper = held.get(one.result_code) if one.result_code else None
        if paper:
            known[one.key] = "yes"
        conditions.append((one.key, asked(one), _hint(one, paper)))
    return {
        "it": words.for_reader(found),
        "name": words.name_of(found),
        "conditions": conditions,
        "known": known,
    }


def verdict(key, answers, *, at):
    """What answers come to: (kind, obstacles, what to find out).

    Raises    NotFound `procedures.unknown`; Incorrect `procedures.conditions_unanswered`
    """
    day = at.astimezone(dates.HANOI).date()
    found = eligibility.judge(catalogue.procedure(key, day).conditions, answers)
    sent = any(one.instead for one in (*found.against, *found.unclear))
    others = {one.key: one for one in catalogue.current(day)} if sent else {}
    told = [[_obstacle(one, others) for one in some] for some in (found.against, found.unclear)]
    return found.kind, *told


def asked(condition):
    """The question of a condition in the reader's language."""
    return _in(condition, "ask")


def _in(condition, name):
    english = getattr(condition, f"{name}_en")
    return english if get_language() == "en" and english else getattr(condition, name)


def _held(by, day):
    """Valid results and papers by their code, of the asker and of whom they represent."""
    found = {}
    for owner, _name in store.owners_of(by) if by else ():
        found = store.papers_of(owner, on=day) | found
    return found


def _hint(condition, paper):
    if paper is None:
        return condition.source
    told = (
        _("Kho dữ liệu của bạn có số {number}.")
        if paper.number
        else _("Kho dữ liệu của bạn có giấy này.")
    )
    return told.format(number=paper.number)


def _obstacle(condition, others):
    other = others.get(condition.instead)
    return Obstacle(
        asked(condition),
        _in(condition, "otherwise"),
        condition.source,
        other.key if other else "",
        words.name_of(other) if other else "",
    )
