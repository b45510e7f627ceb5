"""Names misheard and mistyped: the syllables of the city, and those that sound or look alike.

Vietnamese names are made of a few thousand syllables. Instead of comparing a mistyped name with
every person, each unknown syllable is compared with those.
"""

import time

from haidang.engines.people import index

_KEPT_S = 600
_kept = {}
#: Sounds that the north does not tell apart, and spellings of one sound; the order matters.
_ALIKE = (
    ("ngh", "ng"), ("gh", "g"), ("tr", "ch"), ("gi", "d"), ("ph", "f"), ("qu", "cu"), ("r", "d"),
    ("s", "x"), ("l", "n"), ("k", "c"), ("y", "i"),
)  # fmt: skip
#: A sample of eight megabytes of people, some thirty thousand, has every syllable that matters.
_SAMPLE = """
    SELECT DISTINCT word FROM people_person TABLESAMPLE SYSTEM (
        least(100.0, 100.0 * 8e6 / greatest(pg_relation_size('people_person'), 1))
    ), unnest(words) AS word
"""


def syllables():
    """Return the folded syllables of the city's names, read at most every ten minutes."""
    now = time.monotonic()
    read_at, found = _kept.get("syllables", (-_KEPT_S, ()))
    if now - read_at >= _KEPT_S or not found:
        found = frozenset(word for (word,) in index.query(_SAMPLE))
        _kept["syllables"] = (now, found)
    return found


def forget():
    """Read the syllables anew at the next question (after an import, in tests)."""
    _kept.clear()


def near(word, among):
    """Return the syllables of `among` that a word may have been meant for."""
    sound = _sound(word)
    return sorted(
        other for other in among if _sound(other) == sound or one_letter_apart(word, other)
    )


def _sound(word):
    for written, heard in _ALIKE:
        word = word.replace(written, heard)
    return word


def one_letter_apart(left, right):
    """Whether one letter too many, missing or changed, or two swapped, makes one the other."""
    if abs(len(left) - len(right)) > 1:
        return False
    pairs = enumerate(zip(left, right, strict=False))
    start = next((place for place, (a, b) in pairs if a != b), min(len(left), len(right)))
    a, b = left[start:], right[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
