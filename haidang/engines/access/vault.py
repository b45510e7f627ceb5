"""Secrets at rest: encrypted with a key from the environment or from the run home."""

import os
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings

VARIABLE = "HAIDANG_ACCESS_KEY"


def seal(text):
    """Return the text encrypted (AES-128-CBC and HMAC-SHA256, the Fernet format)."""
    return Fernet(_key()).encrypt(text.encode()).decode()


def open_sealed(sealed):
    """Return the text that `seal` was given."""
    return Fernet(_key()).decrypt(sealed.encode()).decode()


def _key():
    given = os.environ.get(VARIABLE)
    if given:
        return given.encode()
    path = Path(settings.HAIDANG_HOME) / "keys" / "access.key"
    if not path.exists():
        _make(path)
    return path.read_bytes().strip()


def _make(path):
    """Write a fresh key unless another process was first; never leave half a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
