"""One version of one resource, as readers get it."""

from dataclasses import dataclass, field
from datetime import datetime

from haidang.engines.records import bodies, compression, keys, kinds
from haidang.kernel import fhirjson

# The columns of `of_row`, for a table or alias named r.
COLUMNS = "r.rid, r.type, r.id, r.version, r.at, r.seq, r.deleted, r.patient, r.body"
WIDTH = len(COLUMNS.split(","))


@dataclass(slots=True, unsafe_hash=True)
class Stored:
    """One version of one resource (phiên bản). Nobody changes it; frozen, it would take three
    times as long to make, and a page has a hundred.

    body      its JSON as kept, without versionId and lastUpdated; empty for a deletion
    at        when this version was written
    rid       record number: the same for every version
    patient   record number of the Patient whose record this is part of, or None
    seq       number of the change that wrote this version
    created   True for what a write gives back when there was nothing of this name before
    """

    type: str
    id: str
    version: int
    at: datetime
    body: bytes
    deleted: bool
    rid: int
    patient: int | None
    seq: int
    created: bool = field(default=False, compare=False)

    @property
    def ref(self):
        return f"{self.type}/{self.id}"

    @property
    def version_ref(self):
        return f"{self.type}/{self.id}/_history/{self.version}"

    @property
    def json(self):
        """The bytes to serve, with `meta.versionId` and `meta.lastUpdated`."""
        return bodies.served(self.body, self.version, self.at)

    @property
    def resource(self):
        """The resource as a dictionary, with `meta.versionId` and `meta.lastUpdated`."""
        return fhirjson.loads(self.json)


def of_rows(rows):
    """`Stored` for rows of COLUMNS."""
    read = compression.reader()
    return [_of_row(row, read) for row in rows]


def _of_row(row, read):
    rid, code, id, version, at, seq, deleted, patient, body = row
    return Stored(
        type=kinds.name(code),
        id=keys.unpack(id),
        version=version,
        at=at,
        body=b"" if deleted else read(code, body),
        deleted=deleted,
        rid=rid,
        patient=patient,
        seq=seq,
    )
