"""The resource types that are stored and served."""

from functools import cache

from haidang.engines.records import api as records

# Resource types that carry messages or are computed, so that storing one would mean nothing.
# SubscriptionStatus is no type of 4.0.1; R4B has it.
_NOT_STORED = {
    "Bundle", "OperationOutcome", "Parameters", "CapabilityStatement", "SubscriptionStatus",
}  # fmt: skip


@cache
def served():
    """Their names, in the order of the alphabet."""
    return tuple(sorted(set(records.TYPES) - _NOT_STORED))


def known():
    """Every type of R4: what is not stored can still be judged."""
    return records.TYPES
