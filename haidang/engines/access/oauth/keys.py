"""The key that signs what we say of people to apps (ID tokens)."""

import os
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from jwcrypto import jwk

VARIABLE = "HAIDANG_OAUTH_KEY"
_BITS = 3072


def signing_key():
    """The RSA key, from the environment (PEM) or from the run home, where it is made at first."""
    given = os.environ.get(VARIABLE)
    return _read(given.encode() if given else _kept())


def public_keys():
    """The JSON Web Key Set by which apps check our signatures."""
    key = signing_key().export_public(as_dict=True)
    return {"keys": [{**key, "use": "sig", "alg": "RS256", "kid": signing_key().thumbprint()}]}


@lru_cache(4)
def _read(pem):
    return jwk.JWK.from_pem(pem)


def _kept():
    path = Path(settings.HAIDANG_HOME) / "keys" / "oauth.pem"
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path):
    """Write a fresh key unless another process was first; never leave half a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            rsa.generate_private_key(public_exponent=65537, key_size=_BITS).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
