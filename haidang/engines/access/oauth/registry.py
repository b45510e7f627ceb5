"""Registering apps and services, and closing them."""

import secrets
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from haidang.engines.access import permissions
from haidang.engines.access.oauth import assertions, words
from haidang.engines.access.oauth.models import App
from haidang.engines.access.oauth.permits import end_permits_of_app
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors, smart

CEILINGS = ("", "N", "R")
_PORTS, _LONGEST_ORIGIN = {"https": 443, "http": 80}, 300
_NEVER_TO = {"javascript", "data", "file", "vbscript", "blob", "about", "http"}


@transaction.atomic
def register_app(
    name, *, by, scopes, redirect_uris=(), public=False, service=False, publisher="",
    org=None, jwks=None, jwks_uri="", launch_uri="", ceiling="",
):  # fmt: skip
    """Register an app or a service (đăng ký ứng dụng); return (App, secret or None).

    scopes         the most it may ever be given: SMART scopes, `offline_access`, `sensitive`, and
                   for a service permissions such as `gateway.use_fhir`
    redirect_uris  where an app may be sent back to: https, its own scheme, or this machine
    public         it cannot keep a secret (a page or a phone app)
    service        it acts for itself; then it must have a key, by value or by address
    jwks, jwks_uri its public keys; with them it signs and gets no secret
    launch_uri     where it is opened from our pages (EHR launch)
    ceiling        highest confidentiality: `N`, `R`, or empty for all (services only)

    Raises    Incorrect `access.app_unfit` (facts: field)
    Records   event `access.app.registered`
    """
    _check_addresses(redirect_uris, launch_uri, jwks_uri)
    _check_keys(jwks, jwks_uri, service, public)
    _check_scopes(scopes, service)
    if not name.strip() or service == bool(redirect_uris):
        raise _unfit("redirect_uris", _("Ứng dụng cần tên và địa chỉ trả về; dịch vụ thì không."))
    secret = None if public or jwks or jwks_uri else secrets.token_urlsafe(32)
    app = App.objects.create(
        name=name.strip(),
        publisher=publisher.strip(),
        org=org or "",
        scopes=sorted(set(scopes)),
        ceiling=ceiling,
        redirect_uris=" ".join(redirect_uris),
        launch_uri=launch_uri,
        client_type=App.CLIENT_PUBLIC if public else App.CLIENT_CONFIDENTIAL,
        authorization_grant_type=_grant(service),
        client_secret=secret or secrets.token_urlsafe(32),
        jwks=jwks,
        jwks_uri=jwks_uri,
        created_by=by.ref,
    )
    facts = {"app": app.client_id, "scopes": app.scopes, "service": service}
    ledger.record("access.app.registered", by=by, org=org, facts=facts)
    return app, secret


def apps():
    """Return every registered app and service, newest first."""
    return list(App.objects.order_by("-created"))


def app_of(client_id):
    """Return a working app by its client id, or None."""
    return App.objects.filter(client_id=client_id, ended_at=None).first()


def is_app_origin(origin):
    """True when a working app's redirect address has this origin, as browsers write it (RFC 6454)."""
    if len(origin) > _LONGEST_ORIGIN or _origin(origin) != origin:
        return False
    host = urlsplit(origin).hostname
    near = App.objects.filter(ended_at=None, redirect_uris__icontains=host)
    listed = near.values_list("redirect_uris", flat=True)
    return any(_origin(uri) == origin for uris in listed for uri in uris.split())


def _origin(uri):
    """Scheme, host and port of an address; None where no page can be."""
    try:
        parts = urlsplit(uri)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _PORTS or not host:
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port in (None, _PORTS[scheme]) else f":{port}")


@transaction.atomic
def end_app(client_id, *, by):
    """Close an app at once (thu hồi ứng dụng): its tokens are dead, people's permissions ended.

    True when it was open.

    Records   event `access.app.ended`
    """
    app = App.objects.select_for_update().filter(client_id=client_id, ended_at=None).first()
    if app is not None:
        app.ended_at = timezone.now()
        app.save(update_fields=["ended_at"])
        end_permits_of_app(app)
        ledger.record("access.app.ended", by=by, facts={"app": client_id})
    return app is not None


def _grant(service):
    return App.GRANT_CLIENT_CREDENTIALS if service else App.GRANT_AUTHORIZATION_CODE


def _check_addresses(redirect_uris, launch_uri, jwks_uri):
    for uri in redirect_uris:
        if not _may_return_to(uri):
            raise _unfit("redirect_uris", _("Địa chỉ trả về phải dùng https và không có dấu #."))
    for field, uri in (("launch_uri", launch_uri), ("jwks_uri", jwks_uri)):
        if uri and not assertions.is_safe(uri):
            raise _unfit(field, _("Địa chỉ phải dùng https."))


def _may_return_to(uri):
    parts = urlsplit(uri)
    if not parts.scheme or "#" in uri or "*" in uri or any(c.isspace() for c in uri):
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if assertions.is_safe(uri):
        return bool(parts.hostname)
    return parts.scheme not in _NEVER_TO and "." in parts.scheme  # vn.example.app:/callback


def _check_keys(jwks, jwks_uri, service, public):
    if service and not (jwks or jwks_uri):
        raise _unfit("jwks", _("Dịch vụ phải có khoá công khai (JWKS)."))
    if public and (jwks or jwks_uri or service):
        raise _unfit("public", _("Ứng dụng công khai không giữ được khoá."))
    if jwks:
        try:
            keys = KeySet.import_key_set(jwks)
        except (JoseError, ValueError, TypeError, KeyError) as why:
            raise _unfit("jwks", _("JWKS không đọc được.")) from why
        if any(key.is_private for key in keys):
            raise _unfit("jwks", _("JWKS chứa khoá riêng. Chỉ gửi khoá công khai."))


def _check_scopes(scopes, service):
    allowed = set(permissions.catalogue()) if service else words.ALWAYS | words.REGISTERED
    contexts = (smart.SYSTEM,) if service else words.OF_PEOPLE
    for text in scopes:
        scope = smart.parse(text)
        of_ours = scope is not None and scope.context in contexts and words.are_fit([text])
        if text not in allowed and not of_ours:
            raise _unfit("scopes", _("Phạm vi “%(text)s” không hợp lệ.") % {"text": text[:80]})
    if not scopes:
        raise _unfit("scopes", _("Cần ít nhất một phạm vi."))


def _unfit(field, message):
    return errors.Incorrect("access.app_unfit", message, field=field)
