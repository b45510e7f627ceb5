"""The people whose records a citizen may open: oneself and the family."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import dates
from haidang.ui import context, wording

FULL = 100
LOOKS, LOOKS_READ = 3, 40


@dataclass(frozen=True)
class Member:
    """One card: who it is, how old, and what they need now."""

    name: str
    text: str
    url: str
    signs: list = field(default_factory=list)


def of(actor):
    """Oneself first, then the family, the youngest first."""
    own = f"Patient/{actor.patient}" if actor.patient else None
    refs = {f"Patient/{found}" for found in access.family_of(actor.account)} | ({own} - {None})
    found = people.persons(refs).values()
    ordered = sorted(found, key=lambda p: p.birth_date or "", reverse=True)
    ordered.sort(key=lambda person: person.ref != own)
    return [_member(person, is_own=person.ref == own) for person in ordered]


@dataclass(frozen=True)
class LookedAt:
    """Somebody else who saw one's record, in plain words."""

    name: str
    text: str


def looks_at(actor):
    """The last people other than oneself who saw one's own record."""
    if not actor.patient:
        return []
    looks = ledger.looks_at(f"Patient/{actor.patient}", limit=LOOKS_READ)
    others = [look for look in looks if look.allowed and look.by_ref != actor.ref]
    return [_told(look) for look in others[:LOOKS]]


def _told(look):
    facts = (access.name_of(look.org) if look.org else "", dates.show_moment(look.at))
    return LookedAt(name=look.by_name, text=" · ".join(fact for fact in facts if fact))


def _member(person, *, is_own):
    facts = (_("Bạn") if is_own else "", wording.age_text(person.birth_date))
    return Member(
        name=person.name,
        text=", ".join(fact for fact in facts if fact),
        url=context.address("health_record:see_family_record", person.id)
        or context.person_url(person.id),
        signs=_signs(person),
    )


def _signs(person):
    if person.completeness.percent >= FULL:
        return [{"kind": "ok", "label": _("Hồ sơ đủ thông tin")}]
    return [{"kind": "warn", "label": _("Hồ sơ còn thiếu thông tin")}]
