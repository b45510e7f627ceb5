"""Checking of signed XML: true, changed, expired, weak, wrapped, and traps."""

import base64
import copy
import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, SignatureReference, XMLSigner, methods
from signxml.xades import XAdESSigner

from haidang.engines.documents import api as documents
from haidang.engines.documents.checking import xml
from haidang.engines.documents.signing import authority
from haidang.engines.documents.tests import house

DOSSIER = "<HoSo><Ten>Trần Thị Thử</Ten><Tien>1000</Tien></HoSo>"
DS = "{http://www.w3.org/2000/09/xmldsig#}"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    return house.open_in(settings, tmp_path)


class LegacySigner(XMLSigner):
    """As programs of before 2017 sign."""

    def __init__(self, **more):
        super().__init__(
            **more,
            signature_algorithm=SignatureMethod.RSA_SHA1,
            digest_algorithm=DigestAlgorithm.SHA1,
        )

    def check_deprecated_methods(self):
        """They did not ask."""


class KeyApartSigner(XAdESSigner):
    """As many programs sign: nothing refers to KeyInfo, the properties alone name the certificate."""

    def _add_reference_to_signed_info(self, sig_root, node_to_reference, **attrs):
        if attrs:
            super()._add_reference_to_signed_info(sig_root, node_to_reference, **attrs)


def tree(holder=None, signer=XMLSigner, content=DOSSIER, method=methods.enveloped, **more):
    holder = holder or house.made().department
    key = holder.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    data = etree.fromstring(content) if isinstance(content, str) else content
    return signer(method=method).sign(data, key=key, cert=holder.pem().decode(), **more)


def signed(*args, **more):
    return etree.tostring(tree(*args, **more), encoding="utf-8")


@pytest.mark.parametrize(("signer", "level"), [(XMLSigner, "XML-DSig"), (XAdESSigner, "XAdES B-B")])
def test_a_signed_dossier_holds(signer, level):
    report = documents.check(signed(signer=signer))

    (found,) = report.signatures
    assert (report.verdict, report.kind, found.level) == ("valid", "xml", level)
    assert found.signer == "Sở Y tế mô phỏng"
    assert (found.at is not None) == (level != "XML-DSig")
    assert [(part.name, part.content) for part in found.parts] == [("HoSo", DOSSIER.encode())]


def test_a_changed_amount_is_found():
    report = documents.check(signed().replace(b"<Tien>1000", b"<Tien>9000"))

    assert report.verdict == "invalid"
    assert not report.signatures[0].intact
    assert report.signatures[0].parts == ()
    assert "đã bị sửa" in report.signatures[0].words()[0]


def test_a_changed_time_of_signing_is_found():
    content = re.sub(rb"SigningTime>20\d\d", b"SigningTime>2001", signed(signer=XAdESSigner))

    assert documents.check(content).verdict == "invalid"


@pytest.mark.parametrize(
    ("name", "verdict", "problem", "words"),
    [
        ("stranger", "unknown", "stranger", "không do tổ chức nào"),
        ("revoked", "invalid", "other", "đã bị thu hồi"),
        ("expired", "unknown", "expired", "đã hết hạn"),
    ],
)
def test_a_signer_who_is_not_trusted_signed_all_the_same(name, verdict, problem, words):
    report = documents.check(signed(getattr(house.made(), name)))

    (found,) = report.signatures
    assert (report.verdict, found.intact, found.problem) == (verdict, True, problem)
    assert words in " ".join(found.words())


def test_an_old_signature_with_sha1_is_there_and_weak():
    (found,) = documents.check(signed(signer=LegacySigner)).signatures

    assert (found.intact, found.trusted, found.problem) == (True, False, "weak")


def test_another_certificate_of_the_same_key_does_not_take_the_place_of_the_signers():
    it = house.made()
    other = authority.issue(it.root, "Người khác", at=house.NOW, key=it.department.key)
    ours, theirs = (
        base64.b64encode(one.certificate.public_bytes(serialization.Encoding.DER))
        for one in (it.department, other)
    )
    content = signed(signer=KeyApartSigner)
    element = re.search(rb"<ds:X509Certificate>(.*?)</ds:X509Certificate>", content, re.DOTALL)
    assert element[1].replace(b"\n", b"") == ours

    report = documents.check(content.replace(element[1], theirs))

    assert documents.check(content).verdict == "valid"
    assert report.verdict == "invalid"


# --- wrapping


def test_a_true_signature_wrapped_into_another_document_does_not_cover_it():
    wrapped = b"<Khac><Tien>9000</Tien>" + signed() + b"</Khac>"

    assert documents.check(wrapped).verdict == "invalid"


def by_id(content):
    return tree(
        content=content, reference_uri=[SignatureReference(URI="#a")], method=methods.detached
    )


def test_a_part_that_is_signed_does_not_speak_for_the_whole():
    """What was signed stands there still, under a root of the same name with another amount."""
    data = '<HoSo Id="a"><Tien>1000</Tien></HoSo>'
    signature = etree.tostring(by_id(data))
    wrapped = f"<HoSo><Tien>9000</Tien>{data}{signature.decode()}</HoSo>"

    report = documents.check(wrapped.encode())

    (found,) = report.signatures
    assert (report.verdict, report.holds, found.intact) == ("partial", False, True)
    assert [part.content for part in found.parts] == [data.encode()]
    assert "HoSo" in found.words()[0]


@pytest.mark.parametrize("name", ["Id", "ID", "id"])
def test_an_id_that_stands_twice_is_not_judged(name):
    data = '<HoSo Id="a"><Tien>1000</Tien></HoSo>'
    signature = etree.tostring(by_id(data)).decode()
    twice = f'<Goc><HoSo {name}="a"><Tien>9000</Tien></HoSo><Cu>{data}</Cu>{signature}</Goc>'

    report = documents.check(twice.encode())

    assert (report.verdict, report.signatures[0].problem) == ("invalid", "form")


def test_a_signature_that_envelops_its_document_covers_it():
    content = signed(method=methods.enveloping)

    assert documents.check(content).verdict == "valid"


def test_a_second_object_beside_an_enveloped_one_is_not_covered():
    made = tree(method=methods.enveloping)
    etree.SubElement(made, f"{DS}Object", Id="more").text = "9000"

    assert documents.check(etree.tostring(made)).verdict == "partial"


def test_two_signatures_over_two_parts_are_judged_apart():
    """Each names its part; the first that breaks does not break the other."""
    first, second = ('<Phan Id="a">1000</Phan>', '<Phan Id="b">2222</Phan>')
    signatures = [
        etree.tostring(
            tree(
                content=one,
                method=methods.detached,
                reference_uri=[SignatureReference(URI=uri)],
            )
        ).decode()
        for one, uri in ((first, "#a"), (second, "#b"))
    ]
    whole = f"<Goc>{first}{second}{''.join(signatures)}</Goc>"

    kept = documents.check(whole.encode())
    changed = documents.check(whole.replace("2222", "9000").encode())

    assert [one.intact for one in kept.signatures] == [True, True]
    assert [one.intact for one in changed.signatures] == [True, False]


# --- traps


def tampered(change):
    """A signed document with its SignedInfo changed; what it asks for must not be carried out."""
    made = tree()
    change(made.find(f"{DS}Signature/{DS}SignedInfo/{DS}Reference"))
    return documents.check(etree.tostring(made))


@pytest.mark.parametrize(
    "uri",
    ["file:///etc/passwd", "http://127.0.0.1:9/x", "#xpointer(/)", "#nowhere", None],
)
def test_a_reference_to_the_outside_is_not_followed(uri):
    def point(reference):
        if uri is None:
            del reference.attrib["URI"]
        else:
            reference.set("URI", uri)

    report = tampered(point)

    assert (report.verdict, report.signatures[0].problem) == ("invalid", "form")
    assert "không được nhận" in report.signatures[0].words()[0]


@pytest.mark.parametrize(
    "method",
    [
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/2000/09/xmldsig#base64",
    ],
)
def test_a_transform_that_computes_is_not_carried_out(method):
    def transform(reference):
        etree.SubElement(reference.find(f"{DS}Transforms"), f"{DS}Transform", Algorithm=method)

    assert tampered(transform).signatures[0].problem == "form"


def test_a_signature_with_endless_references_is_not_judged():
    def multiply(reference):
        for _number in range(xml._MOST_REFERENCES):
            reference.getparent().append(copy.deepcopy(reference))

    assert tampered(multiply).signatures[0].problem == "form"


def test_a_document_of_many_signatures_is_refused_whole():
    many = b"<a>" + b"<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/>" * 21 + b"</a>"

    assert documents.check(many).verdict == "excessive"


def test_a_document_that_reads_files_is_answered_without_reading_them(tmp_path):
    (tmp_path / "secret").write_text("bí mật")
    trap = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]><a>&x;</a>'

    assert documents.check(trap.encode()).verdict == "unsafe"


def test_a_bomb_of_entities_is_not_set_off():
    names = "abcdefghij"
    bomb = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip(names, names[1:], strict=False)
    )
    trap = f'<!DOCTYPE a [<!ENTITY a "lol">{bomb}]><a b="&j;">&j;</a>'

    assert documents.check(trap.encode()).verdict == "unsafe"


@pytest.mark.parametrize("cut", ["SignatureValue", "X509Certificate", "DigestValue", "KeyInfo"])
def test_a_signature_with_a_piece_missing_is_reported_and_never_true(cut):
    made = tree()
    element = next(made.iter(f"{DS}{cut}"))
    element.getparent().remove(element)

    report = documents.check(etree.tostring(made))

    assert report.verdict == "invalid"
    assert report.signatures[0].words()


def test_a_key_that_is_too_short_is_weak():
    it = house.made()
    short = authority.issue(
        it.root, "Khoá ngắn", at=house.NOW, key=rsa.generate_private_key(65537, 1024)
    )

    (found,) = documents.check(signed(short)).signatures

    assert (found.intact, found.problem, found.trusted) == (True, "weak", False)
