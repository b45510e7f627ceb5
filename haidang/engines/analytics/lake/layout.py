"""How the lake is laid out: its folders, its tables, and the columns of each.

Every table has the whole resource as text (`_body`) and, as typed columns, the elements that the
published views read. A view that reads something else runs over the text. When the published
views change, so does the layout, and each table is written anew from its own text.
"""

import functools
import hashlib
from pathlib import Path

from django.conf import settings

from haidang.engines.analytics.views import duckdb_sql, published, shapes

#: Columns before the typed ones: (name, DuckDB type, meaning).
OWN = (
    ("_rid", "BIGINT", "record number"),
    ("_seq", "BIGINT", "number of the change"),
    ("_version", "INTEGER", "version"),
    ("_at", "TIMESTAMPTZ", "when it was written"),
    ("_deleted", "BOOLEAN", "a version that deletes"),
    ("_replaces", "BOOLEAN", "there may be an older version in the table"),
    ("_patient", "BIGINT", "record number of the person"),
    ("_bucket", "SMALLINT", "the person's bucket, by which files are sorted"),
    ("_body", "VARCHAR", "the resource as JSON"),
)
_BUCKETS = 64
#: The day that a resource is about, by which figures count it: a column, or a part of one.
_DAYS = {
    "Appointment": "start",
    "Claim": "created",
    "Composition": "date",
    "Condition": "recordedDate",
    "DiagnosticReport": "effectiveDateTime",
    "Encounter": "period.start",
    "Immunization": "occurrenceDateTime",
    "Invoice": "date",
    "MedicationDispense": "whenHandedOver",
    "MedicationRequest": "authoredOn",
    "Observation": "effectiveDateTime",
    "ServiceRequest": "authoredOn",
}


def home():
    """The folder of all generations of the lake; each is a folder with a number for a name."""
    return Path(settings.HAIDANG_LAKE)


def folder():
    """The newest generation: a lake that is written anew takes the place of this one as a whole."""
    return home() / str(max(generations(), default=1))


def generations():
    """The numbers of the generations that there are, oldest first."""
    return sorted(int(path.name) for path in home().glob("*/") if path.name.isdecimal())


def table(type, *, within=None):
    """The folder of the Delta table of a resource type."""
    return (within or folder()) / type


def bucket(patient):
    return None if patient is None else patient % _BUCKETS


@functools.cache
def shape(type):
    """The typed columns of a resource type, as the shape that the published views read."""
    found = shapes.root(type)
    for plan in published.plans(type):
        if not any(each.whole or each.exact or each.sibling for each in plan.shape.walk()):
            shapes.merge(found, plan.shape)
    found.children.pop("resourceType", None)
    return found


def typed(type):
    """(name, DuckDB type) of each typed column."""
    return [(name, duckdb_sql.column_type(child)) for name, child in shape(type).children.items()]


def columns(type):
    """(name, DuckDB type) of every column."""
    return [(name, kind) for name, kind, _ in OWN] + typed(type)


def month(type):
    """SQL of the month that a row is about; NULL where its type has no day, or no column for it."""
    column, _, part = _DAYS.get(type, "").partition(".")
    found = shape(type).children.get(column)
    if found is None or (part and part not in found.children):
        return "NULL::VARCHAR"
    quoted = f'"{column}"."{part}"' if part else f'"{column}"'
    return f"left({quoted}, 7)"


def digest(type):
    """A number that tells one layout of a table from another."""
    return int.from_bytes(hashlib.sha256(repr(columns(type)).encode()).digest()[:6], "big")


def of_text(type, given):
    """SELECT of all columns from a table expression with the own ones: parses `_body`."""
    own = ", ".join(name for name, *_ in OWN)
    if not typed(type):
        return f"SELECT {own} FROM {given}"  # noqa: S608 - names of our own
    parsed = f"SELECT *, json_transform(_body, {duckdb_sql.columns(shape(type))}) AS r FROM {given}"  # noqa: S608
    parts = ", ".join(f'r."{name}" AS "{name}"' for name, _ in typed(type))
    return f"SELECT {own}, {parts} FROM ({parsed})"  # noqa: S608
