"""What stands on the home page of one member of staff."""

from dataclasses import dataclass

from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.portals.staff import work
from haidang.ui import context, wording

RECENT = 6
LOOKS_READ = 80  # one person is often looked at many times in a row


@dataclass(frozen=True)
class Seen:
    """A person whom this member of staff saw lately."""

    name: str
    text: str
    url: str


@dataclass(frozen=True)
class Desk:
    recent: list
    waiting: list
    figures: list


def of(actor):
    """The desk of one member of staff; parts that are not built or not allowed are left out."""
    return Desk(recent=_recent(actor), waiting=work.waiting(actor), figures=work.figures(actor))


def _recent(actor):
    """The last people this actor opened (the access book knows them), newest first."""
    looks = ledger.looks_by(actor.ref, limit=LOOKS_READ)
    opened = (look.about for look in looks if look.allowed and look.about)
    refs = [ref for ref in dict.fromkeys(opened) if ref.startswith("Patient/")][:RECENT]
    found = people.persons(refs)
    return [_seen(found[ref]) for ref in refs if ref in found]


def _seen(person):
    facts = (wording.age_text(person.birth_date), wording.sex_text(person.sex), person.address)
    text = " · ".join(fact for fact in facts if fact)
    return Seen(name=person.name, text=text, url=context.person_url(person.id))
