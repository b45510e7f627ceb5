"""Signers (chữ ký của người, của cơ quan), configured by files in one folder.

Each `<name>.toml` is a signer:

    title = "Giám đốc Sở Y tế"        # drawn when there is no picture
    role = "person"                    # or "organisation"
    orgs = ["31000"]                   # for which units it signs
    holders = ["Practitioner/abc"]     # who may sign with it; empty: whoever the caller lets
    picture = "director.png"           # of the hand signature or the seal, optional
    pkcs12 = "director.p12"            # a key in a file …
    password_file = "director.password"
    pkcs11 = "/usr/lib/softhsm/libsofthsm2.so"    # … or in a token
    token = "haidang"
    key = "director"
    pin_file = "director.pin"

Files that it names stand beside it. Keys, passwords and PINs never enter the database.
"""

import functools
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import pkcs11, signers

from haidang.kernel import errors

#: What a signer's file may name beside itself; a change of any is noticed.
_FILES = ("pkcs12", "password_file", "pin_file", "picture")


@dataclass(frozen=True)
class Signer:
    """One configured signer."""

    name: str
    folder: Path
    title: str
    role: str
    orgs: tuple = ()
    holders: tuple = ()
    picture: str = ""
    pkcs12: str = ""
    password_file: str = ""
    pkcs11: str = ""
    token: str = ""
    key: str = ""
    pin_file: str = ""
    stamp: tuple = field(default=(), compare=True)  # when the files last changed

    def secret(self, file):
        return (self.folder / file).read_text(encoding="utf-8").strip()


def signers_of(role, *, org, holder=""):
    """The signers of a role for a unit, those of the holder himself first."""
    found = [one for one in configured() if one.role == role and org in one.orgs]
    allowed = [one for one in found if not one.holders or holder in one.holders]
    return sorted(allowed, key=lambda one: (holder not in one.holders, one.name))


def signer(name):
    """A signer by its name.

    Raises    Unavailable `documents.signer_missing`
    """
    found = next((one for one in configured() if one.name == name), None)
    if found is None:
        raise _missing(name)
    return found


def configured():
    """All signers of this house."""
    folder = Path(settings.HAIDANG_SIGNERS)
    return [_read(path) for path in sorted(folder.glob("*.toml"))] if folder.is_dir() else []


def _read(path):
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as why:
        raise _missing(path.stem) from why
    lists = {name: tuple(told.pop(name, ())) for name in ("orgs", "holders")}
    beside = [path, *(path.with_name(told[n]) for n in _FILES if told.get(n))]
    stamp = tuple(one.stat().st_mtime_ns for one in beside if one.exists())
    return Signer(path.stem, path.parent, **told, **lists, stamp=stamp)


def opened(signer):
    """pyHanko's signer with the key ready to sign.

    Raises    Unavailable `documents.signer_missing` when the key, the token or its PIN cannot be used
    """
    try:
        return _opened(signer, os.getpid())
    except (OSError, ValueError, pkcs11.PKCS11Error) as why:
        raise _missing(signer.name) from why


# A token's session belongs to the process that opened it.
@functools.lru_cache(maxsize=64)
def _opened(signer, process):
    if signer.pkcs11:
        session = _session(signer.pkcs11, signer.token, signer.secret(signer.pin_file), process)
        return pkcs11.PKCS11Signer(session, cert_label=signer.key, key_label=signer.key)
    content = (signer.folder / signer.pkcs12).read_bytes()
    password = signer.secret(signer.password_file).encode()
    return signers.SimpleSigner.load_pkcs12_data(content, [], password)


@functools.lru_cache(maxsize=16)
def _session(library, token, pin, process):
    return pkcs11.open_pkcs11_session(
        library, token_criteria=TokenCriteria(label=token), user_pin=pin
    )


def _missing(name):
    return errors.Unavailable(
        "documents.signer_missing",
        _("Không dùng được khoá ký {name}; hãy kiểm tra tệp cấu hình, thiết bị và mã PIN.").format(
            name=name
        ),
    )
