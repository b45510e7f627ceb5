"""What an export reads: its statements, all of them over one snapshot."""

from haidang.engines.records import binary, kinds, reading, statements
from haidang.engines.records.search import conditions, sql
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.sql import Sql

# Beyond so many stored bytes a record is read by itself afterwards, so that what is under way at
# one moment stays small whatever people attach.
LARGE = 64 * 1024
COLUMNS = (
    "r.rid, r.type, r.version, r.at, r.patient, CASE WHEN r.deleted THEN r.id END,"
    f" CASE WHEN octet_length(r.body) <= {LARGE} THEN r.body END"
)
WHOLE = "SELECT r.type, r.version, r.at, r.body FROM records_resource r WHERE r.rid = %s"

# The moment before which everything is committed and seen by a snapshot taken afterwards. Whoever
# writes holds a lock (`statements.ANNOUNCE`) from before its records get their moment.
HORIZON = f"""
SELECT least(clock_timestamp(), (
    SELECT min(a.xact_start) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.objsubid = 1
    AND l.classid::bigint BETWEEN {statements.TAG >> 32} AND {(statements.TAG >> 32) + 0xFFFF}
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())))
"""  # noqa: S608


def parts(wish):
    """The statements of a wish as `Sql` without their SELECT: what is asked of search apart."""
    common = [*_people(wish), *_since(wish)]
    filtered = {type for type, _query in wish.filters}
    found = [_plain(wish, filtered, common)]
    for type in sorted(filtered):
        found.append(_filtered(type, [q for t, q in wish.filters if t == type], common))
        if wish.since:
            gone = Sql("r.type = %s AND r.deleted", (kinds.code(type),))
            found.append(sql.put("FROM records_resource r WHERE {}", sql.every([gone, *common])))
    return [each for each in found if each is not None]


def _plain(wish, filtered, common):
    """Everything of the types without a filter, deletions among them when a moment was named."""
    types = [type for type in wish.types if type not in filtered]
    tests = list(common)
    if wish.types and not types:
        return None
    if types:
        tests.append(Sql("r.type = ANY (%s::smallint[])", (_codes(types),)))
    elif filtered:
        tests.append(Sql("r.type <> ALL (%s::smallint[])", (_codes(filtered),)))
    if not wish.since:
        tests.append(Sql("NOT r.deleted"))
    return sql.put("FROM records_resource r WHERE {}", sql.every(tests))


def _filtered(type, texts, common):
    """What any of the searches finds: `_typeFilter` as `records.search` understands it."""
    wanted = [
        conditions.Where(queries.parse(type, text, strict=True).conditions, "k").sql()
        for text in texts
    ]
    tests = [Sql("k.type = %s AND k.live", (kinds.code(type),)), sql.some(wanted), *common]
    text = "FROM records_key k JOIN records_resource r ON r.rid = k.rid WHERE {}"
    return sql.put(text, sql.every(tests))


def _since(wish):
    return [Sql("r.at >= %s::timestamptz", (wish.since,))] if wish.since else []


def _people(wish):
    """Whose records: everybody's and what is nobody's, everybody's, or those of some people."""
    if wish.level == "system":
        return []
    if wish.level == "patient" and not wish.people:
        return [Sql("r.patient IS NOT NULL")]
    refs = wish.people
    if wish.level == "group":
        refs = members(wish.group) & set(refs) if refs else members(wish.group)
    rids = sorted(reading.rids(refs).values()) if refs else []
    return [Sql("r.patient = ANY (%s::bigint[])", (binary.int8s(rids),))]


def members(group, seen=frozenset()):
    """References of the Patients in a Group, and in the Groups within it."""
    found = set()
    for member in reading.get(group).resource.get("member", ()):
        ref = member.get("entity", {}).get("reference", "")
        if member.get("inactive"):
            continue
        if ref.startswith("Patient/"):
            found.add(ref)
        elif ref.startswith("Group/") and ref not in seen:
            found |= members(ref, seen | {group, ref})
    return found


def _codes(types):
    return binary.int2s(sorted(kinds.code(type) for type in types))
