"""Signers for a house of synthetic people (chữ ký mô phỏng): authority, timestamps, keys, trust.

Everything is made new for each house, says "mô phỏng" in its names, and is trusted only there.
"""

import secrets
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.documents.signing import authority, timestamps
from haidang.kernel import errors

_SLACK = timedelta(hours=1)


def make_synthetic_signers(*, org, organisation, people):
    """Make the signers of a unit, once (dựng chữ ký mô phỏng); keys that stand already stay.

    org            the unit that they sign for
    organisation   its name, on its seal and in its certificate
    people         (name of the file, holder's ref, name, position) of each person who signs

    Raises     RuleBroken `documents.real_people` where records of real people are kept
    """
    if not settings.HAIDANG_SYNTHETIC:
        raise errors.RuleBroken(
            "documents.real_people", _("Chữ ký mô phỏng không được dựng ở hệ thống của người thật.")
        )
    folder, trust = Path(settings.HAIDANG_SIGNERS), Path(settings.HAIDANG_TRUST)
    if (folder / timestamps.LOCAL[0]).exists():
        _hand_over(folder, org, people)
        return
    for one in (folder, trust):
        one.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = timezone.now()
    root = authority.found("Gốc chứng thực mô phỏng Hải Đăng", at=now)
    (trust / "mo-phong.pem").write_bytes(root.pem())
    (trust / "mo-phong.crl").write_bytes(authority.revocations(root, at=now - _SLACK))
    _put(folder, "seal", authority.issue(root, organisation, at=now), root)
    _tell(folder, "seal", title=organisation, role="organisation", orgs=[org])
    for name, _ref, called, _position in people:
        made = authority.issue(root, called, at=now, organisation=organisation)
        _put(folder, name, made, root)
    _hand_over(folder, org, people)
    _put_timestamps(
        folder, authority.issue(root, "Dấu thời gian mô phỏng", at=now, timestamps=True)
    )


def _hand_over(folder, org, people):
    """Say who holds which key: a database that was built again has other refs for the same people."""
    for name, ref, called, position in people:
        title = f"{position} {called}".strip()
        _tell(folder, name, title=title, role="person", orgs=[org], holders=[ref])


def _put(folder, name, holder, root):
    password = secrets.token_urlsafe(24)
    _secret(folder / f"{name}.p12", holder.packed(root, password))
    _secret(folder / f"{name}.password", password.encode())


def _tell(folder, name, **told):
    told |= {"pkcs12": f"{name}.p12", "password_file": f"{name}.password"}
    lines = [f"{key} = {_toml(value)}" for key, value in told.items()]
    _secret(folder / f"{name}.toml", "\n".join([*lines, ""]).encode())


def _toml(value):
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _put_timestamps(folder, holder):
    certificate, key = (folder / name for name in timestamps.LOCAL)
    _secret(
        key,
        holder.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    _secret(certificate, holder.pem())


def _secret(path, content):
    path.touch(mode=0o600)
    path.write_bytes(content)
