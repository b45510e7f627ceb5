"""Reading records by what they are called."""

from django.utils.translation import gettext as _

from haidang.engines.records import binary, keys, kinds, statements, wire
from haidang.engines.records.index import strays
from haidang.engines.records.stored import COLUMNS, Stored, of_rows
from haidang.kernel import errors

_NAMED = f"""
SELECT {COLUMNS} FROM records_key k JOIN records_resource r ON r.rid = k.rid
WHERE k.id = %s AND k.type = %s
"""  # noqa: S608
_MANY = f"""
SELECT {COLUMNS} FROM unnest(%s::smallint[], %s::bytea[]) AS wanted(type, id)
JOIN records_key k ON k.id = wanted.id AND k.type = wanted.type
JOIN records_resource r ON r.rid = k.rid WHERE NOT r.deleted
"""  # noqa: S608
_OF_PATIENT = f"""
SELECT {COLUMNS} FROM records_resource r
WHERE r.patient = %s AND NOT r.deleted ORDER BY r.rid
"""  # noqa: S608
_OF_PATIENT_AND_TYPES = f"""
SELECT {COLUMNS} FROM records_resource r
WHERE r.patient = %s AND r.type = ANY (%s::smallint[]) AND NOT r.deleted ORDER BY r.rid
"""  # noqa: S608
_RIDS = """
SELECT k.type, k.id, k.rid FROM unnest(%s::smallint[], %s::bytea[]) AS wanted(type, id)
JOIN records_key k ON k.id = wanted.id AND k.type = wanted.type
"""
_REFS = "SELECT type, id, rid FROM records_key WHERE rid = ANY (%s::bigint[])"
# One probe of the index for each number: asked for all of them at once, PostgreSQL thinks it cheaper
# to hold the hundreds of numbers against every key there is (1.4 s instead of 8 ms at 17,500 keys).
_REFERRING = f"""
SELECT {COLUMNS} FROM (
    SELECT DISTINCT k.rid FROM unnest(%s::bigint[]) AS wanted(number) CROSS JOIN LATERAL (
        SELECT rid FROM records_key WHERE h @> ARRAY[wanted.number] AND live OFFSET 0) k
) found JOIN records_resource r ON r.rid = found.rid ORDER BY r.rid
"""  # noqa: S608
_FILLED = """
SELECT patient FROM unnest(%s::bigint[]) AS asked(patient) WHERE EXISTS (
    SELECT FROM records_resource r
    WHERE r.patient = asked.patient AND r.rid <> asked.patient AND NOT r.deleted)
"""


def get(ref):
    """The current version of `Type/id`.

    Raises    NotFound `records.not_found` (also for what is out of reach); Gone `records.deleted`
    """
    found = current(ref)
    if found is None:
        raise _not_found()
    if found.deleted:
        raise errors.Gone("records.deleted", _("Tài nguyên này đã bị xoá; lịch sử vẫn còn."))
    return found


def current(ref) -> Stored | None:
    """The newest version of `Type/id`, a deletion too, or None when there is none in reach."""
    type, id = kinds.split(ref)
    found = of_rows(wire.rows(_NAMED, [keys.pack(id), kinds.code(type)], prepare=True))
    return found[0] if found else None


def get_many(refs):
    """The current versions of those references that exist, in no particular order."""
    wanted = sorted({kinds.split(ref) for ref in refs})
    return of_rows(wire.rows(_MANY, columns(wanted), prepare=True)) if wanted else []


def compartment(patient_rid, *, types=None):
    """The whole record of one person in one read, oldest first; `types` narrows it."""
    if types is None:
        return of_rows(wire.rows(_OF_PATIENT, [patient_rid]))
    codes = binary.int2s([kinds.code(type) for type in types])
    return of_rows(wire.rows(_OF_PATIENT_AND_TYPES, [patient_rid, codes]))


def referring(ref):
    """Every current resource that refers to `Type/id`, wherever in it, itself left out.

    Search parameters tell most of it; for a Patient also what none of them looks at, such as an
    extension, a contained resource or one version of the Patient.
    """
    found = rids([ref])
    if not found:
        return []
    pointing = at_paths(found[ref], strays.paths_to(ref.partition("/")[0]))
    return [each for each in pointing if each.ref != ref]


def at_paths(rid, paths):
    """Current resources that refer to a record number at one of these path numbers, oldest first."""
    return of_rows(wire.rows(_REFERRING, [binary.int8s([path ^ rid for path in paths])]))


def filled(patients):
    """Those of these Patients (record numbers) whose record holds more than the Patient."""
    asked = binary.int8s(sorted(set(patients)))
    return {patient for (patient,) in wire.rows(_FILLED, [asked])} if patients else set()


def rids(refs):
    """{reference: record number} of those that are known, deleted or merely pointed at too."""
    wanted = sorted({kinds.split(ref) for ref in refs})
    if not wanted:
        return {}
    found = wire.rows(_RIDS, columns(wanted), prepare=True)
    return {f"{kinds.name(code)}/{keys.unpack(id)}": rid for code, id, rid in found}


def refs(rids):
    """{record number: reference} of those that exist, the way back from `rids`."""
    found = wire.rows(_REFS, [binary.int8s(sorted(set(rids)))], prepare=True) if rids else []
    return {rid: f"{kinds.name(code)}/{keys.unpack(id)}" for code, id, rid in found}


def rid(ref):
    """The record number of `Type/id`.

    Raises    NotFound `records.not_found`
    """
    found = rids([ref])
    if not found:
        raise _not_found()
    return next(iter(found.values()))


def lock(*refs):
    """Hold these records until the transaction ends; writers of them wait.

    They are locked in one order everywhere, whatever the order of `refs`.

    Raises    NotFound `records.not_found` when one of them does not exist; Conflict
              `records.contended` when somebody who holds one of them waits for another
    """
    wanted = sorted({kinds.split(ref) for ref in refs})
    with wire.contended():
        if wanted and len(wire.rows(statements.LOCK, columns(wanted))) < len(wanted):
            raise _not_found()


def hold(names):
    """As `lock`, for (type, id) of which some may not exist yet."""
    with wire.contended():
        wire.rows(statements.LOCK, columns(sorted(names)))


def columns(names):
    """(type, id) pairs as two packed columns."""
    return [
        binary.int2s([kinds.code(type) for type, _ in names]),
        binary.byteas([keys.pack(id) for _, id in names]),
    ]


def _not_found():
    return errors.NotFound("records.not_found", _("Không có tài nguyên này."))
