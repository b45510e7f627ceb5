"""Timestamps over data (RFC 3161), as XAdES carries them."""

import hashlib

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus


async def judged(token, stamped, kept):
    """How a token stands over the bytes that it should stamp: (good, unknown or bad; its moment).

    Its moment is told only when it is good: intact, and by a service that is trusted here.
    """
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        status = TimestampSignatureStatus(
            **await validate_tst_signed_data(
                signed, kept.context(), lambda method: hashlib.new(method, stamped).digest()
            )
        )
    # A stranger's token can make the reader stumble anywhere.
    except Exception:
        return "bad", None
    if not (status.valid and status.intact):
        return "bad", None
    return ("good", status.timestamp) if status.trusted else ("unknown", None)
