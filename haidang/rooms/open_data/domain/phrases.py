"""Vietnamese phrases as patterns, with their marks and without."""

import re

from haidang.kernel import text


def forms_of(words, *, but=""):
    """Phrases between commas, each with its marks and without; `but` stand with marks only."""
    given = [one.strip() for one in words.split(",")]
    return {*given, *map(text.fold, given)} - set(but.split())


def any_of(words, *, but=""):
    """A pattern of phrases as `forms_of` gives them, the longest first."""
    forms = sorted(forms_of(words, but=but), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, forms)) + ")"


def after(words, rest):
    """A pattern of one of these phrases, whole and in letters of any size, and what comes behind it."""
    return re.compile(rf"(?<!\w){any_of(words)}(?!\w){rest}", re.IGNORECASE)
