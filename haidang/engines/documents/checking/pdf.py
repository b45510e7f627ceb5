"""Checking the signatures of a PDF, whoever made it (PAdES, and the older adbe.pkcs7.detached)."""

import io
from dataclasses import dataclass

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate as reasons
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import DisallowedAlgorithmError, NoDSSFoundError

from haidang.engines.documents.checking.certificates import NOBODY, USAGE, Kept, names
from haidang.engines.documents.checking.report import CHANGED, NOTHING, SIGNING, Report, Signature
from haidang.engines.documents.signing import loops

_MOST = 50
_BLANKS = b"\r\n\t \0"
_PROBLEMS = {
    reasons.EXPIRED: "expired",
    reasons.OUT_OF_BOUNDS_NO_POE: "expired",
    reasons.OUT_OF_BOUNDS_NOT_REVOKED: "expired",
    reasons.NOT_YET_VALID: "early",
    reasons.NO_CERTIFICATE_CHAIN_FOUND: "stranger",
    reasons.CERTIFICATE_CHAIN_GENERAL_FAILURE: "stranger",
    reasons.CHAIN_CONSTRAINTS_FAILURE: "usage",
    reasons.CRYPTO_CONSTRAINTS_FAILURE: "weak",
    reasons.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "weak",
}


@dataclass(frozen=True)
class _Found:
    signatures: list
    stamps: list
    kept: Kept


def check(content):
    """The report of a PDF."""
    # A reader goes back to the last whole part of a file that was cut; what was signed is more.
    strict = content.rstrip(_BLANKS).endswith(b"%%EOF")
    found = _read(content, strict=True) if strict else None
    if found is None:
        found, strict = _read(content, strict=False), False
    if found is None or isinstance(found, Report):
        return found or Report("broken", "pdf")
    return loops.run(_report(found, regular=strict))


def _read(content, *, strict):
    """What there is to judge, a report when there is nothing, or None when it cannot be read."""
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=strict)
        if reader.encrypted:
            return Report("locked", "pdf")
        signatures = reader.embedded_regular_signatures[:_MOST]
        stamps = reader.embedded_timestamp_signatures[:_MOST]
        if not signatures:
            return Report("unsigned", "pdf")
        return _Found(signatures, stamps, _kept(reader))
    # A stranger's file can make the reader stumble anywhere.
    except Exception:
        return None


def _kept(reader):
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except (NoDSSFoundError, PdfError):
        return Kept()
    context = store.as_validation_context({"trust_roots": []})
    return Kept(tuple(store.load_certs()), tuple(context.crls), tuple(context.ocsps))


async def _report(found, *, regular):
    kept = found.kept
    sealed = [at for stamp in found.stamps if (at := await _sealed_at(stamp, kept))]
    signatures = [await _guarded(one, kept, bool(sealed)) for one in found.signatures]
    return Report("signed", "pdf", tuple(signatures), max(sealed, default=None), regular)


async def _sealed_at(stamp, kept):
    try:
        status = await async_validate_pdf_timestamp(stamp, kept.context())
    except Exception:
        return None
    return status.timestamp if status.valid and status.intact and status.trusted else None


async def _guarded(embedded, kept, sealed):
    try:
        return await _judged(embedded, kept, sealed)
    except DisallowedAlgorithmError:
        return _nothing_but_name(embedded, intact=True, problem="weak")
    # What is not well-formed is not a signature of what the file says.
    except Exception:
        return _nothing_but_name(embedded, intact=False, problem="other")


async def _judged(embedded, kept, sealed):
    stamp, at = await _stamp(embedded, kept)
    status = await _status(embedded, kept.context(at))
    revoked = status.revoked
    if not status.trusted and not revoked:
        without = await _status(embedded, kept.context(at, required=False))
        if without.trusted:
            status, revoked = without, None
    certificate = status.signing_cert
    return Signature(
        **names(certificate),
        at=at or status.signer_reported_dt,
        stamp=stamp,
        intact=status.intact and status.valid,
        after=_after(status),
        trusted=status.trusted,
        revoked=revoked,
        problem="" if status.trusted else _PROBLEMS.get(status.trust_problem_indic, "other"),
        level=_level(embedded, at, kept, sealed),
    )


async def _stamp(embedded, kept):
    """How the timestamp over a signature stands, and its moment when it is good."""
    status = await _status(embedded, kept.context(required=False), kept.context(), quick=True)
    stamp = status.timestamp_validity
    if stamp is None:
        return "none", None
    if not (stamp.valid and stamp.intact):
        return "bad", None
    return ("good", stamp.timestamp) if stamp.trusted else ("unknown", None)


async def _status(embedded, context, stamps=None, *, quick=False):
    return await async_validate_pdf_signature(
        embedded, context, stamps, key_usage_settings=USAGE, skip_diff=quick
    )


def _after(status):
    if status.modification_level == ModificationLevel.NONE:
        return NOTHING
    if status.docmdp_ok and status.modification_level in (
        ModificationLevel.LTA_UPDATES,
        ModificationLevel.FORM_FILLING,
    ):
        return SIGNING
    return CHANGED


def _level(embedded, at, kept, sealed):
    if embedded.sig_object.get("/SubFilter") != "/ETSI.CAdES.detached":
        return "CMS"
    if at is None:
        return "B-B"
    if not (kept.crls or kept.ocsps):
        return "B-T"
    return "B-LTA" if sealed else "B-LT"


def _nothing_but_name(embedded, *, intact, problem):
    try:
        told = names(embedded.signer_cert)
    except Exception:
        told = NOBODY
    return Signature(
        **told,
        at=None,
        stamp="none",
        intact=intact,
        after=NOTHING,
        trusted=False,
        revoked=None,
        problem=problem,
        level="CMS",
    )
