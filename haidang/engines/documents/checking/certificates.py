"""What the certificate behind a signature is worth: trusted, expired, revoked, weak."""

from dataclasses import dataclass

from pyhanko.sign.validation import KeyUsageConstraints
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator import errors as refusals

from haidang.engines.documents.signing import trust

# Older certificates of officials name only one of the two.
USAGE = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)
_SMALLEST_RSA = 2048
_PROBLEMS = (
    (refusals.ExpiredError, "expired"),
    (refusals.NotYetValidError, "early"),
    (refusals.InvalidCertificateError, "usage"),
    (refusals.DisallowedAlgorithmError, "weak"),
    (refusals.InsufficientRevinfoError, "other"),
)


@dataclass(frozen=True)
class Kept:
    """What the file itself keeps for checking: certificates, lists, answers."""

    certificates: tuple = ()
    crls: tuple = ()
    ocsps: tuple = ()

    def context(self, moment=None, *, required=True):
        return trust.for_checking(
            moment,
            certificates=self.certificates,
            crls=self.crls,
            ocsps=self.ocsps,
            required=required,
        )


@dataclass(frozen=True)
class Standing:
    """Whether a certificate is trusted, revoked (None when nobody tells), and why it is not."""

    trusted: bool
    revoked: bool | None
    problem: str = ""


async def standing(certificate, kept, at=None):
    """What a certificate was worth at a moment that a timestamp proves, or is worth now."""
    try:
        if _is_weak(certificate):
            return Standing(False, None, "weak")
        return await _judged(certificate, kept, at)
    except refusals.RevokedError:
        return Standing(False, True, "other")
    except (refusals.PathError, refusals.ValidationError) as why:
        problem = next((word for kind, word in _PROBLEMS if isinstance(why, kind)), "stranger")
        return Standing(False, None, problem)
    # A list or an answer that a stranger put beside his signature can make the reader stumble.
    except Exception:
        return Standing(False, None, "other")


async def _judged(certificate, kept, at):
    try:
        await _validate(certificate, kept.context(at))
    except refusals.InsufficientRevinfoError:
        await _validate(certificate, kept.context(at, required=False))
        return Standing(True, None)
    return Standing(True, False)


async def _validate(certificate, context):
    await CertificateValidator(certificate, validation_context=context).async_validate_usage(set())
    USAGE.validate(certificate)


def _is_weak(certificate):
    key = certificate.public_key
    return key.algorithm == "rsa" and key.bit_size < _SMALLEST_RSA


def names(certificate):
    """Who a certificate names: signer, organisation, issuer."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return {
        "signer": _one(subject.get("common_name")),
        "organisation": _one(subject.get("organization_name")),
        "issuer": _one(issuer.get("common_name")),
    }


def _one(told):
    return ", ".join(map(str, told)) if isinstance(told, list) else str(told or "")


NOBODY = {"signer": "", "organisation": "", "issuer": ""}
