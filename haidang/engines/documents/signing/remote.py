"""Signing in two steps with a key that is far away: prepare → authorize → sign → collect.

`prepare` reserves the room in the document and keeps exactly the bytes whose hash the person is
shown. Nothing is signed until `collect` puts the signature there and has checked it; what is not
confirmed in time stays unsigned.
"""

import base64
import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from asn1crypto import cms, x509
from django.db import transaction
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko_certvalidator.registry import SimpleCertificateStore

from haidang.engines.documents import files, models
from haidang.engines.documents.checking.check import check
from haidang.engines.documents.signing import loops, pictures, signing, timestamps
from haidang.engines.documents.signing import signers as keys
from haidang.kernel import errors

LASTS = timedelta(minutes=5)
_ROOM = 48_000


class RemoteSigner(Protocol):
    """A key at a provider."""

    def certificates(self): ...

    def authorize(self, digest, *, pin): ...

    def sign(self, digest, *, sad): ...


def prepare(content, provider, *, by, at, place=None):
    """Make a document ready for a remote signature, and return the row of the transaction.

    place     where the signature is seen; not seen when left out

    The row's `digest` is what the person confirms at the provider (hex SHA-256).

    Raises    as the provider
    """
    chain = provider.certificates()
    region, document, attributes = loops.run(_prepared(content, chain, by.name, place))
    return models.RemoteSignature.objects.create(
        document=files.keep_made(document, type="application/pdf", by=by).sha256,
        region={"start": region.reserved_region_start, "end": region.reserved_region_end},
        document_digest=region.document_digest.hex(),
        attributes=base64.b64encode(attributes).decode(),
        chain=[base64.b64encode(one.dump()).decode() for one in chain],
        digest=hashlib.sha256(attributes).hexdigest(),
        state="prepared",
        expires_at=at + LASTS,
        by_ref=by.ref,
    )


def authorize(pk, provider, *, pin, by, at):
    """The person allows this one hash. The PIN goes to the provider and is kept nowhere.

    Raises    as the provider; Gone `documents.signing_expired`; NotFound `documents.signing_unknown`
    """
    row = _row(pk, by, at, "prepared")
    row.sad = provider.authorize(bytes.fromhex(row.digest), pin=pin)
    row.state = "authorised"
    row.save(update_fields=["sad", "state"])


def collect(pk, provider, *, by, at):
    """Fetch the signature, put it in its room and return the signed file's hash.

    Raises    as `authorize`; RuleBroken `documents.signature_wrong` when it is not of this document
    """
    row = _row(pk, by, at, "authorised")
    if (
        not row.signature
    ):  # kept at once: a timestamp service that is away must not cost a second PIN
        value = provider.sign(bytes.fromhex(row.digest), sad=row.sad)
        row.signature, row.sad = base64.b64encode(value).decode(), ""
        row.save(update_fields=["signature", "sad"])
    with files.open_file(row.document) as file:
        prepared = file.read()
    content = loops.run(_finished(row, prepared))
    (signature,) = check(content).signatures[-1:] or (None,)
    with transaction.atomic():
        good = signature is not None and signature.intact
        row.state = "signed" if good else "failed"
        if good:
            row.file = files.keep_made(content, type="application/pdf", by=by).sha256
        row.save(update_fields=["state", "file"])
    if not row.file:
        raise errors.RuleBroken(
            "documents.signature_wrong",
            _("Chữ ký trả về không khớp với văn bản; văn bản chưa được ký."),
        )
    return row.file


def _row(pk, by, at, state):
    row = models.RemoteSignature.objects.filter(pk=pk, by_ref=by.ref, state=state).first()
    if row is None:
        raise errors.NotFound("documents.signing_unknown", _("Không có lượt ký này."))
    if at >= row.expires_at:
        row.state, row.sad = "expired", ""
        row.save(update_fields=["state", "sad"])
        raise errors.Gone(
            "documents.signing_expired",
            _("Chưa được xác nhận ký trong thời hạn; văn bản chưa được ký."),
        )
    return row


async def _prepared(content, chain, name, place):
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    signer = _external(chain)
    metadata = signers.PdfSignatureMetadata(
        field_name=f"Signature{len(writer.prev.embedded_signatures) + 1}",
        md_algorithm="sha256",
        name=name,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    seen = keys.Signer(name="remote", folder=Path(), title=name, role="person")
    made = signers.PdfSigner(
        metadata,
        signer,
        stamp_style=pictures.style(seen, place) if place else None,
        new_field_spec=signing.field(writer, metadata.field_name, place),
    )
    region, _document, out = await made.async_digest_doc_for_signing(writer, bytes_reserved=_ROOM)
    attributes = await signer.signed_attrs(region.document_digest, "sha256", use_pades=True)
    return region, out.getvalue(), attributes.dump()


async def _finished(row, prepared):
    out, value = io.BytesIO(prepared), base64.b64decode(row.signature)
    chain = [x509.Certificate.load(base64.b64decode(one)) for one in row.chain]
    attributes = cms.CMSAttributes.load(base64.b64decode(row.attributes))
    try:
        signed = await _external(chain, value).async_sign_prescribed_attributes(
            "sha256", attributes, timestamper=timestamps.service()
        )
    except OSError as why:
        raise errors.Unavailable(
            "documents.timestamps_down",
            _("Dịch vụ cấp dấu thời gian không trả lời; văn bản chưa được ký và sẽ ký lại sau."),
        ) from why
    region = PreparedByteRangeDigest(
        document_digest=bytes.fromhex(row.document_digest),
        reserved_region_start=row.region["start"],
        reserved_region_end=row.region["end"],
    )
    await PdfTBSDocument.async_finish_signing(out, region, signed)
    return out.getvalue()


def _external(chain, value=512):
    store = SimpleCertificateStore()
    store.register_multiple(chain[1:])
    return signers.ExternalSigner(chain[0], store, signature_value=value)
