"""Headers of receivers hold their passwords: they are kept sealed with a key from the installation's."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from haidang.kernel import fhirjson


def sealed(headers):
    return _box().encrypt(fhirjson.dumps(headers)) if headers else b""


def opened(token):
    """The headers, or none when the installation's key has changed since."""
    try:
        return fhirjson.loads(_box().decrypt(bytes(token))) if token else []
    except InvalidToken:
        return []


def _box():
    key = hashlib.sha256(b"subscription headers " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
