"""Checking signed data of the web (JWS, RFC 7515): compact, with its content or detached from it."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime

from asn1crypto import x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from haidang.engines.documents import markup
from haidang.engines.documents.checking.certificates import NOBODY, Kept, names, standing
from haidang.engines.documents.checking.report import NOTHING, Part, Report, Signature
from haidang.engines.documents.signing import loops

_FORM = re.compile(rb"eyJ[\w-]*\.[\w-]*\.[\w-]+")
_MOST_CHAIN = 10
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


class _Registry(jws.JWSRegistry):
    max_header_length = 64 * 1024  # a chain of certificates stands in it
    max_payload_length = markup.LARGEST * 2
    max_signature_length = 4096


_REGISTRY = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


def is_one(content):
    """Whether bytes look like a JWS in compact form."""
    return _FORM.fullmatch(content.strip()) is not None


def check(token, content=None):
    """Check a JWS (kiểm tra chữ ký JWS) and report as for a file; nothing is raised.

    content    what was signed, when the token was detached from it; a token that brings its own
               content along then has to agree with it

    The signer is the first certificate of `x5c`; a key that is named by an address is not fetched.
    The payload as it was signed comes back as the only part.

    Source    RFC 7515; RFC 7797 for contents that are not encoded
    """
    token = token.encode() if isinstance(token, str) else token
    if len(token) > markup.LARGEST * 2 or len(content or b"") > markup.LARGEST:
        return Report("excessive", "jws")
    if not is_one(token):
        return Report("broken", "jws")
    return Report("signed", "jws", (loops.run(_judged(token.strip(), content)),))


async def _judged(token, content):
    header = _header(token)
    chain = _chain(header)
    told = {"at": _claimed(header), "stamp": "none", "level": "JWS", "after": NOTHING}
    told |= names(chain[0]) if chain else NOBODY
    try:
        payload = _verified(token, content, chain)
    except (JoseError, ValueError, TypeError, KeyError, IndexError) as why:
        problem = "" if isinstance(why, jws.BadSignatureError) else "form"
        return Signature(**told, intact=False, trusted=False, revoked=None, problem=problem)
    found = await standing(chain[0], Kept(tuple(chain[1:])))
    return Signature(
        **told,
        intact=True,
        trusted=found.trusted,
        revoked=found.revoked,
        problem=found.problem,
        parts=(Part("payload", payload),),
    )


def _verified(token, content, chain):
    key = _key(chain[0])
    found = jws.extract_compact(token, content, _REGISTRY)
    if not jws.validate_compact(found, key, registry=_REGISTRY):
        raise jws.BadSignatureError()
    if content is not None and not hmac.compare_digest(found.payload, content):
        raise jws.BadSignatureError()
    return found.payload


def _header(token):
    head = token.partition(b".")[0]
    try:
        told = json.loads(base64.urlsafe_b64decode(head + b"=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _chain(header):
    """The certificates that come with a token; none when the first is not the one it names."""
    told = header.get("x5c")
    try:
        found = [
            x509.Certificate.load(base64.b64decode(one, validate=True), strict=True)
            for one in told[:_MOST_CHAIN]
        ]
        names(found[0])
    except (TypeError, ValueError, KeyError, IndexError, binascii.Error):
        return []
    named = header.get("x5t#S256")
    return found if named in (None, thumbprint(found[0].dump())) else []


def thumbprint(der):
    """How `x5t#S256` names a certificate."""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def _key(certificate):
    public = certificates.load_der_x509_certificate(certificate.dump()).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kind = RSAKey if certificate.public_key.algorithm == "rsa" else ECKey
    return kind.import_key(pem)


def _claimed(header):
    told = header.get("iat")
    if not isinstance(told, int) or isinstance(told, bool) or not 0 < told < 2**35:
        return None
    return datetime.fromtimestamp(told, UTC)
