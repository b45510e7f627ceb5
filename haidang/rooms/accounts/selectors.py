"""What the room's pages show; always told who asks."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.rooms.accounts import domain

PAGE = 50


@dataclass(frozen=True)
class Systems:
    """The registered systems: those at work, and those whose door is closed."""

    working: list
    ended: list


def accounts(*, by, text="", role="", org="", active=None, after=None):
    """Return account cards in scope and the sign-in name to continue after, or None."""
    found = access.find_accounts(
        by, text=text, role=role, org=org, active=active, after=after, limit=PAGE + 1
    )
    more = len(found) > PAGE
    return found[:PAGE], found[PAGE - 1].username if more else None


def account(account_id, *, by):
    """Return one account card; NotFound when it is out of scope."""
    return access.account_card(by, account_id)


def roles(*, by):
    """Return the roles that the keeper may give, as (code, title)."""
    return domain.grantable_roles(city_wide=access.is_city_wide(by), city_roles=access.CITY_ROLES)


def organisations(*, by):
    """Return (code, name) of the facilities in the keeper's scope, and of communes for the city."""
    everywhere = access.is_city_wide(by)
    facilities = [
        (one.code, one.name)
        for one in places.facilities(active=True)
        if everywhere or (by.org in (one.code, one.commune) and access.covers(by.org, one.code))
    ]
    communes = places.communes() if everywhere else []
    return facilities + [(unit.code, unit.full_name) for unit in communes]


def systems(*, by):
    """Return the registered systems within the keeper's organisation."""
    found = [
        client
        for client in access.clients()
        if access.is_city_wide(by) or (client.org and access.covers(by.org, client.org))
    ]
    return Systems(
        [client for client in found if client.ended_at is None],
        [client for client in found if client.ended_at is not None],
    )


def scopes():
    """Return what a system may be allowed, as (scope, title): FHIR, then permissions of clients."""
    fhir = [
        ("system/*.rs", _("FHIR: đọc và tìm kiếm")),
        ("system/*.cruds", _("FHIR: đọc, tìm kiếm và ghi")),
    ]
    ours = [
        (name, _(permission.title))
        for name, permission in sorted(access.catalogue().items())
        if "client" in permission.roles
    ]
    return fhir + ours
