"""What the room shows: apps, people to open one for, and what a person has allowed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import errors
from haidang.rooms.connections.selectors import visits, wording

MOST = 20
_SEARCH = gettext_noop("Tìm người để mở ứng dụng")


@dataclass(frozen=True)
class Card:
    """One registered app as its keepers see it (ứng dụng)."""

    id: str
    name: str
    publisher: str
    kind: str
    org: str
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    launch_uri: str
    jwks_uri: str
    last_used_at: datetime | None
    working: bool


@dataclass(frozen=True)
class Permitted:
    """What a person has allowed one app (ứng dụng đã cho phép)."""

    id: int
    app: str
    publisher: str
    person: str
    lines: tuple[str, ...]
    given_at: datetime
    last_used_at: datetime | None


def apps(*, by):
    """Every registered app and service, newest first."""
    access.require(by, "connections.see_apps")
    return [_card(row) for row in access.apps()]


def app(client_id, *, by):
    """One app. Raises NotFound `connections.no_app`."""
    found = [card for card in apps(by=by) if card.id == client_id]
    if not found:
        raise errors.NotFound("connections.no_app", _("Không có ứng dụng này."))
    return found[0]


def launchable(*, by):
    """The apps that can be opened from our pages."""
    access.require(by, "connections.open_app")
    return [_card(row) for row in access.apps() if row.launch_uri and row.ended_at is None]


def patients(query, *, by):
    """People of a search whom the facility cares for; returns {hits, fault, asked}.

    The search stands in the access book, without what was typed.
    """
    query = (query or "").strip()
    if not query:
        return {"hits": [], "fault": "", "asked": False}
    ledger.looked(by=by, about=None, what=_SEARCH, purpose="care")
    try:
        hits = people.find(query, by=by, limit=MOST)
    except errors.Incorrect as why:
        return {"hits": [], "fault": why.message, "asked": True}
    kept = [hit for hit in hits if access.ground_for(by, hit.ref, hit.rid) is not None]
    lines = [{"id": hit.id, "name": hit.name, "text": _text(hit)} for hit in kept]
    return {"hits": lines, "fault": "", "asked": True}


def patient_at(visit_id, patient_id, *, by):
    """The person of a visit, in the shape of `patients`, to choose an app for them.

    Raises    NotFound `people.no_person`, `connections.no_visit`;
              NotAllowed `access.no_relationship`, after noting it in the access book
    """
    person = people.person(f"Patient/{patient_id}")
    visit = visits.one(visit_id, person.ref, person.rid, by=by)
    text = " · ".join(fact for fact in (visit.title, visit.text) if fact)
    line = {"id": person.id, "name": person.name, "text": text, "visit": visit.id}
    return {"hits": [line], "fault": "", "asked": True}


def allowed(*, by):
    """What one has allowed apps and not taken back, newest first."""
    access.require(by, "connections.see_allowed")
    found = [one for one in access.permits_of(by.account) if one.ended_at is None]
    named = people.persons({f"Patient/{one.patient}" for one in found if one.patient})
    return [_permitted(one, named.get(f"Patient/{one.patient}")) for one in found]


def _permitted(one, person):
    return Permitted(
        id=one.id,
        app=one.app,
        publisher=one.publisher,
        person=person.name if person else "",
        lines=tuple(line.title for line in wording.lines(one.scopes, citizen=True)),
        given_at=one.given_at,
        last_used_at=one.last_used_at,
    )


def _text(hit):
    numbers = list(hit.masked.values())[:1]
    return " · ".join(fact for fact in (hit.birth_text, hit.address, *numbers) if fact)


def _card(row):
    return Card(
        id=row.client_id,
        name=row.name,
        publisher=row.publisher,
        kind=_kind(row),
        org=access.name_of(row.org) if row.org else "",
        scopes=tuple(row.scopes),
        redirect_uris=tuple(row.redirect_uris.split()),
        launch_uri=row.launch_uri,
        jwks_uri=row.jwks_uri,
        last_used_at=row.last_used_at,
        working=row.ended_at is None,
    )


def _kind(row):
    if row.is_service:
        return pgettext("ứng dụng", "Dịch vụ")
    if row.is_public:
        return _("Ứng dụng công khai")
    return _("Ứng dụng ký bằng khoá") if row.signs else _("Ứng dụng có mật khẩu")
