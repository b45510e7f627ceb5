"""The operations of the FHIR door, one module for each family.

A module that has `OPERATIONS` is served and stands in the CapabilityStatement; one that has
`URLS` besides (a status to poll, a file to fetch) has those served too.
"""

import importlib
import pkgutil
from functools import cache


@cache
def _modules():
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


@cache
def served():
    """Every operation, in the order of its name."""
    found = [each for module in _modules() for each in getattr(module, "OPERATIONS", [])]
    return tuple(sorted(found, key=lambda each: each.name))


def paths():
    """The addresses of all operations, and of what belongs to them."""
    beside = [each for module in _modules() for each in getattr(module, "URLS", [])]
    return [address for each in served() for address in each.paths()] + beside


@cache
def served_otherwise():
    """{type: what the CapabilityStatement says of it} for types that a family serves by itself."""
    return {
        kind: say for module in _modules() for kind, say in getattr(module, "SERVED", {}).items()
    }
