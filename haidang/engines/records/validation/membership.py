"""Does a code belong to a value set? Asked of the package's lists first, then of terminology.

What terminology says is kept for a minute, so that a list loaded anew is soon heard of.
"""

import functools
import re
import time

from haidang.engines.records import r4
from haidang.engines.terminology import api as terminology
from haidang.kernel import errors

_KEPT_SECONDS = 60
_R4 = "http://hl7.org/fhir/ValueSet/"
#: Sets whose codes nobody lists, but which have a form (BCP 13, ISO 4217). R4's own examples
#: have the short names of formats too.
_FORMS = {
    f"{_R4}mimetypes": re.compile(
        r"(?:[\w.+!#$&^-]+/[\w.+!#$&^*-]+(?:\s*;.*)?|xml|json|ttl|html)\Z"
    ),
    f"{_R4}currencies": re.compile(r"[A-Z]{3}\Z"),
}


def is_member(value_set, system, code):
    """True or False; None when the set, or the code system behind it, is not known here.

    system   None for a bare `code`, which belongs when any system of the set has it; empty for a
             coding that names none, which is no concept of any (datatypes.html#Coding)
    """
    bare = value_set.partition("|")[0]
    if bare in _FORMS and not _FORMS[bare].match(code):
        return False
    listed = _listed(bare)
    if listed is not None:
        return (code if system is None else f"{system}|{code}") in listed
    if system == "":
        return False if is_known(bare) else None
    return _asked(bare, system, code, int(time.monotonic() // _KEPT_SECONDS))


def is_known(value_set):
    """True when the members of a set can be told here."""
    bare = value_set.partition("|")[0]
    return _listed(bare) is not None or _has_members(bare, int(time.monotonic() // _KEPT_SECONDS))


@functools.cache
def _sets():
    return {url: frozenset(codes) for url, codes in r4.catalogue().codes.items()}


def _listed(url):
    return _sets().get(url)


@functools.lru_cache(maxsize=20_000)
def _asked(url, system, code, minute):
    if not _has_members(url, minute):
        return None
    try:
        return terminology.validate_code(url, system, code) is not None
    except errors.HaidangError:
        return None


@functools.lru_cache(maxsize=2_000)
def _has_members(url, minute):
    try:
        return terminology.expand(url, count=1).total > 0
    except errors.HaidangError:
        return False
