"""A house of the tests: an authority, a timestamp service, signers and trust, made once."""

import functools
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from haidang.engines.documents.signing import authority, timestamps

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
PASSWORD = "mo-phong"
ORG = "31000"


@dataclass(frozen=True)
class Made:
    root: authority.Holder
    tsa: authority.Holder
    director: authority.Holder
    department: authority.Holder
    expired: authority.Holder
    revoked: authority.Holder
    stranger: authority.Holder
    strange_root: authority.Holder


@functools.cache
def made():
    root = authority.found("Gốc mô phỏng", at=NOW)
    strange = authority.found("Gốc lạ", at=NOW)

    def issue(name, **more):
        return authority.issue(root, name, at=NOW, **more)

    return Made(
        root,
        issue("Dấu thời gian mô phỏng", timestamps=True),
        issue("Trần Thị Thử", organisation="Sở Y tế mô phỏng"),
        issue("Sở Y tế mô phỏng"),
        issue("Chứng thư hết hạn", until=NOW - timedelta(days=1)),
        issue("Chứng thư thu hồi"),
        authority.issue(strange, "Người lạ", at=NOW),
        strange,
    )


@functools.cache
def _template():
    folder, it = Path(tempfile.mkdtemp()), made()
    signers, trust = folder / "signers", folder / "trust"
    signers.mkdir()
    trust.mkdir()
    put_signer(signers, "director", it.director, it.root, title="Trần Thị Thử")
    put_signer(signers, "department", it.department, it.root, role="organisation", title="Sở Y tế")
    put_signer(signers, "expired", it.expired, it.root, title="Hết hạn")
    put_signer(signers, "revoked", it.revoked, it.root, title="Thu hồi")
    put_signer(signers, "stranger", it.stranger, it.strange_root, title="Người lạ")
    certificate, key = (signers / name for name in timestamps.LOCAL)
    certificate.write_bytes(it.tsa.pem())
    key.write_bytes(
        it.tsa.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (trust / "root.pem").write_bytes(it.root.pem())
    crl = authority.revocations(it.root, [it.revoked.certificate], at=NOW - timedelta(hours=1))
    (trust / "root.crl").write_bytes(crl)
    return folder


def put_signer(folder, name, holder, root, *, title, role="person", orgs=(ORG,)):
    (folder / f"{name}.p12").write_bytes(holder.packed(root, PASSWORD))
    (folder / f"{name}.password").write_text(PASSWORD)
    listed = ", ".join(f'"{org}"' for org in orgs)
    (folder / f"{name}.toml").write_text(
        f'title = "{title}"\nrole = "{role}"\norgs = [{listed}]\n'
        f'pkcs12 = "{name}.p12"\npassword_file = "{name}.password"\n',
        encoding="utf-8",
    )


def open_in(settings, folder):
    """Copy the house into a folder and let the settings point there."""
    shutil.copytree(_template(), folder, dirs_exist_ok=True)
    settings.HAIDANG_SIGNERS = str(folder / "signers")
    settings.HAIDANG_TRUST = str(folder / "trust")
    settings.HAIDANG_FILES = str(folder / "files")
    settings.HAIDANG_SCANNER, settings.HAIDANG_TSA = "", ""
    settings.HAIDANG_SIGNATURE_LEVEL = "B-LT"
    return folder
