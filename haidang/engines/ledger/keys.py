"""The key that signs tree heads: from the environment, or made at first use in the run home.

The database never holds it, so whoever owns the database alone cannot sign a forged tree.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

VARIABLE = "HAIDANG_LEDGER_KEY"  # PEM, or the path of a PEM file
_PRIVATE, _PUBLIC = "ledger-ed25519.pem", "ledger-ed25519.pub"


def folder():
    """Return the folder of keys in the run home."""
    return Path(settings.HAIDANG_HOME) / "keys"


def signing_key():
    """Return the Ed25519 private key, made now when there is none."""
    given = os.environ.get(VARIABLE)
    if given:
        pem = given.encode() if given.startswith("-----") else Path(given).read_bytes()
        return serialization.load_pem_private_key(pem, password=None)
    path = folder() / _PRIVATE
    if not path.exists():
        _make(path)
    return serialization.load_pem_private_key(path.read_bytes(), password=None)


def public_pem(key=None):
    """Return the public key as PEM bytes, to be given to auditors."""
    return (
        (key or signing_key())
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def key_id(pem):
    """Return the short name of a public key: the beginning of its SHA-256."""
    return hashlib.sha256(pem).hexdigest()[:16]


def known_keys():
    """Return {key id: PEM} of today's key and of earlier ones kept as `ledger-*.pub`."""
    pems = [public_pem(), *(p.read_bytes() for p in sorted(folder().glob("ledger-*.pub")))]
    return {key_id(pem): pem for pem in pems}


def _make(path):
    """Write a fresh key unless another process was first; never leave half a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.") as fresh:  # mode 600
        fresh.write(pem)
        fresh.flush()
        with suppress(FileExistsError):
            os.link(fresh.name, path)
            path.with_name(_PUBLIC).write_bytes(public_pem(key))
