"""Signing data (ký dữ liệu): XML with XAdES, anything with JWS; by the keys that sign papers.

The key stays where it is, in its file or its token: what has to be signed goes to it and only the
signature comes back.
"""

import base64
import hashlib
import json

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils
from django.utils.translation import gettext as _
from lxml import etree
from signxml import CanonicalizationMethod, SignatureMethod, methods
from signxml.xades import XAdESDataObjectFormat, XAdESSigner

from haidang.engines.documents import markup
from haidang.engines.documents.checking import jws, stamps
from haidang.engines.documents.checking.certificates import Kept
from haidang.engines.documents.markup import DS, XADES
from haidang.engines.documents.signing import loops, signing, timestamps, trust
from haidang.engines.documents.signing import signers as keys
from haidang.kernel import errors

_C14N = CanonicalizationMethod.CANONICAL_XML_1_0
_DIGESTS = {("ECDSA", 384): "sha384", ("ECDSA", 521): "sha512"}
DATA_LEVELS = ("B-B", "B-T")


def sign_xml(content, signer, *, level="B-T", place="", id=""):
    """Sign an XML document (ký XML) and return its bytes with a XAdES signature inside.

    level    B-T with a trusted timestamp, or B-B (BES) without
    place    the name of the element that takes the signature; the end of the root when left out
    id       sign the element with this id alone; the whole document when left out

    One signature covers the whole document; a second one would change what the first has signed,
    so that a document that is signed already is refused unless each signs an element of its own.

    Raises    Incorrect `documents.cannot_be_signed`, `documents.place_missing`; Conflict
              `documents.signed_already`; and as `sign` for certificates, keys and timestamps
    Source    ETSI EN 319 132-1 (XAdES baseline B-B, B-T); Nghị định 23/2025/NĐ-CP
    """
    root = _read(content)
    if root.find(f".//{DS}Signature") is not None and not id:
        raise errors.Conflict("documents.signed_already", _("Tệp này đã có chữ ký số."))
    return loops.run(_signed_xml(root, _with_place(root, place), signer, level, id))


def _read(content):
    try:
        return markup.read(content)
    except markup.Unreadable as why:
        raise errors.Incorrect(
            "documents.cannot_be_signed",
            _("Không ký được tệp XML này; tệp hỏng hoặc không an toàn."),
        ) from why


def _with_place(root, place):
    """Put a mark where the signature goes, and return its number among the signatures."""
    home = next((one for one in root.iter() if markup.local(one.tag) == place), None)
    if place and home is None:
        raise errors.Incorrect(
            "documents.place_missing",
            _("Tệp không có thẻ {place} để đặt chữ ký.").format(place=place),
        )
    mark = etree.SubElement(
        root if home is None else home, f"{DS}Signature", nsmap={"ds": DS[1:-1]}
    )
    mark.set("Id", "placeholder")
    return list(root.iter(f"{DS}Signature")).index(mark)


async def _signed_xml(root, number, signer, level, id):
    await signing.check_certificate(signer, trust.for_signing())
    key = _Key(keys.opened(signer))
    made = _Signer(
        method=methods.enveloped,
        c14n_algorithm=_C14N,
        signature_algorithm=SignatureMethod[f"{key.kind}_{key.digest.upper()}"],
        data_object_format=XAdESDataObjectFormat(Description="", MimeType="text/xml"),
    ).sign(
        root,
        key=key,
        cert=key.chain,
        always_add_key_value=False,
        reference_uri=[id] if id else None,
    )
    if level == "B-T":
        await _stamp(list(made.iter(f"{DS}Signature"))[number])
    return etree.tostring(made, encoding="UTF-8", xml_declaration=True)


async def _stamp(signature):
    """Put a timestamp over the value of a signature."""
    value = markup.canonical(signature.find(f"{DS}SignatureValue"))
    token = await _token(value)
    home = signature.find(f".//{XADES}QualifyingProperties")
    for name in ("UnsignedProperties", "UnsignedSignatureProperties", "SignatureTimeStamp"):
        home = etree.SubElement(home, f"{XADES}{name}")
    etree.SubElement(home, f"{DS}CanonicalizationMethod", Algorithm=_C14N.value)
    held = etree.SubElement(home, f"{XADES}EncapsulatedTimeStamp")
    held.text = base64.b64encode(token).decode()


async def _token(value):
    service = timestamps.service()
    try:
        token = await service.async_timestamp(hashlib.sha256(value).digest(), "sha256")
    except OSError as why:
        raise timestamps.down() from why
    stamp, _at = await stamps.judged(token.dump(), value, Kept())
    if stamp != "good":
        raise timestamps.untrusted()
    return token.dump()


def sign_jws(content, signer, *, at, detached=False, media_type=""):
    """Sign any bytes (ký dữ liệu) as a compact JWS, and return the token.

    at            when, as `iat`
    detached      leave the content out, to be sent beside the token
    media_type    what the content is, as `cty`

    Raises    as `sign_xml`
    Source    RFC 7515, section 4.1.6 for `x5c`, annex F for detached contents
    """
    return loops.run(_signed_jws(content, signer, at, detached, media_type))


async def _signed_jws(content, signer, at, detached, media_type):
    await signing.check_certificate(signer, trust.for_signing())
    key = _Key(keys.opened(signer))
    header = {
        "alg": ("ES" if key.kind == "ECDSA" else "RS") + key.digest[3:],
        "iat": int(at.timestamp()),
        "x5t#S256": jws.thumbprint(key.der[0]),
        "x5c": [base64.b64encode(one).decode() for one in key.der],
    }
    if media_type:
        header["cty"] = media_type
    head, payload = _encoded(json.dumps(header, separators=(",", ":")).encode()), _encoded(content)
    signature = await key.raw(f"{head}.{payload}".encode())
    return f"{head}.{'' if detached else payload}.{_encoded(signature)}"


def _encoded(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class _Signer(markup.RightForm, XAdESSigner):
    """XAdES with canonical forms that others find too."""


class _Key:
    """A key as signxml asks for one, wherever it is kept."""

    def __init__(self, opened):
        self._opened = opened
        others = [one for one in opened.cert_registry if one.self_issued is False]
        self.der = [opened.signing_cert.dump()]
        self.der += [one.dump() for one in others if one.dump() not in self.der]
        self.chain = [x509.load_der_x509_certificate(one) for one in self.der]
        public = self.chain[0].public_key()
        self.kind = "ECDSA" if isinstance(public, ec.EllipticCurvePublicKey) else "RSA"
        self.key_size = public.key_size
        # RFC 7518, section 3.4 binds each curve to its hash.
        self.digest = _DIGESTS.get((self.kind, self.key_size), "sha256")

    def sign(self, content, **_how):
        """What signxml calls: RSA (PKCS #1 v1.5), or ECDSA as DER."""
        return loops.run(self._opened.async_sign_raw(content, self.digest))

    async def raw(self, content):
        """A signature as JWS writes it: that of ECDSA as its two numbers."""
        made = await self._opened.async_sign_raw(content, self.digest)
        if self.kind == "RSA":
            return made
        size = (self.key_size + 7) // 8
        return b"".join(part.to_bytes(size, "big") for part in utils.decode_dss_signature(made))
