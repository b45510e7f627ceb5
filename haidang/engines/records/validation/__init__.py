"""Is a resource right: its shape, its rules, its codes, its references, its profiles."""

from haidang.engines.records.validation.judging import check, check_set, told, validate
from haidang.engines.records.validation.profiles.registry import published

__all__ = ["check", "check_set", "published", "told", "validate"]
