"""Code lists in memory, for rules that check thousands of codes (claims validation).

A list that is not loaded, or of which only a starter set is loaded, is not `known`: rules must
then stay silent instead of taking every code for an unknown one.
"""

import threading
from datetime import date

from django.db import connection

from haidang.engines.terminology import icd10, lookups
from haidang.kernel import systems

#: Names the rules use for lists whose system is not one of our own national lists.
SYSTEMS = {"icd10": systems.ICD10, "icd9cm": systems.ICD9CM}


class Lists:
    """A picture of the lists as they were loaded when it was made; each list is read once."""

    def __init__(self, stamp=None):
        self.stamp = stamp
        self._lists = {}
        self._flags = {}
        self._lock = threading.Lock()

    def known(self, name, on=None):
        """Whether a complete version of the list in force on `on` is loaded."""
        return self._version(name, on).complete

    def has(self, name, code, on=None):
        """Whether the list holds `code` on `on` (today when absent); False for an unknown list."""
        version = self._version(name, on)
        wanted = icd10.normal(code) if name == "icd10" else code
        day = on or date.today()  # noqa: DTZ011 (lists are in force by the local calendar)
        return any(start <= day < end for start, end in version.periods.get(wanted, ()))

    def icd10(self, code, on=None):
        """The flags of a diagnosis code in the list in force on `on`, or None."""
        if not self.has("icd10", code, on):
            return None
        version = self._version("icd10", on)
        return version.flags.get(icd10.normal(code), icd10.Flags())

    def properties(self, name, code, on=None):
        """The properties of one code (a benefit ratio, a unit …), or None; asked of the database."""
        found = lookups.lookup(url_of(name), code, on=on)
        return found.properties if found else None

    def _version(self, name, on):
        with self._lock:
            if name not in self._lists:
                self._lists[name] = _read(url_of(name))
        return _in_force(self._lists[name], on or date.today())  # noqa: DTZ011 (as above)


class Version:
    """One version of one list: when it is in force, whether it is whole, its codes."""

    def __init__(self, start=date.min, end=date.max, complete=False):
        self.start, self.end, self.complete = start, end, complete
        self.periods = {}
        self.flags = {}


NOTHING = Version()


def url_of(name):
    """The canonical URL of a list that rules call by name."""
    return SYSTEMS.get(name) or (name if "://" in name else systems.codes(name))


def current():
    """The lists as they are loaded now; the picture is kept until another release is loaded."""
    global _picture
    stamp = _stamp()
    if _picture is None or _picture.stamp != stamp:
        _picture = Lists(stamp)
    return _picture


_picture = None


def _stamp():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), coalesce(max(id), 0), count(*) FILTER (WHERE state = 'ready')"
            " FROM terminology_release"
        )
        return cursor.fetchone()


def _in_force(versions, on):
    """The version of that day; complete ones first, then the later."""
    fitting = [v for v in versions if v.start <= on < v.end]
    return max(fitting, key=lambda v: (v.complete, v.start), default=NOTHING)


def _read(url):
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.id, coalesce(s.valid_from, '0001-01-01'), coalesce(s.valid_to, '9999-12-31'),
                      s.complete FROM terminology_codesystem s WHERE s.current AND s.url = %s""",
            [url],
        )
        versions = {row[0]: Version(*row[1:]) for row in cursor.fetchall()}
        cursor.execute(
            """SELECT code_system_id, code, coalesce(valid_from, '0001-01-01'),
                      coalesce(valid_to, '9999-12-31'),
                      CASE WHEN properties ?| %s THEN properties END
                 FROM terminology_concept
                WHERE code_system_id = ANY(%s) AND NOT properties ? 'notSelectable'""",
            [list(icd10.NAMES), list(versions)],
        )
        for system, code, start, end, properties in cursor:
            versions[system].periods.setdefault(code, []).append((start, end))
            if properties:
                versions[system].flags[code] = icd10.flags_of(lookups.decoded(properties))
    return list(versions.values())
