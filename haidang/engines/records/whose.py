"""Whose record a resource is part of, told anew: when what it is about came later, or in a reindex.

What names no person itself belongs to whom it is about (see `compartments`). Stored before that was
there, or by a narrower rule, it would be nobody's and so open to everybody. A write gives what
follows it to its person in the same transaction (`follow`); a reindex does it for everything.
"""

from haidang.engines.access import api as access
from haidang.engines.records import (
    attachments,
    binary,
    compartments,
    compression,
    drafts,
    keys,
    kinds,
    reading,
    statements,
    wire,
)
from haidang.engines.records.stored import COLUMNS, of_rows
from haidang.kernel import actor, fhirjson

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
# Nobody's records of types that follow others are few, and a person's are a thousand: each is looked at by
# itself. Asking the index of all numbers for those of a whole set would take a hundred times as long.
_FOLLOWING = """
WITH wanted AS MATERIALIZED (SELECT DISTINCT unnest(%s::bigint[]) AS number), near AS MATERIALIZED (
    SELECT rid FROM records_resource WHERE patient IS NULL AND type = ANY (%s::smallint[]) AND NOT deleted
    UNION ALL
    SELECT rid FROM records_resource WHERE patient = ANY (%s::bigint[]) AND type = ANY (%s::smallint[]) AND NOT deleted)
SELECT DISTINCT k.rid FROM near JOIN records_key k ON k.rid = near.rid
CROSS JOIN LATERAL unnest(k.h) AS held(number) JOIN wanted USING (number)
"""
_BODIES = """
SELECT rid, type, patient, version, body FROM records_resource WHERE rid = ANY (%s::bigint[]) AND NOT deleted
"""


def follow(entries):
    """Give what follows the drafts just written to their person, in the same transaction.

    Of a resource to which something had pointed before it was there, or that is another person's
    now; any other write asks nothing.
    """
    arrived = {each.rid: each.type for each in entries if each.seq and each.patient and _came(each)}
    if not arrived:
        return
    former = {each.before.patient for each in entries if each.before} - {None}
    done = {each.rid for each in entries}
    # What follows may be out of the writer's sight: whose it is does not depend on that.
    with access.reach(actor.SYSTEM, people="all", lens="", asker=""):
        while arrived:
            found = [rid for rid in _following(arrived, former) if rid not in done]
            arrived = _settled(found) if found else {}
            done |= arrived.keys()


def _following(arrived, former):
    """The record numbers of what points at these and is nobody's, or whose they were before."""
    numbers = [path ^ rid for rid, type in arrived.items() for path in compartments.following(type)]
    types = binary.int2s([code for code in map(kinds.code, kinds.NAMES) if may_inherit(code)])
    asked = [binary.int8s(numbers), types, binary.int8s(sorted(former)), types]
    return [rid for (rid,) in wire.rows(_FOLLOWING, asked)] if numbers else []


def _came(draft):
    if draft.before is None:
        return draft.rid != draft.seq
    return draft.before.patient != draft.patient


def _settled(rids):
    """{record number: type} of those of these that changed hands."""
    wire.rows(statements.LOCK_NUMBERED, [binary.int8s(rids)])
    read, held, changed, found = compression.reader(), {}, set(), {}
    for rid, code, patient, version, body in wire.rows(_BODIES, [binary.int8s(rids)]):
        found[rid], held[rid] = drafts.Draft(fhirjson.loads(read(code, body))), patient
        if version > 1:
            changed.add(rid)
    return {rid: found[rid].type for rid in settle(found, held, changed)}


def may_inherit(code):
    """True when resources of this type (its number) may belong to a person whom they do not name."""
    type = kinds.name(code)
    return bool(compartments.through(type) or compartments.ELEMENTS.get(type))


def settle(found, held, changed):
    """Give these records to whom they belong by today's rule; returns those that changed hands.

    found    {record number: Draft}, locked
    held     {record number: whose it is now, or None}
    changed  record numbers of those that have older versions

    Nothing becomes nobody's: that would open it to everybody.
    """
    now = _whose(found)
    moved = {rid: patient for rid, patient in now.items() if patient not in (None, held[rid])}
    if moved:
        wire.cursor().execute(
            _GIVE, [binary.int8s(list(moved)), binary.int8s(list(moved.values()))]
        )
        attachments.follow(of_rows(wire.rows(_HELD, [binary.int8s(list(moved))])))
    if owned := sorted(rid for rid in changed if now[rid] or held[rid]):
        wire.cursor().execute(_GIVE_VERSIONS, [binary.int8s(owned)])
    return moved


def _whose(found):
    """{record number: the person it belongs to, or None}, passed on within the set as in a write."""
    subjects = {each.subject for each in found.values() if each.subject}
    named = reading.rids([f"{type}/{id}" for type, id in subjects])
    now = {
        rid: named.get("/".join(each.subject)) if each.subject else None
        for rid, each in found.items()
    }
    rid_of = {each.name: rid for rid, each in found.items()}
    known = _patients({source for each in found.values() for source in each.sources})
    left = {rid: each for rid, each in found.items() if each.sources}
    while left:
        fresh = {rid: _first(each.sources, now, rid_of, known) for rid, each in left.items()}
        fresh = {rid: patient for rid, patient in fresh.items() if patient}
        now |= fresh
        if not fresh:
            break
        left = {rid: each for rid, each in left.items() if rid not in fresh}
    return now


def _first(sources, now, rid_of, known):
    patients = (now.get(rid_of.get(source)) or known.get(source) for source in sources)
    return next((patient for patient in patients if patient), None)


def _patients(names):
    if not names:
        return {}
    rows = wire.rows(_PATIENTS, reading.columns(sorted(names)))
    return {(kinds.name(code), keys.unpack(id)): patient for code, id, patient in rows}
