"""Is a resource right: its shape, its rules, its codes, its references, its profiles."""

from haidang.engines.records.validation.judging import check, check_set, told, validate
from haidang.engines.records.validation.profiles.registry import (
    publish,
    published,
    published_for,
)

__all__ = ["check", "check_set", "publish", "published", "published_for", "told", "validate"]
