"""The one code by which a resource of many types says what it is: a result, a diagnosis, a medicine.

What it is stands in a column of its own, `records_key.lead`, which has an order: how many
resources have a code is then counted from its index alone (see `search/leads`). The column is
six bytes of the number of the code and four of that of system and code (see `hashing.token`), so
that both ways to ask are a range of it. These ten bytes take the room of eight: a row had three
to spare.
"""

import functools

from haidang.engines.records import kinds
from haidang.engines.records.index import parameters

_CODES = ("code", "vaccine-code")
NONE = b""


def packed(pair):
    """(number of the code, number of system and code) as the column holds them, NONE without."""
    return _bytes(*pair) if pair else NONE


def span(bare):
    """The first and the last value of the column for a code of whatever system."""
    return _bytes(bare, 0), _bytes(bare, (1 << 64) - 1)


def _bytes(bare, whole):
    return (bare >> 16 << 32 | whole >> 32).to_bytes(10, "big")


def parameter(type):
    """The published parameter that leads a type, or None for a type without one.

    A resource has the element once, and nothing else answers the parameter.
    """
    return _leading().get(type)


def number(type):
    """The path number of what leads a type, or None."""
    found = parameter(type)
    return found.paths[0].number if found else None


@functools.cache
def _leading():
    found = {}
    for type in kinds.NAMES:
        known = map(parameters.published(type).get, _CODES)
        leading = next((each for each in known if each is not None and _leads(each)), None)
        if leading:
            found[type] = leading
    return found


def _leads(parameter):
    if len(parameter.paths) != 1:
        return False
    (path,) = parameter.paths
    return path.single and [kind for _keys, kind in path.leaves] == ["CodeableConcept"]
