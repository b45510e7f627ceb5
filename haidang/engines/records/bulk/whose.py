"""Whose record each resource is part of, told anew: a part of the reindex.

What names no person itself belongs to whom it is about (see `compartments`). What was stored by a
narrower rule, or before what it is about was there, is nobody's and open to everybody until it is
written again; so a reindex gives it to its person, with the versions it had before.
"""

from haidang.engines.records import attachments, binary, compartments, keys, kinds, reading, wire
from haidang.engines.records.stored import COLUMNS, of_rows

_PATIENTS = """
SELECT k.type, k.id, r.patient FROM unnest(%s::smallint[], %s::bytea[]) AS wanted(type, id)
JOIN records_key k ON k.id = wanted.id AND k.type = wanted.type
JOIN records_resource r ON r.rid = k.rid WHERE r.patient IS NOT NULL
"""
_GIVE = """
UPDATE records_resource r SET patient = fresh.patient
FROM unnest(%s::bigint[], %s::bigint[]) AS fresh(rid, patient) WHERE r.rid = fresh.rid
"""
# Only what was nobody's: an old version of somebody else's record stays that person's.
_GIVE_VERSIONS = """
UPDATE records_history h SET patient = r.patient FROM records_resource r
WHERE h.rid = ANY (%s::bigint[]) AND h.patient IS NULL AND r.rid = h.rid AND r.patient IS NOT NULL
"""
_HELD = f"SELECT {COLUMNS} FROM records_resource r WHERE r.rid = ANY (%s::bigint[])"  # noqa: S608


def may_inherit(code):
    """True when resources of this type (its number) may belong to a person whom they do not name."""
    type = kinds.name(code)
    return bool(compartments.through(type) or compartments.ELEMENTS.get(type))


def settle(drafts, held, changed):
    """Give these records to whom they belong by today's rule; returns how many changed hands.

    drafts   {record number: Draft}, locked
    held     {record number: whose it is now, or None}
    changed  record numbers of those that have older versions

    Nothing becomes nobody's: that would open it to everybody.
    """
    now = _whose(drafts, held)
    moved = {rid: patient for rid, patient in now.items() if patient not in (None, held[rid])}
    if moved:
        wire.cursor().execute(
            _GIVE, [binary.int8s(list(moved)), binary.int8s(list(moved.values()))]
        )
        attachments.follow(of_rows(wire.rows(_HELD, [binary.int8s(list(moved))])))
    if owned := sorted(rid for rid in changed if now[rid] or held[rid]):
        wire.cursor().execute(_GIVE_VERSIONS, [binary.int8s(owned)])
    return len(moved)


def _whose(drafts, held):
    """{record number: the person it belongs to, or None}, passed on within the set as in a write."""
    subjects = {each.subject for each in drafts.values() if each.subject}
    named = reading.rids([f"{type}/{id}" for type, id in subjects])
    now = {
        rid: named.get("/".join(each.subject)) if each.subject else None
        for rid, each in drafts.items()
    }
    rid_of = {each.name: rid for rid, each in drafts.items()}
    known = _patients({source for each in drafts.values() for source in each.sources})
    left = {rid: each for rid, each in drafts.items() if each.sources}
    while left:
        found = {rid: _first(each.sources, now, rid_of, known) for rid, each in left.items()}
        found = {rid: patient for rid, patient in found.items() if patient}
        now |= found
        if not found:
            break
        left = {rid: each for rid, each in left.items() if rid not in found}
    return now


def _first(sources, now, rid_of, known):
    patients = (now.get(rid_of.get(source)) or known.get(source) for source in sources)
    return next((patient for patient in patients if patient), None)


def _patients(names):
    if not names:
        return {}
    rows = wire.rows(_PATIENTS, reading.columns(sorted(names)))
    return {(kinds.name(code), keys.unpack(id)): patient for code, id, patient in rows}
