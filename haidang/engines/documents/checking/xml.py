"""Checking the signatures of an XML document (XML-DSig, XAdES)."""

import base64
from datetime import datetime

from asn1crypto import x509
from cryptography import x509 as certificates
from lxml import etree
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator import errors as refusals
from signxml import SignatureConfiguration, XMLVerifier
from signxml.exceptions import SignXMLException

from haidang.engines.documents.checking import pdf
from haidang.engines.documents.checking.report import CHANGED, NOTHING, Report, Signature
from haidang.engines.documents.signing import loops, trust

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_MOST = 20
_USAGES = {"non_repudiation"}
_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def check(content):
    """The report of an XML document; each signature is judged alone."""
    try:
        root = etree.fromstring(content, etree.XMLParser(**_PARSER))
    except (etree.XMLSyntaxError, ValueError):
        return Report("broken", "xml")
    found = list(root.iter(f"{_DS}Signature"))[:_MOST]
    if not found:
        return Report("unsigned", "xml")
    return Report("signed", "xml", tuple(_judged(root, one) for one in found))


def _judged(root, signature):
    der = _certificate(signature)
    own = x509.Certificate.load(der) if der else None
    trusted, revoked, problem = loops.run(_trusted(own)) if own else (False, None, "stranger")
    intact, whole = _intact(root, signature, der)
    names = pdf.names(own) if own else {"signer": "", "organisation": "", "issuer": ""}
    return Signature(
        **names,
        at=_moment(signature),
        stamp="none",
        intact=intact,
        after=NOTHING if whole else CHANGED,
        trusted=trusted,
        revoked=revoked,
        problem=problem,
        level="XAdES" if signature.find(f".//{_XADES}SignedProperties") is not None else "XML-DSig",
    )


def _certificate(signature):
    element = signature.find(f"{_DS}KeyInfo//{_DS}X509Certificate")
    try:
        return base64.b64decode(element.text) if element is not None else None
    except (TypeError, ValueError):
        return None


def _intact(root, signature, der):
    """Whether the signature is true, and whether it covers the root of the document."""
    if der is None:
        return False, False
    number = list(root.iter(f"{_DS}Signature")).index(signature)
    copy = etree.fromstring(etree.tostring(root), etree.XMLParser(**_PARSER))
    signatures = list(copy.iter(f"{_DS}Signature"))
    for other in signatures[:number] + signatures[number + 1 :]:
        other.tag = f"{_DS}Other"  # the verifier takes the first that it finds
    try:
        found = XMLVerifier().verify(
            etree.tostring(root) if len(signatures) == 1 else copy,
            x509_cert=certificates.load_der_x509_certificate(der),
            expect_config=SignatureConfiguration(expect_references=True),
        )
    except (SignXMLException, ValueError, TypeError):
        return False, False
    results = found if isinstance(found, list) else [found]
    return True, any(_is_root(one.signed_xml, root) for one in results)


def _is_root(signed, root):
    return signed is not None and signed.tag == root.tag


async def _trusted(certificate):
    for required in (True, False):
        validator = CertificateValidator(
            certificate, validation_context=trust.for_checking(required=required)
        )
        try:
            await validator.async_validate_usage(_USAGES)
            return True, False if required else None, ""
        except refusals.RevokedError:
            return False, True, "other"
        except refusals.InsufficientRevinfoError:
            continue
        except (refusals.ExpiredError, refusals.NotYetValidError):
            return False, None, "expired"
        except (refusals.PathError, refusals.ValidationError):
            return False, None, "stranger"
    return False, None, "other"


def _moment(signature):
    told = signature.findtext(f".//{_XADES}SigningTime")
    try:
        at = datetime.fromisoformat(told) if told else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo else None
