"""What is done with apps: registered, closed, opened on a record, taken back."""

from urllib.parse import urlencode

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.kernel import errors
from haidang.rooms.connections import domain
from haidang.rooms.connections.selectors import visits


def register_app(*, by, kind, **wish):
    """Register an app or a service (đăng ký ứng dụng); return (client id, secret or None).

    kind    one of those in `domain`; what else an app needs is in `access.register_app`

    Raises    Incorrect `access.app_unfit` (facts: field)
    Records   event `access.app.registered`
    """
    access.require(by, "connections.register_app")
    if kind == domain.SIGNED and not (wish.get("jwks") or wish.get("jwks_uri")):
        raise errors.Incorrect(
            "access.app_unfit", _("Ứng dụng ký bằng khoá cần khoá công khai."), field="jwks"
        )
    app, secret = access.register_app(
        by=by, public=kind == domain.PUBLIC, service=kind == domain.SERVICE, **wish
    )
    return app.client_id, secret


def end_app(client_id, *, by):
    """Close an app at once (ngắt ứng dụng). Records `access.app.ended`."""
    access.require(by, "connections.end_app")
    access.end_app(client_id, by=by)


def open_app(client_id, patient_id, *, by, base, visit_id=""):
    """Begin to open an app for a person (mở ứng dụng); return the address to go to.

    base        address of the FHIR service as the browser reached it
    visit_id    id of the Encounter on whose page it is opened; empty for none

    Raises    NotFound `connections.no_app`, `connections.no_visit`, `people.no_person`;
              NotAllowed `access.no_relationship`
    """
    access.require(by, "connections.open_app")
    app, person = access.app_of(client_id), people.person(f"Patient/{patient_id}")
    if app is None or not app.launch_uri:
        raise errors.NotFound("connections.no_app", _("Không còn ứng dụng này."))
    if access.ground_for(by, person.ref, person.rid) is None:
        raise errors.NotAllowed(
            "access.no_relationship",
            _("Đơn vị của bạn chưa có quan hệ chăm sóc với người này nên chưa mở ứng dụng được."),
        )
    visit = visits.one(visit_id, person.ref, person.rid, by=by).id if visit_id else None
    launch = access.begin_launch(
        app, account=by.account, patient=person.id, patient_rid=person.rid, encounter=visit
    )
    mark = "&" if "?" in app.launch_uri else "?"
    return f"{app.launch_uri}{mark}{urlencode({'iss': base, 'launch': launch})}"


def end_allowed(permit_id, *, by):
    """Take back what an app may do (thu hồi). Records `access.app.disallowed`."""
    access.require(by, "connections.see_allowed")
    access.end_permit(permit_id, by=by)
