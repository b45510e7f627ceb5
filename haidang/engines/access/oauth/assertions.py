"""Clients that prove who they are by signing (private_key_jwt).

Source: SMART App Launch 2.2.0, "Client Authentication: Asymmetric (public key)"; RFC 7523, 3.
"""

import json
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
from django.db import IntegrityError, transaction
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from haidang.engines.access.oauth.models import App, Assertion

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("RS384", "ES384")
_LONGEST_S, _SKEW_S = 300, 30
_KEPT_S, _AGAIN_AFTER_S = 300, 30
_TIMEOUT_S, _MOST_BYTES = 5, 64 * 1024
_fetched = {}


def app_of(assertion, *, endpoint):
    """The App that signed an assertion for our token endpoint just now, or None.

    An assertion is taken once: its `jti` is spent before anything comes of it.
    """
    try:
        head, said = _unproven(assertion)
        app = App.objects.filter(client_id=_word(said.get("iss")), ended_at=None).first()
        if app is None or not app.signs or head.get("alg") not in ALGORITHMS:
            return None
        claims = jwt.decode(assertion, _keys(app, head.get("kid")), algorithms=ALGORITHMS).claims
        in_order = _in_order(claims, app, endpoint)
    except (
        JoseError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        httpx2.HTTPError,
    ):
        return None
    return app if in_order and _spent(claims) else None


def _word(value):
    """A claim that a database can be asked for, or kept in it.

    Raises    ValueError
    """
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a word")
    return value


def _unproven(assertion):
    """Head and claims as they are written, before the signature is checked."""
    parts = jws.extract_compact(assertion.encode())
    return parts.headers(), json.loads(parts.payload)


def _in_order(claims, app, endpoint):
    audience = claims.get("aud")
    audience = audience if isinstance(audience, list) else [audience]
    expires, now, jti = claims.get("exp"), time.time(), claims.get("jti")
    return (
        claims.get("iss") == claims.get("sub") == app.client_id
        and endpoint in audience
        and isinstance(expires, int | float)
        and now - _SKEW_S < expires <= now + _LONGEST_S + _SKEW_S
        and claims.get("nbf", 0) <= now + _SKEW_S
        and 0 < len(_word(jti)) <= 255
    )


def _spent(claims):
    """Note the `jti`; False when it was there already."""
    expires = datetime.fromtimestamp(claims["exp"] + _SKEW_S, UTC)
    try:
        with transaction.atomic():
            Assertion.objects.create(client_id=claims["iss"], jti=claims["jti"], expires_at=expires)
    except IntegrityError:
        return False
    return True


def _keys(app, kid):
    if app.jwks:
        return KeySet.import_key_set(app.jwks)
    found = _fetch(app.jwks_uri, _KEPT_S)
    if kid and kid not in {key.get("kid") for key in found.get("keys", ())}:
        found = _fetch(app.jwks_uri, _AGAIN_AFTER_S)  # the client has a new key
    return KeySet.import_key_set(found)


def _fetch(uri, kept_s):
    """A key set from its address, or the one of a moment ago; redirects lead nowhere."""
    at, found = _fetched.get(uri, (0.0, None))
    if found is not None and time.monotonic() - at < kept_s:
        return found
    if not is_safe(uri):
        raise ValueError("a key set comes over TLS")
    with httpx2.Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
        answer = client.get(uri, headers={"Accept": "application/json"})
    if answer.status_code != 200 or len(answer.content) > _MOST_BYTES:
        raise ValueError("no key set there")
    _fetched[uri] = (time.monotonic(), answer.json())
    return _fetched[uri][1]


def is_safe(uri):
    """True for an https address, and for http on this machine."""
    parts = urlsplit(uri)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    )
