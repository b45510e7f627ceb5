"""The code lists as the claims rules ask for them, answered by the terminology engine.

A dossier may be older than a list: a code counts as known when any release that came with the
product, or the list now in force, has it. Only a complete list can call a code unknown.
"""

from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedTable

from haidang.engines.exchange.adapters.claims import lists as shipped
from haidang.engines.terminology import api as terminology
from haidang.kernel import systems


class Lists:
    """A snapshot: what rules learn from it stays true until another release is loaded."""

    def __init__(self, picture):
        self._picture = picture
        self._shipped = shipped.shipped()
        self._names = {}

    def has(self, list, code):
        """True the code is there, False a complete list lacks it, None nothing follows."""
        known = self._shipped.has(list, code)
        if known or self._picture.has(list, code):
            return True
        return False if known is False or self._picture.known(list) else None

    def icd10(self, code, on):
        """The marks of a diagnosis in the list in force on that day, or None."""
        return self._picture.icd10(code, on) or self._shipped.icd10(code, on)

    def names(self, codes):
        """The Vietnamese names of diagnosis codes, as far as known: {code as written: name}."""
        asked = {code: (systems.ICD10, terminology.normal_icd10(code)) for code in codes}
        new = {pair for pair in asked.values() if pair not in self._names}
        found = terminology.lookup_many(new)
        self._names |= {pair: found[pair].display if pair in found else None for pair in new}
        return {code: self._names[pair] for code, pair in asked.items()}


_current = None


def current():
    """The lists as they are loaded now; the same object until that changes."""
    global _current
    picture = terminology.lists()
    if _current is None or _current._picture is not picture:
        _current = Lists(picture)
    return _current


def best():
    """The lists as loaded, or those that came with the product where there is no database yet."""
    try:
        return current()
    except OperationalError:  # there is no database
        return shipped.shipped()
    except ProgrammingError as why:
        if not isinstance(why.__cause__, UndefinedTable):
            raise
        return shipped.shipped()
