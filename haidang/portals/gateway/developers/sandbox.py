"""A token to try things with, in a house of synthetic people only (mã thử)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor, errors
from haidang.kernel.described import Answer, Deed, described
from haidang.portals.gateway.developers import shapes
from haidang.portals.gateway.fhir import responses

SCOPES = ("gateway.use_fhir", "intake.send_claims", "system/*.cruds")
LASTS, PER_HOUR = timedelta(hours=24), 20
_NAME = "Sandbox"


@dataclass(frozen=True)
class Sandbox:
    """One token with what it opens; the token is shown this once."""

    token: str
    expires_at: datetime
    organisation: str
    organisation_name: str
    scopes: tuple[str, ...]


def is_open():
    """Whether this house holds synthetic people only."""
    return settings.HAIDANG_SYNTHETIC


def issue(request):
    """Give out a token for a day (cấp mã thử) for a facility of the demo city.

    Raises    NotFound `gateway.no_sandbox` where the people are real; TooMany `access.too_many`
    Records   event `access.client.created`
    """
    speaks_for = facility()
    who = access.address_of(request)
    access.spend("gateway.sandbox", who, limit=PER_HOUR, per=timedelta(hours=1))
    _client, token = access.create_client(_NAME, SCOPES, speaks_for.code, actor.SYSTEM)
    return Sandbox(token, timezone.now() + LASTS, speaks_for.code, speaks_for.name, SCOPES)


def facility():
    """The facility that a trial speaks for: the first hospital, else the first of any kind.

    Raises    NotFound `gateway.no_sandbox` where the people are real, or no facility is known
    """
    chosen = _first() if is_open() else None
    if chosen is None:
        raise errors.NotFound(
            "gateway.no_sandbox",
            _("Hệ thống này không có môi trường thử; hãy dùng hệ thống mô phỏng của thành phố."),
        )
    return chosen


def _first():
    found = places.facilities("general-hospital", active=True) or places.facilities(active=True)
    return min(found, key=lambda one: one.code, default=None)


def sweep():
    """End the tokens whose day is over; return how many."""
    over = timezone.now() - LASTS
    ended = [
        one
        for one in access.clients()
        if one.name == _NAME and one.ended_at is None and one.created_at < over
    ]
    for one in ended:
        access.end_client(one.uid, by=actor.SYSTEM)
    return len(ended)


@described(
    Deed(
        operation="getSandboxToken",
        summary="Get a token to try things with",
        text="Only in a house of synthetic people. The token speaks for one facility and ends after a day.",
        tag="sandbox",
        method="POST",
        answers={201: Answer("A token, shown this once", shapes.SANDBOX)},
        codes=("gateway.no_sandbox", "access.too_many"),
    )
)
@access.screen("public", portal="gateway", methods=("POST",))
def get_token(request):
    """A token for a trial, as JSON."""
    made = issue(request)
    return JsonResponse(
        {
            "token": made.token,
            "expires_at": made.expires_at.isoformat(timespec="seconds"),
            "fhir": responses.base(request),
            "organisation": made.organisation,
            "scopes": list(made.scopes),
        },
        status=201,
    )
