"""The resource types that are stored and served."""

from functools import cache

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors

# Resource types that carry messages or are computed, so that storing one would mean nothing.
# SubscriptionStatus is no type of 4.0.1; R4B has it.
_NOT_STORED = {
    "Bundle", "OperationOutcome", "Parameters", "CapabilityStatement", "SubscriptionStatus",
}  # fmt: skip


@cache
def served():
    """Their names, in the order of the alphabet."""
    return tuple(sorted(set(records.TYPES) - _NOT_STORED))


def require(kind, among=()):
    """Pass when the type in an address is served, or is among those that it may name.

    Raises    NotFound `fhir.type_unknown`
    """
    if kind not in (among or served()):
        raise errors.NotFound("fhir.type_unknown", _unknown(), type=kind[:64])


def require_named(kind):
    """Pass when a type that a parameter or a reference names is served.

    Raises    Incorrect `fhir.type_unknown`
    """
    if kind not in served():
        raise errors.Incorrect("fhir.type_unknown", _unknown(), type=kind[:64])


def _unknown():
    return _("Không có loại tài nguyên này.")


def known():
    """Every type of R4: what is not stored can still be judged."""
    return records.TYPES
