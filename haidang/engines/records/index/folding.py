"""Text as search compares it, and the same texts folded once."""

from functools import lru_cache

from haidang.engines.records.index import hashing
from haidang.kernel import text


@lru_cache(4096)
def fold(value):
    """Folded, and cut where search stops comparing."""
    return text.fold(value)[: hashing.LONGEST_TEXT]


@lru_cache(4096)
def keyed(value):
    """(folded text, its key in `records_text`)"""
    folded = fold(value)
    return folded, hashing.text_key(folded)
