"""Versions: one of them, the history of one, some or all, and the sequence of all changes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import binary, keys, kinds, lens, reading, statements, wire
from haidang.engines.records import listed as lists
from haidang.engines.records.search.sql import Sql, every
from haidang.engines.records.stored import COLUMNS, Stored, of_rows
from haidang.kernel import errors

_VERSION = f"""
SELECT {COLUMNS} FROM records_key k JOIN records_resource r ON r.rid = k.rid
WHERE k.id = %s AND k.type = %s AND r.version = %s
UNION ALL
SELECT {COLUMNS} FROM records_key k JOIN records_history r ON r.rid = k.rid
WHERE k.id = %s AND k.type = %s AND r.version = %s
"""  # noqa: S608

_VERSIONS = f"""
SELECT {COLUMNS} FROM unnest(%s::smallint[], %s::bytea[], %s::integer[]) AS wanted(type, id, version)
JOIN records_key k ON k.id = wanted.id AND k.type = wanted.type
JOIN LATERAL (
    SELECT * FROM records_resource c WHERE c.rid = k.rid AND c.version = wanted.version
    UNION ALL
    SELECT * FROM records_history h WHERE h.rid = k.rid AND h.version = wanted.version
) r ON true
"""  # noqa: S608

# What a writer in flight may have numbered, read before the rows: see `statements.ANNOUNCE`.
_NUMBERED = "SELECT last_value FROM records_seq"
_IN_FLIGHT = f"""
SELECT min(((classid::bigint - {statements.TAG >> 32}) << 32) + objid::bigint) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()
AND classid::bigint BETWEEN {statements.TAG >> 32} AND {(statements.TAG >> 32) + 0xFFFF}
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608
_AT_ONCE, _MOST_JUDGED = 1000, 10_000
_CHANGED = """
SELECT seq, rid, type, id, version, at, deleted, octet_length(body) FROM {table}
WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s
"""
_CHANGES = (
    f"SELECT * FROM (({_CHANGED.format(table='records_resource')})"  # noqa: S608
    f" UNION ALL ({_CHANGED.format(table='records_history')})) AS versions ORDER BY seq LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One version, as readers of the change sequence see it; `size` is that of its body as it is kept."""

    seq: int
    rid: int
    type: str
    id: str
    version: int
    at: datetime
    deleted: bool
    size: int

    @property
    def ref(self):
        return f"{self.type}/{self.id}"


@dataclass(frozen=True)
class HistoryPage:
    """Versions, newest first.

    next_before      goes into the next call; None on the last page
    previous_before  the same for the page before this one, 0 for the first; None on the first
    """

    entries: list[Stored]
    total: int | None
    next_before: int | None
    previous_before: int | None = None


def vread(ref, version):
    """One version of `Type/id`.

    Raises    NotFound `records.not_found`; Gone `records.deleted` for a version that deletes
    """
    type, id = kinds.split(ref)
    named = [keys.pack(id), kinds.code(type), version]
    found = lens.kept(of_rows(wire.rows(_VERSION, named * 2)))
    if not found:
        raise errors.NotFound("records.not_found", _("Không có phiên bản này."))
    if found[0].deleted:
        raise errors.Gone("records.deleted", _("Phiên bản này là lần xoá."))
    return found[0]


def vread_many(versions):
    """The versions (`Type/id`, number) that there are, deletions too: {pair: Stored}."""
    wanted = sorted({(*kinds.split(ref), version) for ref, version in versions})
    if not wanted:
        return {}
    names = reading.columns([(type, id) for type, id, _ in wanted])
    numbers = binary.int4s([version for _, _, version in wanted])
    found = lens.kept(of_rows(wire.rows(_VERSIONS, [*names, numbers])))
    return {(each.ref, each.version): each for each in found}


# Of a version that was replaced, the one that replaced it: versions have no gaps.
_REPLACED = """
EXISTS (SELECT FROM records_resource n WHERE n.rid = r.rid AND n.version = r.version + 1 AND n.at <= %s)
OR EXISTS (SELECT FROM records_history n WHERE n.rid = r.rid AND n.version = r.version + 1 AND n.at <= %s)
"""


def history(
    ref=None, *, type=None, since=None, until=None, current=None, listed=None, count=50, before=None
):
    """Versions of one resource, of a type or of everything, newest first.

    since, until  aware moments: written at or after, and before
    current       (begin, end) of a span of time: only versions that were the current one in it
    listed        id of a List: only what it names now, of a version that it names that version
    count         most versions of a page; of none, no version is shown and the total told
    before        `next_before` of the page before

    The total is told of one resource, and of anything with a `count` of 0, as far as it can be
    counted: under a lens each version has to be judged, and of very many there is no total.

    Raises        NotFound `records.not_found` when `ref` was never written
    """
    tests = [Sql("true")]
    if ref is not None:
        named, id = kinds.split(ref)
        tests.append(
            Sql(
                "r.rid = (SELECT rid FROM records_key WHERE id = %s AND type = %s)",
                (keys.pack(id), kinds.code(named)),
            )
        )
    elif type is not None:
        tests.append(Sql("r.type = %s", (kinds.code(type),)))
    tests += [Sql("r.at >= %s", (since,))] if since else []
    tests += [Sql("r.at < %s", (until,))] if until else []
    tests += _current_in(*current) if current else []
    tests += [_named_by(listed)] if listed else []
    total = _counted(tests) if ref is not None else None
    if total == 0 and not (since or until or current or listed):
        raise errors.NotFound("records.not_found", _("Không có tài nguyên này."))
    if count == 0:
        return HistoryPage([], _counted(tests) if ref is None else total, None)
    previous = _previous(tests, before, count) if before else None
    tests += [Sql("r.seq < %s", (before,))] if before else []
    found = of_rows(_versions(every(tests), count + 1))
    more = len(found) > count
    entries = lens.kept(found[:count])
    return HistoryPage(entries, total, found[count - 1].seq if more else None, previous)


def _previous(tests, before, count):
    """The `before` of the page that ends where another begins; 0 where less than a page is newer."""
    newer = every([*tests, Sql("r.seq >= %s", (before,))])
    parts = [
        f"(SELECT seq FROM {table} r WHERE {newer.text} ORDER BY seq LIMIT {count})"  # noqa: S608
        for table in ("records_resource", "records_history")
    ]
    text = f"SELECT seq FROM ({' UNION ALL '.join(parts)}) AS versions ORDER BY seq LIMIT {count}"  # noqa: S608
    found = wire.rows(text, [*newer.values, *newer.values], prepare=False)
    if not found:
        return None
    return found[-1][0] + 1 if len(found) == count else 0


def _named_by(id):
    """Versions that a List names: every one of a record that it names as a whole."""
    named = lists.members(id)
    rids = reading.rids({ref for ref, _version in named})
    whole = sorted({rids[ref] for ref, version in named if version is None})
    single = sorted({(rids[ref], version) for ref, version in named if version is not None})
    text = (
        "(r.rid = ANY (%s::bigint[]) OR (r.rid, r.version) IN"
        " (SELECT * FROM unnest(%s::bigint[], %s::integer[])))"
    )
    columns = [rid for rid, _version in single], [version for _rid, version in single]
    return Sql(text, (binary.int8s(whole), binary.int8s(columns[0]), binary.int4s(columns[1])))


def _counted(tests):
    """How many versions there are, those left out that the lens in force keeps back."""
    if not access.lens_in_force():
        return _total(every(tests))
    total, later = 0, []
    for _round in range(_MOST_JUDGED // _AT_ONCE):
        found = of_rows(_versions(every([*tests, *later]), _AT_ONCE))
        total += len(lens.kept(found))
        if len(found) < _AT_ONCE:
            return total
        later = [Sql("r.seq < %s", (found[-1].seq,))]
    return None


def _current_in(begin, end):
    return [Sql("r.at < %s", (end,)), Sql(f"NOT ({_REPLACED})", (begin, begin))]


def _versions(where, limit):
    parts = [
        f"(SELECT {COLUMNS} FROM {table} r WHERE {where.text} ORDER BY r.seq DESC LIMIT {limit})"  # noqa: S608
        for table in ("records_resource", "records_history")
    ]
    text = (
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS versions ORDER BY seq DESC LIMIT {limit}"  # noqa: S608
    )
    return wire.rows(text, [*where.values, *where.values], prepare=False)


def _total(where):
    text = (
        f"SELECT (SELECT count(*) FROM records_resource r WHERE {where.text})"  # noqa: S608
        f" + (SELECT count(*) FROM records_history r WHERE {where.text})"
    )
    ((found,),) = wire.rows(text, [*where.values, *where.values], prepare=False)
    return found


def changes(after=0, limit=1000):
    """The versions written after a number, in order, at most `limit`.

    Read with everything in reach. What is returned is complete: a change with a lower number
    can no longer be committed. The last `seq` is the next `after`.
    """
    ((numbered,),) = wire.rows(_NUMBERED)
    ((flying,),) = wire.rows(_IN_FLIGHT)
    horizon = numbered if flying is None else min(numbered, flying - 1)
    values = [after, horizon, limit] * 2 + [limit]
    return [
        Change(seq, rid, kinds.name(code), keys.unpack(id), *rest)
        for seq, rid, code, id, *rest in wire.rows(_CHANGES, values)
    ]
