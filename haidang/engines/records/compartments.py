"""Whose record a resource is part of."""

import functools

from haidang.engines.records import kinds
from haidang.engines.records.index import parameters
from haidang.engines.terminology import api as terminology

_FIRST = ("patient", "subject")
# These speak of a person only through what they point at.
THROUGH = {
    "Provenance": ("target", "entity"),
    "Binary": (),
    "AuditEvent": ("entity",),
    "List": ("item",),
    "MessageHeader": ("focus",),
    "ClaimResponse": ("request",),
    "Task": ("focus", "based-on"),
}


@functools.cache
def _criteria():
    (definition,) = terminology.definitions("compartments")
    return {row["code"]: row.get("param", []) for row in definition["resource"]}


@functools.cache
def paths(type):
    """The path numbers that may name the Patient of a resource, the most telling first."""
    known = parameters.catalogue().of(type)
    listed = _criteria().get(type, [])
    codes = [c for c in _FIRST if c in known and known[c].kind == "reference"]
    codes += [code for code in listed if code in known and code not in codes]
    return _numbers(known, codes)


@functools.cache
def criteria():
    """The path numbers by which anything is in the compartment of a Patient, as R4 defines it."""
    known = parameters.catalogue()
    found = {number for type in kinds.NAMES for number in _listed(known.of(type), type)}
    return tuple(sorted(found))


@functools.cache
def listed(type):
    """The path numbers by which a resource of one type is in the compartment of a Patient."""
    return _listed(parameters.catalogue().of(type), type)


def _listed(known, type):
    return _numbers(known, [code for code in _criteria().get(type, ()) if code in known])


@functools.cache
def through(type):
    """The path numbers of what a resource without a Patient inherits its Patient from."""
    known = parameters.catalogue().of(type)
    return _numbers(known, [code for code in THROUGH.get(type, ()) if code in known])


def _numbers(known, codes):
    numbers = [path.number for code in codes for path in known[code].paths]
    return tuple(dict.fromkeys(numbers))


def patient(type, found):
    """("Patient", id) named by the resource itself, or None."""
    for number in paths(type):
        for path, target in found.references:
            if path == number and target[0] == "Patient":
                return target
    return None


def sources(type, found):
    """The (type, id) whose Patient is inherited when none is named."""
    wanted = through(type)
    return [target for path, target in found.references if path in wanted]
