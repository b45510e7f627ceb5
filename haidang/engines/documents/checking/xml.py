"""Checking the signatures of an XML document (XML-DSig, XAdES).

What a signature covers is taken from the signature's own references, resolved here and verified by
signxml, and never from where the signature stands: a true signature that was wrapped into another
document covers what it covered before and nothing else. References to the outside, transforms that
compute (XSLT, XPath), ids that stand twice and declarations of types are not judged at all.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import crl, ocsp, x509
from cryptography import x509 as certificates
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.algorithms import digest_algorithm_implementations
from signxml.exceptions import InvalidCertificate, InvalidSignature

from haidang.engines.documents import markup
from haidang.engines.documents.checking import stamps
from haidang.engines.documents.checking.certificates import NOBODY, Kept, names, standing
from haidang.engines.documents.checking.report import NOTHING, PART, Part, Report, Signature
from haidang.engines.documents.markup import DS, XADES
from haidang.engines.documents.signing import loops

_MOST_SIGNATURES, _MOST_REFERENCES, _MOST_KEPT = 20, 10, 20
#: Bytes that may be gone through for all references together.
_BUDGET = 120 * 1024 * 1024
_IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_TRANSFORMS = {
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
}
#: Elements of a signature that say something of it, and are no data.
_OWN = {f"{XADES}SignedProperties", f"{DS}KeyInfo"}


class _Form(ValueError):
    """A signature of a form that is not judged here."""


@dataclass(frozen=True)
class _True:
    """A signature that verified: what it covers, its signed properties, and whether that is all."""

    parts: tuple
    properties: object
    whole: bool


class _Nth(markup.RightForm, XMLVerifier):
    """Verifies the signature with a number, of several in one document."""

    def __init__(self, number):
        super().__init__()
        self._number = number

    def _get_signature(self, root):
        return list(root.iter(f"{DS}Signature"))[self._number]


def check(content):
    """The report of an XML document; each signature is judged alone."""
    try:
        root = markup.read(content)
    except markup.Unreadable as why:
        return Report(why.why, "xml")
    found = list(root.iter(f"{DS}Signature"))
    references = sum(1 for _one in root.iter(f"{DS}Reference"))
    if len(found) > _MOST_SIGNATURES or references * len(content) > _BUDGET:
        return Report("excessive", "xml")
    if not found:
        return Report("unsigned", "xml")
    return loops.run(_report(root, found))


async def _report(root, found):
    judged = [await _judged(root, number, one) for number, one in enumerate(found)]
    return Report("signed", "xml", tuple(judged))


async def _judged(root, number, signature):
    own = _certificate(signature)
    told = {"at": None, "stamp": "none", "level": _kind(signature)} | (
        names(own) if own else NOBODY
    )
    try:
        covered = _verified(root, number, signature, own)
    except _Form:
        return _bad(told, "form")
    except InvalidSignature:
        return _bad(told, "stranger" if own is None else "")
    kept = _kept(signature)
    stamp, at = await _stamp(signature, kept)
    found = await standing(own, kept, at)
    weak = _is_weak(signature)
    told |= {"stamp": stamp, "at": at or _claimed(covered.properties)}
    return Signature(
        **told | {"level": _level(covered.properties, at, kept)},
        intact=True,
        after=NOTHING if covered.whole else PART,
        trusted=found.trusted and not weak,
        revoked=found.revoked,
        problem="weak" if weak else found.problem,
        parts=covered.parts,
    )


def _bad(told, problem):
    return Signature(
        **told, intact=False, after=NOTHING, trusted=False, revoked=None, problem=problem
    )


def _kind(signature):
    properties = signature.find(f".//{XADES}SignedProperties")
    return "XML-DSig" if properties is None else "XAdES"


def _certificate(signature):
    """The signer's certificate among those that the signature carries, in whatever order.

    It is the first that issued no other of them; None when there is none that can be read.
    """
    path = f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate"
    found = list(_loaded(signature, x509.Certificate, path))
    issuers = [one.issuer.dump() for one in found if one.issuer != one.subject]
    return next((one for one in found if one.subject.dump() not in issuers), None)


def _verified(root, number, signature, own):
    """What a signature covers, when it is true.

    Raises    _Form; InvalidSignature
    """
    references = signature.findall(f"{DS}SignedInfo/{DS}Reference")
    _check_form(root, references)
    if own is None:
        raise InvalidSignature("no certificate")
    results = _verify(root, number, own)
    properties = next((r.signed_xml for r in results if _is(r, f"{XADES}SignedProperties")), None)
    _check_properties(properties, own)
    data = [one for one in results if one.signed_xml is None or one.signed_xml.tag not in _OWN]
    parts = tuple(Part(_name(one.signed_xml), one.signed_data) for one in data)
    return _True(parts, properties, _is_whole(root, references))


def _is(result, tag):
    return result.signed_xml is not None and result.signed_xml.tag == tag


def _name(element):
    return "" if element is None else markup.local(element.tag)


def _check_form(root, references):
    if not 1 <= len(references) <= _MOST_REFERENCES:
        raise _Form("references")
    for reference in references:
        uri = reference.get("URI")
        if uri and (not uri.startswith("#") or len(_named(root, uri[1:])) != 1) or uri is None:
            raise _Form("uri")
        used = reference.findall(f"{DS}Transforms/{DS}Transform")
        if any(one.get("Algorithm") not in _TRANSFORMS for one in used):
            raise _Form("transform")


def _named(root, id):
    """The elements that carry an id, whatever they call it: one that stands twice is a trap."""
    return [one for one in root.iter("*") if id in (one.get(name) for name in _IDS)]


def _verify(root, number, own):
    try:
        certificate = certificates.load_der_x509_certificate(own.dump())
        return _Nth(number).verify(root, x509_cert=certificate, expect_config=_config(certificate))
    except InvalidCertificate as why:
        raise _Form("certificate") from why
    except InvalidSignature:
        raise
    # A stranger's signature can make the verifier stumble anywhere.
    except Exception as why:
        raise _Form(type(why).__name__) from why


def _config(certificate):
    return SignatureConfiguration(
        expect_references=True,
        signature_methods=frozenset(SignatureMethod),  # weak ones are told as weak
        digest_algorithms=frozenset(DigestAlgorithm),
        # Whether the certificate is good now is told apart from whether the bytes are as signed.
        verification_time=certificate.not_valid_before_utc + timedelta(seconds=1),
    )


def _check_properties(properties, own):
    """The signed properties name the certificate, so that another of the same key is not put there."""
    if properties is None:
        return
    for kind in ("SigningCertificateV2", "SigningCertificate"):
        digest = properties.find(f".//{XADES}{kind}/{XADES}Cert/{XADES}CertDigest")
        if digest is not None and not _is_digest_of(own.dump(), digest):
            raise InvalidSignature("another certificate")


def _is_digest_of(content, told):
    try:
        method = DigestAlgorithm(told.find(f"{DS}DigestMethod").get("Algorithm"))
        hashed = certificates.load_der_x509_certificate(content).fingerprint(
            digest_algorithm_implementations[method]()
        )
        return hashed == base64.b64decode(told.findtext(f"{DS}DigestValue"))
    except (AttributeError, TypeError, ValueError):
        return False


def _is_whole(root, references):
    uris = [one.get("URI") for one in references]
    if "" in uris or any(f"#{root.get(name)}" in uris for name in _IDS if root.get(name)):
        return True
    if root.tag != f"{DS}Signature":
        return False
    # An enveloping signature: the document is what stands in its objects.
    data = [one for one in root.findall(f"{DS}Object") if one.find(f"{XADES}*") is None]
    return bool(data) and all(f"#{one.get('Id')}" in uris for one in data)


def _is_weak(signature):
    used = [signature.find(f"{DS}SignedInfo/{DS}SignatureMethod")]
    used += signature.findall(f"{DS}SignedInfo/{DS}Reference/{DS}DigestMethod")
    return any("sha1" in one.get("Algorithm", "").lower() for one in used)


def _kept(signature):
    """The certificates, lists and answers that the signature carries for its own checking."""
    where = f"{XADES}RevocationValues//{XADES}"
    inside = f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate"
    beside = f".//{XADES}EncapsulatedX509Certificate"
    return Kept(
        tuple(_loaded(signature, x509.Certificate, inside, beside)),
        tuple(_loaded(signature, crl.CertificateList, f".//{where}EncapsulatedCRLValue")),
        tuple(_loaded(signature, ocsp.OCSPResponse, f".//{where}EncapsulatedOCSPValue")),
    )


def _loaded(signature, kind, *paths):
    for element in [one for path in paths for one in signature.findall(path)][:_MOST_KEPT]:
        try:
            found = kind.load(base64.b64decode(element.text), strict=True)
            if kind is x509.Certificate:
                names(found)
            yield found
        except (TypeError, ValueError):
            continue


async def _stamp(signature, kept):
    """How the timestamp over the value of a signature stands, and its moment when it is good."""
    found = signature.find(f".//{XADES}SignatureTimeStamp")
    if found is None:
        return "none", None
    try:
        token = base64.b64decode(found.findtext(f"{XADES}EncapsulatedTimeStamp") or "")
    except ValueError:
        return "bad", None
    method = found.find(f"{DS}CanonicalizationMethod")
    exclusive = method is not None and "exc-c14n" in method.get("Algorithm", "")
    value = markup.canonical(signature.find(f"{DS}SignatureValue"), exclusive=exclusive)
    return await stamps.judged(token, value, kept)


def _claimed(properties):
    """When the signer says that he signed; only from what he signed."""
    told = properties.findtext(f".//{XADES}SigningTime") if properties is not None else None
    try:
        at = datetime.fromisoformat(told.strip()) if told else None
    except ValueError:
        return None
    return at.astimezone(UTC) if at is not None and at.tzinfo else None


def _level(properties, at, kept):
    if properties is None:
        return "XML-DSig"
    if at is None:
        return "XAdES B-B"
    return "XAdES B-LT" if kept.crls or kept.ocsps else "XAdES B-T"
