"""Signing a PDF (ký số), one signer after the other, each as an addition to the bytes before.

All of it happens in memory and is given back whole: a document is signed by everybody who was
asked, or not at all.
"""

import io
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator import errors as refusals

from haidang.engines.documents.papers import Place
from haidang.engines.documents.signing import loops, pictures, timestamps, trust
from haidang.engines.documents.signing import signers as keys
from haidang.kernel import errors

LEVELS = ("B-T", "B-LT", "B-LTA")
#: Bytes kept for a signature: certificates, and a timestamp with its own.
_ROOM = 24_000
_USAGE = {"non_repudiation"}


@dataclass(frozen=True)
class Step:
    """Who signs, and where it is seen; without a place the signature is not seen."""

    signer: keys.Signer
    place: Place | None = None
    reason: str = ""


def sign(content, steps, *, level=None):
    """Sign a PDF in the order of the steps (người ký trước, cơ quan ký sau) and return its bytes.

    level     one of LEVELS, or as the house is set; LT keeps what tells that the certificates
              were not revoked, LTA seals it with a timestamp of the document

    Raises    RuleBroken `documents.certificate_expired`, `documents.certificate_revoked`,
              `documents.certificate_untrusted` (facts: signer); Unavailable
              `documents.timestamps_down`, `documents.timestamps_missing`,
              `documents.timestamps_untrusted`, `documents.revocation_unknown`,
              `documents.signer_missing`, `documents.picture_missing`; Incorrect `documents.cannot_be_signed`
    Source    Nghị định 30/2020/NĐ-CP, Điều 5, Điều 13, Phụ lục I: both signatures, in this order;
              ETSI EN 319 142-1 for the levels
    """
    return loops.run(_signed(content, steps, level or settings.HAIDANG_SIGNATURE_LEVEL))


async def _signed(content, steps, level):
    service, judge = timestamps.service(), trust.for_signing()
    for number, step in enumerate(steps, start=1):
        await check_certificate(step.signer, judge)
        last = number == len(steps)
        content = await _one(content, step, service, judge, level=level, last=last)
    return content


async def _one(content, step, service, judge, *, level, last):
    key, style = keys.opened(step.signer), _style(step)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
        metadata = _metadata(writer, step, judge, level, last)
        signer = signers.PdfSigner(
            metadata,
            signer=key,
            timestamper=service,
            stamp_style=style,
            new_field_spec=field(writer, metadata.field_name, step.place),
        )
        out = await signer.async_sign_pdf(writer, bytes_reserved=2 * _ROOM)
    except OSError as why:
        raise timestamps.down() from why
    except (refusals.PathError, refusals.ValidationError) as why:
        raise timestamps.untrusted() from why
    except (PdfError, SigningError) as why:
        raise errors.Incorrect(
            "documents.cannot_be_signed", _("Không ký được tệp này; tệp hỏng hoặc đặt mật khẩu.")
        ) from why
    return out.getvalue()


def _style(step):
    try:
        return pictures.style(step.signer, step.place) if step.place else None
    except OSError as why:
        raise errors.Unavailable(
            "documents.picture_missing",
            _("Không dùng được hình {file} của chữ ký {name}.").format(
                file=step.signer.picture, name=step.signer.name
            ),
        ) from why


def _metadata(writer, step, judge, level, last):
    keeps = level in ("B-LT", "B-LTA")
    return signers.PdfSignatureMetadata(
        field_name=f"Signature{len(writer.prev.embedded_signatures) + 1}",
        md_algorithm="sha256",
        reason=step.reason or None,
        name=step.signer.title,
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=keeps,
        use_pades_lta=level == "B-LTA" and last,
        validation_context=judge if keeps else None,
        signer_key_usage=_USAGE,
    )


def field(writer, name, place):
    """The field of a signature, and where it is seen."""
    if place is None:
        return fields.SigFieldSpec(name)
    return fields.SigFieldSpec(name, on_page=place.page - 1, box=_box(writer, place))


def _box(writer, place):
    """Where a place is, from the bottom left of its page as PDF counts."""
    page = writer.prev.root["/Pages"]
    found, _resources = writer.find_page_for_modification(place.page - 1)
    box = found.get_object().get("/MediaBox") or page["/MediaBox"]
    top = float(box[3])
    corners = (place.x, top - place.y - place.height, place.x + place.width, top - place.y)
    return tuple(round(one) for one in corners)


async def check_certificate(signer, judge):
    """Refuse a signer whose certificate cannot sign any more, or is not trusted here.

    Raises    as `sign`
    """
    opened = keys.opened(signer)
    validator = CertificateValidator(
        opened.signing_cert,
        intermediate_certs=opened.cert_registry,
        validation_context=judge,
    )
    try:
        await validator.async_validate_usage(_USAGE)
    except refusals.RevokedError as why:
        raise _refused("revoked", _("Chứng thư số đã bị thu hồi"), signer) from why
    except (refusals.ExpiredError, refusals.NotYetValidError) as why:
        raise _refused("expired", _("Chứng thư số hết hạn hoặc chưa đến hạn"), signer) from why
    except refusals.InsufficientRevinfoError as why:
        raise _unknown() from why
    except (refusals.PathError, refusals.ValidationError) as why:
        raise _refused(
            "untrusted", _("Chứng thư số không do gốc tin cậy cấp, hoặc không dùng để ký"), signer
        ) from why


def _unknown():
    return errors.Unavailable(
        "documents.revocation_unknown",
        _("Chưa biết chứng thư số có bị thu hồi hay không; văn bản chưa được ký và sẽ ký lại sau."),
    )


def _refused(reason, words, signer):
    told = _("{reason}: {signer}. Hãy thay chứng thư rồi ký lại.")
    return errors.RuleBroken(
        f"documents.certificate_{reason}",
        told.format(reason=words, signer=signer.title),
        signer=signer.name,
    )
