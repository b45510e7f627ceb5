"""Checking of signed XML: true, changed, wrapped, and traps."""

import pytest
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signxml import XMLSigner, methods
from signxml.xades import XAdESSigner

from haidang.engines.documents import api as documents
from haidang.engines.documents.tests import house

DOSSIER = "<HoSo><Ten>Trần Thị Thử</Ten><Tien>1000</Tien></HoSo>"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    return house.open_in(settings, tmp_path)


def signed(holder=None, signer=XMLSigner):
    holder = holder or house.made().department
    key = holder.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    made = signer(method=methods.enveloped).sign(
        etree.fromstring(DOSSIER), key=key, cert=holder.pem().decode()
    )
    return etree.tostring(made, encoding="utf-8")


@pytest.mark.parametrize(("signer", "level"), [(XMLSigner, "XML-DSig"), (XAdESSigner, "XAdES")])
def test_a_signed_dossier_holds(signer, level):
    report = documents.check(signed(signer=signer))

    (found,) = report.signatures
    assert (report.verdict, report.kind, found.level) == ("valid", "xml", level)
    assert found.signer == "Sở Y tế mô phỏng"
    assert (found.at is not None) == (level == "XAdES")


def test_a_changed_amount_is_found():
    report = documents.check(signed().replace(b"<Tien>1000", b"<Tien>9000"))

    assert report.verdict == "invalid"
    assert not report.signatures[0].intact


@pytest.mark.parametrize(("name", "verdict"), [("stranger", "unknown"), ("revoked", "invalid")])
def test_a_signer_who_is_not_trusted(name, verdict):
    assert documents.check(signed(getattr(house.made(), name))).verdict == verdict


def test_a_true_signature_wrapped_into_another_document_does_not_cover_it():
    wrapped = b"<Khac><Tien>9000</Tien>" + signed() + b"</Khac>"

    assert documents.check(wrapped).verdict == "invalid"


def test_a_document_that_reads_files_is_answered_without_reading_them(tmp_path):
    (tmp_path / "secret").write_text("bí mật")
    trap = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><a>&x;</a>'

    assert documents.check(trap.encode()).verdict in ("unsigned", "broken")
