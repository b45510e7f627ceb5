"""Is a resource right: its shape, its rules, its codes, its references, its profiles."""

from haidang.engines.records.validation.judging import (
    check,
    check_set,
    check_shape,
    told,
    validate,
)
from haidang.engines.records.validation.profiles.registry import (
    publish,
    published,
    published_for,
)
from haidang.engines.records.validation.shape import warm

__all__ = [
    "check",
    "check_set",
    "check_shape",
    "publish",
    "published",
    "published_for",
    "told",
    "validate",
    "warm",
]
