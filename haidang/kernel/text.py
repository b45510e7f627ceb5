"""Vietnamese text: folding for search, and the single form in which text is kept."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_WORDS = re.compile(r"[^\W_]+")
_STROKE = str.maketrans("đĐ", "dD")


def tidy(value):
    """Text as it is kept: composed (NFC), outer space gone, inner space single."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", value)).strip()


def fold(value):
    """Text without tone marks, case or doubled space, so that `Thuỳ` and `thùy` are one.

    >>> fold("  Đặng  Thuỳ Trâm ")
    'dang thuy tram'
    """
    apart = unicodedata.normalize("NFD", value)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare.translate(_STROKE)).strip().lower()


def words(value):
    """The folded words of a text, in order, punctuation aside."""
    return _WORDS.findall(fold(value))


def has_marks(value):
    """True when the text carries Vietnamese marks, i.e. the writer took care to type them."""
    return fold(value) != _SPACES.sub(" ", value).strip().lower()
