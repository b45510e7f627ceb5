"""Web push without content: the browser is woken and fetches the message from us.

So nothing about anybody passes through the maker of the browser. Who sends is proven by VAPID.
Source: RFC 8030 (web push), RFC 8292 (VAPID)
"""

import base64
import time
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from joserfc import jwk, jwt

from haidang.engines.notify.channels.answers import Gone, NotNow

_TIMEOUT_S, _LIVES_S, _TOKEN_S = 15, 24 * 3600, 12 * 3600


def is_on():
    return bool(settings.HAIDANG_PUSH_KEY and settings.HAIDANG_PUSH_CONTACT)


@lru_cache(maxsize=4)
def _key(file):
    return jwk.ECKey.import_key(Path(file).read_bytes())


def public_key():
    """The key that a browser subscribes with, base64url of the uncompressed point."""
    point = _key(settings.HAIDANG_PUSH_KEY).public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send(address, message, *, link):
    """Wake a browser; the address is the endpoint of its subscription.

    Raises    Gone when the subscription is over, NotNow for everything else
    """
    place = urlsplit(address)
    claims = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": int(time.time()) + _TOKEN_S,
        "sub": settings.HAIDANG_PUSH_CONTACT,
    }
    token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, _key(settings.HAIDANG_PUSH_KEY))
    headers = {
        "Authorization": f"vapid t={token}, k={public_key()}",
        "TTL": str(_LIVES_S),
        "Content-Length": "0",
    }
    try:
        answer = httpx2.post(address, headers=headers, timeout=_TIMEOUT_S)
    except httpx2.HTTPError as why:
        raise NotNow(type(why).__name__) from why
    if answer.status_code in (404, 410):
        raise Gone(f"status {answer.status_code}")
    if not answer.is_success:
        raise NotNow(f"status {answer.status_code}")
    return answer.headers.get("Location", "")
