"""The timestamp over a whole signed PDF (B-LTA): until when it tells, and the next one over it."""

import io

from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko_certvalidator import errors as refusals

from haidang.engines.documents.signing import loops, timestamps, trust
from haidang.kernel import errors


def sealed_until(content):
    """When the certificate of the last timestamp over a document ends; None without such a timestamp."""
    last = _last(PdfFileReader(io.BytesIO(content), strict=False))
    return last.signer_cert.not_valid_after if last else None


def seal_again(content):
    """Put one more timestamp over a sealed document, with what proves the last one; returns its bytes.

    Everything that was signed before stays byte for byte.

    Raises    RuleBroken `documents.seal_ended` when the last timestamp cannot be proved any more, or
              was never there; Unavailable `documents.timestamps_down`,
              `documents.timestamps_missing`, `documents.timestamps_untrusted`
    Source    ETSI EN 319 142-1, 5.5 (renewal of document timestamps)
    """
    return loops.run(_sealed_again(content))


async def _sealed_again(content):
    service = timestamps.service()
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        await _check(_last(reader))
        made = await PdfTimeStamper(service).async_update_archival_timestamp_chain(
            reader, trust.for_signing(), in_place=False
        )
    except OSError as why:
        raise timestamps.down() from why
    except (refusals.PathError, refusals.ValidationError) as why:
        raise timestamps.untrusted() from why
    except (PdfError, SigningError) as why:
        raise _ended() from why
    return made.getvalue()


async def _check(last):
    if last is None:
        raise _ended()
    status = await async_validate_pdf_timestamp(last, trust.for_signing())
    if not (status.valid and status.intact and status.trusted):
        raise _ended()


def _last(reader):
    return next(reversed(reader.embedded_timestamp_signatures), None)


def _ended():
    return errors.RuleBroken(
        "documents.seal_ended",
        _("Dấu thời gian cuối cùng không còn chứng minh được; cần người xem lại và ký mới."),
    )
