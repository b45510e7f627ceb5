"""Reindex: read the search values of every record anew, and whose it is, while everybody goes on working.

Only what differs is written, so a second run writes nothing. Records are locked a few hundred at
a time in the order in which writers lock them; where the run stands is in the same transaction.
"""

import time
from dataclasses import dataclass

from haidang.engines.access import api as access
from haidang.engines.records import (
    binary,
    compression,
    drafts,
    kinds,
    reading,
    rows,
    statements,
    whose,
    wire,
)
from haidang.engines.records.bulk import desk as desks
from haidang.engines.records.bulk import jobs, selecting
from haidang.engines.records.index import hashing, leading, own
from haidang.engines.records.models import BulkJob, Indexed, Led
from haidang.engines.records.search import leads
from haidang.kernel import actor, fhirjson, room

_AT_ONCE = 300
_SETTLED_S = 2 * own.EVERY_S + 1  # by then every process knows the parameters that are stored
_TOTAL = "SELECT count(*) FROM records_key WHERE live AND type = ANY (%s::smallint[]) AND rid <= %s"
_NEXT = """
SELECT rid FROM records_key WHERE type = %s AND live AND rid > %s AND rid <= %s
ORDER BY rid LIMIT %s
"""
_BODIES = """
SELECT k.rid, k.type, k.h, k.lead, r.patient, r.version, r.body FROM records_key k JOIN records_resource r ON r.rid = k.rid
WHERE k.rid = ANY (%s::bigint[]) AND NOT r.deleted
"""
_NEW_KEYS = """
INSERT INTO records_key (rid, type, id, live, h)
SELECT nextval('records_seq'), type, id, false, '{}' FROM unnest(%s::smallint[], %s::bytea[]) AS n(type, id)
ON CONFLICT DO NOTHING
"""
_MOMENT = (
    "CASE {0} WHEN 'infinity' THEN {1} WHEN '-infinity' THEN {2}"
    " ELSE (extract(epoch FROM {0}) * 1000000)::bigint - 946684800000000 END"
)
_SPAN = ", ".join(_MOMENT.format(name, binary.FOREVER, binary.NEVER) for name in ("lo", "hi"))
_ROWS = {
    "dates": f"SELECT p, {_SPAN}, rid FROM records_date WHERE rid = ANY (%s::bigint[])",  # noqa: S608
    "quantities": "SELECT p, lo, hi, unit, code, rid FROM records_quantity WHERE rid = ANY (%s::bigint[])",
    "strings": "SELECT p, s, rid FROM records_string WHERE rid = ANY (%s::bigint[])",
}
_HASHED = {"dates": (0,), "quantities": (0, 3, 4), "strings": (0,)}
_UNSIGNED = (1 << 64) - 1


@dataclass
class _Stand:
    """Where a run stands: the type and the record last read, the round, how many changed hands in it."""

    code: int = 0
    rid: int = 0
    round: int = 1
    moved: int = 0

    def begin(self, code):
        """Go to the first record of a type, or stay within it."""
        if code != self.code:
            self.code, self.rid = code, 0


def reindex(job, desk, manner):
    """Carry out a reindex, going on where it stood; it makes no files."""
    codes = sorted(kinds.code(type) for type in job.asked["types"] or kinds.NAMES)
    _settle(desk)
    own.look(now=True)
    goal = [each for each in own.stored() if _speaks_of(each, codes)]
    ((top,),) = wire.rows("SELECT last_value FROM records_seq")
    ((total,),) = wire.rows(_TOTAL, [binary.int2s(codes), top])
    desk.tell(job.done, total, now=True)
    _of_types(job, codes, top)
    for each in goal:
        Indexed.objects.update_or_create(rid=each.rid, defaults={"seq": each.seq})
    own.look(now=True)
    leads.forget()
    return []


def _of_types(job, codes, top):
    """Read all of these types; then, as long as some changed hands, what may follow them to a person."""
    stand = _Stand(*job.stage.get("at", ()))
    while True:
        for code in codes:
            if code >= stand.code and (stand.round == 1 or whose.may_inherit(code)):
                stand.begin(code)
                _of_type(job, stand, top)
        if not stand.moved:
            return
        stand = _Stand(round=stand.round + 1)


def _speaks_of(stored, codes):
    """True when these types are all that a stored parameter is about."""
    return {kinds.code(each.type) for each in stored.parameters} <= set(codes)


def _settle(desk):
    """Wait until nobody writes any more by the parameters of before."""
    ((begun,),) = wire.rows("SELECT clock_timestamp()")
    until = time.monotonic() + _SETTLED_S
    while time.monotonic() < until or not _passed(begun):
        if room.STOPPING.wait(0.2):
            raise desks.Stopped
        desk.tell(0, now=False)


def _passed(moment):
    ((horizon,),) = wire.rows(selecting.HORIZON)
    return horizon > moment


def _of_type(job, stand, top):
    while True:
        with access.reach(actor.SYSTEM, people="all"):
            batch = [rid for (rid,) in wire.rows(_NEXT, [stand.code, stand.rid, top, _AT_ONCE])]
            if not batch:
                Led.objects.get_or_create(type=stand.code)
                return
            stand.moved += _again(batch, first=stand.round == 1)
            stand.rid = batch[-1]
            _note(job, stand, len(batch) if stand.round == 1 else 0)


def _note(job, stand, count):
    row = BulkJob.objects.select_for_update().get(pk=job.number)
    if row.state != jobs.RUNNING or room.STOPPING.is_set():
        raise desks.Stopped
    row.stage = {**row.stage, "at": [stand.code, stand.rid, stand.round, stand.moved]}
    row.done, row.starts = row.done + count, 1
    row.save(update_fields=["stage", "done", "starts"])


def _again(rids, *, first):
    """Read these records and write what search compares, and whose they are, as far as it differs.

    first    False on later rounds, which ask only whose they are. Returns how many changed hands.
    """
    wire.rows(statements.LOCK_NUMBERED, [binary.int8s(rids)])
    read = compression.reader()
    read_anew, before, held, changed = {}, {}, {}, set()
    for rid, code, numbers, lead, patient, version, body in wire.rows(
        _BODIES, [binary.int8s(rids)]
    ):
        read_anew[rid] = drafts.Draft(fhirjson.loads(read(code, body)))
        before[rid] = {number & _UNSIGNED for number in numbers}, bytes(lead or leading.NONE)
        held[rid] = patient
        if version > 1:
            changed.add(rid)
    if first:
        _write_found({rid: each.found for rid, each in read_anew.items()}, before)
    return len(whose.settle(read_anew, held, changed))


def _write_found(found, before):
    rid_of = _numbered({target for each in found.values() for _path, target in each.references})
    _write_numbers(
        {rid: (each.numbers(rid_of), leading.packed(each.lead)) for rid, each in found.items()},
        before,
    )
    for table in rows.TABLES:
        _write_rows(table, found)
    _write_texts({text for each in found.values() for text in each.texts})


def _numbered(targets):
    """{(type, id): record number}; what is pointed at for the first time gets one."""
    if not targets:
        return {}
    wire.cursor().execute(_NEW_KEYS, reading.columns(sorted(targets)))
    refs = reading.rids([f"{type}/{id}" for type, id in targets])
    return {tuple(ref.split("/", 1)): rid for ref, rid in refs.items()}


def _write_numbers(now, before):
    """Write the numbers and the lead of those records whose are not as before."""
    changed = [rid for rid in sorted(now) if now[rid] != before[rid]]
    if not changed:
        return
    flat, first, last = [], [], []
    for rid in changed:
        first.append(len(flat) + 1)
        flat += now[rid][0]
        last.append(len(flat))
    wire.cursor().execute(
        statements.CHANGED_KEYS,
        [binary.int8s(flat), binary.int8s(changed), binary.bools([True] * len(changed)),
         binary.byteas([now[rid][1] for rid in changed]), binary.int4s(first), binary.int4s(last)],
    )  # fmt: skip


def _write_rows(table, found):
    wanted = {row for rid, each in found.items() for row in rows.of(table, each, rid)}
    held = {_unsigned(table, row) for row in wire.rows(_ROWS[table], [binary.int8s(sorted(found))])}
    if held - wanted:
        wire.cursor().execute(statements.OLD_ROWS[table], rows.packed(table, held - wanted))
    if wanted - held:
        wire.cursor().execute(statements.NEW_ROWS[table], rows.packed(table, wanted - held))


def _unsigned(table, row):
    hashed = _HASHED[table]
    return tuple(value & _UNSIGNED if n in hashed else value for n, value in enumerate(row))


def _write_texts(texts):
    if texts:
        keyed = sorted((hashing.text_key(text), text) for text in texts)
        numbers, words = zip(*keyed, strict=True)
        wire.cursor().execute(statements.NEW_TEXTS, [binary.int8s(numbers), binary.texts(words)])
