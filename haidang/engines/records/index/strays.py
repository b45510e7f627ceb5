"""References that no search parameter looks at: in extensions, contained and less searched elements.

Merging two records has to find every one to a Patient. Nearly no resource has any, so they stand
among the other numbers of a resource, under one path number of their own.
"""

import functools
import re

from haidang.engines.records import kinds
from haidang.engines.records.index import hashing, parameters
from haidang.kernel import systems

NUMBER = hashing.path("Patient:stray")
# A quotation mark inside a text is written with a backslash before it, so no text matches.
_NAMES = rb'"reference":"(?:' + re.escape(systems.BASE).encode() + rb"/)?"
_PATIENT = re.compile(_NAMES + rb'Patient/([A-Za-z0-9\-.]{1,64})(?:/_history/[^"/]*)?"')
_LOCAL = re.compile(_NAMES + rb'([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^"/]*)?"')


def named(body):
    """Every `Type/id` that a body refers to."""
    found = {(type.decode(), id.decode()) for type, id in _LOCAL.findall(body)}
    return {f"{type}/{id}" for type, id in found if type in kinds.CODES}


def references(body, found):
    """(path number, ("Patient", id)) of each Patient named in a body and not in what was found."""
    people = {("Patient", id.decode()) for id in _PATIENT.findall(body)}
    if not people:
        return ()
    strays = people - {target for _, target in found.references}
    return [(NUMBER, target) for target in sorted(strays)]


@functools.cache
def paths_to(type):
    """The number of every path that may refer to a resource of one type."""
    known = parameters.catalogue()
    numbers = {
        path.number
        for each in kinds.NAMES
        for parameter in known.kept(each).values()
        if parameter.kind == "reference"
        for path in parameter.paths
        if path.target in (None, type)
    }
    return tuple(sorted(numbers | ({NUMBER} if type == "Patient" else set())))
