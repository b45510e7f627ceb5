"""Text as search compares it, and the same texts folded once."""

from functools import lru_cache

from haidang.engines.records.index import hashing
from haidang.kernel import text


@lru_cache(65536)
def fold(value):
    """Folded, and cut where search stops comparing."""
    return text.fold(value)[: hashing.LONGEST_TEXT]
