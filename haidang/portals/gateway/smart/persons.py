"""For whom an app is opened: a launch from our pages, oneself, the family, or a patient chosen."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.ui import wording

MOST = 20
_SEARCH = gettext_noop("Tìm người để mở ứng dụng")


@dataclass(frozen=True)
class Chosen:
    """The person an app is opened for."""

    id: str
    rid: int
    name: str
    text: str


def opened_for(patient_id, *, by):
    """The person, when `by` may open the record now.

    Raises    NotFound `people.no_person`; NotAllowed `access.no_relationship`, after noting it
    """
    person = people.person(f"Patient/{patient_id}")
    if person.merged_into:
        person = people.person(person.merged_into)
    if access.ground_for(by, person.ref, person.rid) is None:
        ledger.looked(
            by=by, about=person.ref, what="smart.launch", allowed=False, reason="relationship"
        )
        raise errors.NotAllowed(
            "access.no_relationship",
            _("Đơn vị của bạn chưa có quan hệ chăm sóc với người này nên chưa mở ứng dụng được."),
        )
    return Chosen(person.id, person.rid, person.name, _text(person))


def held(chosen, *, by):
    """The person who was chosen, as they stand; merged by nobody until the transaction ends.

    Raises    as `opened_for`
    """
    people.hold(f"Patient/{chosen.id}")
    return opened_for(chosen.id, by=by)


def own(by):
    """Oneself and the family of whoever signed in, oneself first."""
    refs = {f"Patient/{one}" for one in access.family_of(by.account)}
    refs |= {f"Patient/{by.patient}"} if by.patient else set()
    found = sorted(people.persons(refs).values(), key=lambda one: (one.id != by.patient, one.name))
    return [Chosen(one.id, one.rid, one.name, _text(one)) for one in found if not one.merged_into]


def found(query, *, by):
    """People of a search, for staff: ({Chosen}, fault); only those whom the facility cares for."""
    if by.kind != actors.STAFF or not query.strip():
        return [], ""
    ledger.looked(by=by, about=None, what=_SEARCH, purpose="care")
    try:
        hits = people.find(query, by=by, limit=MOST)
    except errors.Incorrect as why:
        return [], why.message
    kept = [hit for hit in hits if access.ground_for(by, hit.ref, hit.rid) is not None]
    return [Chosen(hit.id, hit.rid, hit.name, _hit(hit)) for hit in kept], ""


def _text(person):
    return " · ".join(
        fact for fact in (wording.age_text(person.birth_date), person.address) if fact
    )


def _hit(hit):
    numbers = list(hit.masked.values())[:1]
    return " · ".join(fact for fact in (hit.birth_text, hit.address, *numbers) if fact)
