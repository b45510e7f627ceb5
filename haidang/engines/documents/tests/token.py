"""A token of SoftHSM with keys of the test house, for tests and for the bench."""

import os
import shutil
import subprocess
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives import serialization
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate

PIN = "1234"
LABEL = "haidang"
LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


def missing():
    """Why there can be no token here, or "" when there can."""
    if shutil.which("softhsm2-util") is None or library() is None:
        return "SoftHSM is not installed (Debian: softhsm2)"
    return ""


def library():
    return next((path for path in LIBRARIES if Path(path).exists()), None)


def make(folder, holders):
    """A token in a folder, with a key and a certificate for each (label, Holder)."""
    tokens = folder / "tokens"
    tokens.mkdir(parents=True)
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    subprocess.run(
        [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            LABEL,
            "--pin",
            PIN,
            "--so-pin",
            PIN,
        ],
        check=True,
        capture_output=True,
    )
    token = pkcs11.lib(library()).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN) as session:
        for label, holder in holders.items():
            _put(session, label, holder)


def _put(session, label, holder):
    der = holder.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    named = {pkcs11.Attribute.LABEL: label, pkcs11.Attribute.TOKEN: True}
    session.create_object(decode_rsa_private_key(der) | named | {pkcs11.Attribute.PRIVATE: True})
    certificate = holder.certificate.public_bytes(serialization.Encoding.DER)
    session.create_object(decode_x509_certificate(certificate) | named)


def put_signer(folder, name, *, title, role="person", orgs=("31000",)):
    """Say in a signers' folder that a key of the token is a signer."""
    listed = ", ".join(f'"{org}"' for org in orgs)
    (folder / f"{name}.pin").write_text(PIN)
    (folder / f"{name}.toml").write_text(
        f'title = "{title}"\nrole = "{role}"\norgs = [{listed}]\npkcs11 = "{library()}"\n'
        f'token = "{LABEL}"\nkey = "{name}"\npin_file = "{name}.pin"\n',
        encoding="utf-8",
    )
