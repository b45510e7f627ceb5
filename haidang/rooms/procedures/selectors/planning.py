"""Colleagues, absences and days off, for whoever plans the work of an organisation."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors
from haidang.kernel.room import ROLES
from haidang.rooms.procedures import domain
from haidang.rooms.procedures.selectors import known

_MOST = 500


@dataclass(frozen=True)
class Colleague:
    """Somebody who works on dossiers at one's own organisation, with the roles held there."""

    ref: str
    name: str
    roles: frozenset[str]

    @property
    def titles(self):
        return ", ".join(_(ROLES[role]) for role in sorted(self.roles))


def day_of(at):
    return at.astimezone(dates.HANOI).date()


def colleagues(*, by):
    """Everybody at the asker's organisation whose role works on dossiers, by name."""
    cards = access.find_accounts(by, org=by.org, active=True, limit=_MOST)
    found = [Colleague(card.ref, card.name, _roles(card, by.org)) for card in cards]
    return sorted((one for one in found if one.roles), key=lambda one: one.name)


def _roles(card, org):
    held = frozenset(one.role for one in card.roles if one.org == org)
    return held if "procedures.process" in access.of_roles(held) else frozenset()


def colleague(ref, *, by):
    """One of them.

    Raises    NotFound `procedures.colleague_unknown`
    """
    for one in colleagues(by=by):
        if one.ref == ref:
            return one
    raise errors.NotFound(
        "procedures.colleague_unknown", _("Chọn một người của đơn vị đang giải quyết hồ sơ.")
    )


def absences(*, by, at):
    """Who is away or will be, who acts for them, and who can be chosen."""
    today = day_of(at)
    lines = [(one, one.holds(today)) for one in workflow.absences(by.org, on=today)]
    people = colleagues(by=by)
    return {
        "lines": lines,
        "away": [one for one in people if domain.may_hand_over(by.roles, one.roles)],
        "deputies": people,
    }


def acting_for(by, at):
    """For whom somebody acts today: names and last days."""
    return workflow.for_whom(by.ref, day_of(at))


def calendar(*, at):
    """The days off by rule of this year and the next, and what was declared besides."""
    today = day_of(at)
    declared = workflow.declared_days(date(today.year, 1, 1))
    told = {one.on for one in declared}
    rules = [
        (day, known.shown(name))
        for year in (today.year, today.year + 1)
        for day, name in sorted(workflow.holidays(year).items())
        if day not in told
    ]
    return {"rules": rules, "declared": declared}
