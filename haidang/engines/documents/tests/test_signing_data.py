"""Signing data: XAdES and JWS by the house's keys, read back by programs that others wrote."""

import base64
import json
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import RSAKey
from lxml import etree
from signxml.xades import XAdESVerifier

from haidang.engines.documents import api as documents
from haidang.engines.documents.signing import authority
from haidang.engines.documents.tests import house
from haidang.kernel import errors

DOSSIER = "<HoSo Id='hs'><Ten>Trần Thị Thử</Ten><Tien>1000</Tien><CHUKY/></HoSo>".encode()
PEM = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
PRIVATE = (
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    return house.open_in(settings, tmp_path)


@pytest.fixture
def curve(folder):
    """A signer whose key is of an elliptic curve."""
    it = house.made()
    holder = authority.issue(
        it.root, "Khoá đường cong", at=house.NOW, key=ec.generate_private_key(ec.SECP256R1())
    )
    house.put_signer(folder / "signers", "curve", holder, it.root, title="Khoá đường cong")
    return "curve"


def xml(name="department", content=DOSSIER, **more):
    return documents.sign_xml(content, documents.signer(name), **more)


def test_a_dossier_gets_a_signature_with_a_timestamp_in_its_place():
    made = xml(place="CHUKY")

    report = documents.check(made)
    (found,) = report.signatures
    assert (report.verdict, found.level, found.stamp) == ("valid", "XAdES B-T", "good")
    assert (found.signer, [part.name for part in found.parts]) == ("Sở Y tế mô phỏng", ["HoSo"])
    assert found.parts[0].content.startswith(b'<HoSo Id="hs"><Ten>')
    assert etree.fromstring(made).find("CHUKY")[0].tag.endswith("}Signature")


def test_a_signature_without_a_timestamp_tells_the_signers_own_clock():
    (found,) = documents.check(xml(level="B-B")).signatures

    assert (found.level, found.stamp, found.holds) == ("XAdES B-B", "none", True)
    assert "theo đồng hồ của người ký" in " ".join(found.words())


def test_a_timestamp_over_something_else_is_bad():
    first, second = (etree.fromstring(xml()) for _time in range(2))
    path = f".//{XADES}EncapsulatedTimeStamp"
    first.find(path).text = second.find(path).text

    report = documents.check(etree.tostring(first))

    assert (report.verdict, report.signatures[0].stamp) == ("invalid", "bad")


def test_a_timestamp_of_a_stranger_does_not_tell_when(settings, folder):
    made = xml()
    (folder / "trust" / "root.pem").write_bytes(house.made().strange_root.pem())

    assert documents.check(made).signatures[0].stamp == "unknown"


def test_what_was_signed_before_the_certificate_ended_holds_by_its_timestamp(folder):
    """The moment of the timestamp counts: a list that names the certificate later changes nothing."""
    it, made = house.made(), xml()
    at = documents.check(made).signatures[0].at

    crl = authority.revocations(it.root, [it.department.certificate], at=at + house.DAY)
    (folder / "trust" / "root.crl").write_bytes(crl)

    assert documents.check(made).verdict == "valid"


def test_two_people_sign_a_part_each():
    content = b"<Goc><Phan Id='a'>1000</Phan><Phan Id='b'>2000</Phan></Goc>"

    first = xml("director", content, id="a")
    both = xml("department", first, id="b")

    report = documents.check(both)
    assert [one.holds for one in report.signatures] == [False, False]  # neither speaks for all
    assert [(one.intact, one.parts[0].content) for one in report.signatures] == [
        (True, b'<Phan Id="a">1000</Phan>'),
        (True, b'<Phan Id="b">2000</Phan>'),
    ]
    assert report.verdict == "partial"


def test_a_whole_document_is_signed_once():
    with pytest.raises(errors.Conflict) as refused:
        xml(content=xml())

    assert refused.value.code == "documents.signed_already"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("expired", "documents.certificate_expired"),
        ("revoked", "documents.certificate_revoked"),
        ("stranger", "documents.certificate_untrusted"),
    ],
)
def test_a_certificate_that_cannot_sign_signs_no_data(name, code):
    for sign in (xml, token_of):
        with pytest.raises(errors.RuleBroken) as refused:
            sign(name)

        assert refused.value.code == code


def test_a_timestamp_service_that_is_away_leaves_the_data_unsigned(settings):
    settings.HAIDANG_TSA = "http://127.0.0.1:9/tsa"

    with pytest.raises(errors.Unavailable) as refused:
        xml()

    assert refused.value.code == "documents.timestamps_down"


@pytest.mark.parametrize("content", [b"<a>", b"<!DOCTYPE a []><a/>", b"%PDF-1.7"])
def test_what_is_no_safe_xml_is_not_signed(content):
    with pytest.raises(errors.Incorrect):
        xml(content=content)


def test_a_place_that_is_not_there_is_named():
    with pytest.raises(errors.Incorrect) as refused:
        xml(place="CHUKYDONVI")

    assert "CHUKYDONVI" in refused.value.message


def test_a_curve_signs_as_well(curve):
    assert documents.check(xml(curve)).verdict == "valid"
    assert documents.check_jws(token_of(curve)).verdict == "valid"


# --- by others


def test_the_library_reads_our_signature_as_xades():
    found = XAdESVerifier().verify(
        xml(place="CHUKY"), x509_cert=house.made().department.certificate
    )

    assert found[0].signed_xml.findtext("Tien") == "1000"


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed")
@pytest.mark.parametrize(
    ("level", "space"), [("B-B", b""), ("B-T", b""), ("B-T", b" xmlns='urn:edxml'")]
)
def test_xmlsec_finds_our_signature_true_and_a_changed_one_not(level, space, folder):
    made = xml(content=DOSSIER.replace(b"<HoSo", b"<HoSo" + space), place="CHUKY", level=level)

    root = "urn:edxml:HoSo" if space else "HoSo"
    assert by_xmlsec(folder, made, root) == 0
    assert by_xmlsec(folder, made.replace(b"1000", b"9000"), root) != 0
    assert documents.check(made).verdict == "valid"


def by_xmlsec(folder, content, root):
    (folder / "made.xml").write_bytes(content)
    return subprocess.run(
        [
            "xmlsec1",
            "--verify",
            "--trusted-pem",
            folder / "trust" / "root.pem",
            "--id-attr:Id",
            root,
            "--id-attr:Id",
            f"{XADES[1:-1]}:SignedProperties",
            folder / "made.xml",
        ],
        capture_output=True,
        check=False,
    ).returncode


@pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed")
def test_we_find_a_signature_of_xmlsec_true(folder):
    it = house.made()
    (folder / "key.p12").write_bytes(it.department.packed(it.root, house.PASSWORD))
    (folder / "template.xml").write_text(_TEMPLATE, encoding="utf-8")
    done = subprocess.run(
        ["xmlsec1", "--sign", "--pkcs12", folder / "key.p12", "--pwd", house.PASSWORD,
         folder / "template.xml"],
        capture_output=True,
        check=True,
    )  # fmt: skip

    report = documents.check(done.stdout)

    assert (report.verdict, report.signatures[0].signer) == ("valid", "Sở Y tế mô phỏng")


_TEMPLATE = """<GIAMDINHHS><THONGTINDONVI><MACSKCB>31001</MACSKCB></THONGTINDONVI><CHUKYDONVI>
<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>
<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>
<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<Reference URI=""><Transforms>
<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/></Transforms>
<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>
</SignedInfo><SignatureValue/><KeyInfo><X509Data><X509Certificate/></X509Data></KeyInfo>
</Signature></CHUKYDONVI></GIAMDINHHS>"""


# --- JWS

DATA = b'{"hoSo":"H-2026-1","tien":1000}'


def token_of(name="department", **more):
    return documents.sign_jws(DATA, documents.signer(name), at=house.NOW, **more)


def b64(holder):
    return base64.b64encode(holder.certificate.public_bytes(serialization.Encoding.DER)).decode()


def parts_of(made):
    return made.split(".")


def test_a_token_tells_who_signed_what_and_when():
    report = documents.check_jws(token_of(media_type="application/json"))

    (found,) = report.signatures
    assert (report.verdict, report.kind, found.level) == ("valid", "jws", "JWS")
    assert (found.signer, found.at, found.stamped) == ("Sở Y tế mô phỏng", house.NOW, False)
    assert found.parts[0].content == DATA
    assert documents.check(token_of().encode()).verdict == "valid"


def test_the_library_reads_our_token():
    public = RSAKey.import_key(house.made().department.key.public_key().public_bytes(*PEM))

    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    registry.max_header_length = 8192  # certificates stand in it
    found = jws.deserialize_compact(token_of(), public, registry=registry)

    assert found.payload == DATA


def test_a_content_beside_its_token_is_held_against_it():
    made = token_of(detached=True)

    assert parts_of(made)[1] == ""
    assert documents.check_jws(made, DATA).verdict == "valid"
    assert documents.check_jws(made, DATA.replace(b"1000", b"9000")).verdict == "invalid"
    assert documents.check_jws(made).verdict == "invalid"
    assert documents.check_jws(token_of(), b"something else").verdict == "invalid"


def forged(**changes):
    """A token whose header was changed, its signature left as it was."""
    head, payload, signature = parts_of(token_of())
    told = json.loads(base64.urlsafe_b64decode(head + "=="))
    told = {name: value for name, value in (told | changes).items() if value is not None}
    head = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()
    return f"{head}.{payload}.{signature}"


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": None},
        {"x5c": None},
        {"x5c": ["AAAA"]},
        {"x5c": [], "x5u": "http://127.0.0.1:9/chain"},
        {"crit": ["unheard"], "unheard": 1},
        {"iat": 1},
    ],
)
def test_a_header_that_was_changed_is_never_true(changes):
    report = documents.check_jws(forged(**changes))

    assert report.verdict == "invalid"
    assert report.signatures[0].parts == ()


@pytest.mark.parametrize("name", ["stranger", "expired", "revoked"])
def test_a_token_of_one_who_is_not_trusted_is_told_so(name):
    """Signed past the checks of our own signing, as a stranger would."""
    holder = getattr(house.made(), name)
    made = jws.serialize_compact(
        {"alg": "RS256", "x5c": [b64(holder)]},
        DATA,
        RSAKey.import_key(holder.key.private_bytes(*PRIVATE)),
    )

    report = documents.check_jws(made)

    assert report.signatures[0].intact
    assert not report.holds


@pytest.mark.parametrize("content", [b"", b"a.b.c", b"eyJ.." + b"\xff", b"eyJhbGciOiJSUzI1NiJ9"])
def test_what_is_no_token_is_broken(content):
    assert documents.check_jws(content).verdict == "broken"
