"""The SQL of a write, one statement for each step and set-based throughout."""

from haidang.engines.records import order

# A writer holds a shared lock that names the block of numbers it may have begun to use. Readers
# of the change sequence stop before the lowest such block (see `changes`), so nobody passes a
# change that has a number and is not committed yet.
BLOCK = 4096
TAG = 1 << 60
ANNOUNCE = f"""
SELECT pg_advisory_xact_lock_shared({TAG} + last_value / {BLOCK} * {BLOCK}) FROM records_seq
"""  # noqa: S608

# Everybody locks in this order: what others are about before what is about it (see `order`).
ORDER = f"('{{{','.join(map(str, order.RANKS))}}}'::smallint[])[k.type], k.type, k.id"

LOCK = f"""
SELECT k.rid, NULL FROM records_key k
JOIN unnest(%s::smallint[], %s::bytea[]) AS wanted(type, id) ON k.id = wanted.id AND k.type = wanted.type
ORDER BY {ORDER} FOR UPDATE OF k
"""  # noqa: S608

# With what a Patient is inherited from, which a writer of that must not change meanwhile. Row after row in
# one order, whatever the strength: the nested loop takes them as the list has them.
LOCK_WITH_SOURCES = f"""
WITH wanted AS MATERIALIZED (
    SELECT k.rid, named.own FROM unnest(%s::smallint[], %s::bytea[], %s::boolean[]) AS named(type, id, own)
    JOIN records_key k ON k.id = named.id AND k.type = named.type ORDER BY {ORDER})
SELECT own.rid, source.rid FROM wanted
LEFT JOIN LATERAL (SELECT k.rid FROM records_key k WHERE k.rid = wanted.rid AND wanted.own FOR UPDATE) own ON true
LEFT JOIN LATERAL (SELECT k.rid FROM records_key k WHERE k.rid = wanted.rid AND NOT wanted.own FOR KEY SHARE) source ON true
"""  # noqa: S608

# The same order for rows that are known by their numbers.
LOCK_NUMBERED = (
    f"SELECT k.rid FROM records_key k WHERE k.rid = ANY (%s::bigint[]) ORDER BY {ORDER} FOR UPDATE"  # noqa: S608
)

CURRENT = """
SELECT wanted.n, k.rid, k.live, r.version, r.deleted, r.patient, r.seq, r.at, r.body
FROM unnest(%s::smallint[], %s::bytea[]) WITH ORDINALITY AS wanted(type, id, n)
JOIN records_key k ON k.id = wanted.id AND k.type = wanted.type
LEFT JOIN records_resource r ON r.rid = k.rid
"""

RIDS = """
SELECT wanted.n, k.rid
FROM unnest(%s::smallint[], %s::bytea[]) WITH ORDINALITY AS wanted(type, id, n)
JOIN records_key k ON k.id = wanted.id AND k.type = wanted.type
"""

PATIENTS = """
SELECT wanted.n, r.patient, k.live AND r.rid IS NULL AS hidden
FROM unnest(%s::smallint[], %s::bytea[]) WITH ORDINALITY AS wanted(type, id, n)
JOIN records_key k ON k.id = wanted.id AND k.type = wanted.type
LEFT JOIN records_resource r ON r.rid = k.rid
"""

# After the locks, so that a later version has a higher number and a later moment.
NUMBERS = """
SELECT clock_timestamp(), ARRAY(SELECT nextval('records_seq') FROM generate_series(1, %s))
"""

# Two writers of one new id meet here: the second waits, is refused and looks again.
NEW_KEYS = """
INSERT INTO records_key (rid, type, id, live, lead, h)
SELECT rid, type, id, live, NULLIF(lead, ''), (%s::bigint[])[first:last]
FROM unnest(%s::bigint[], %s::smallint[], %s::bytea[], %s::boolean[], %s::bytea[], %s::integer[], %s::integer[])
    AS fresh(rid, type, id, live, lead, first, last)
"""

CHANGED_KEYS = """
UPDATE records_key k
SET live = fresh.live, lead = NULLIF(fresh.lead, ''), h = (%s::bigint[])[first:last]
FROM unnest(%s::bigint[], %s::boolean[], %s::bytea[], %s::integer[], %s::integer[])
    AS fresh(rid, live, lead, first, last)
WHERE k.rid = fresh.rid
"""

NEW_RESOURCES = """
INSERT INTO records_resource (rid, patient, seq, at, version, type, deleted, id, body)
SELECT rid, NULLIF(patient, 0), seq, %s, 1, type, false, id, body
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::bytea[], %s::bytea[])
    AS fresh(rid, patient, seq, type, id, body)
"""

KEPT_VERSIONS = """
INSERT INTO records_history (rid, patient, seq, at, version, type, deleted, id, body)
SELECT rid, patient, seq, at, version, type, deleted, id, body
FROM records_resource WHERE rid = ANY (%s::bigint[])
"""

CHANGED_RESOURCES = """
UPDATE records_resource r SET patient = NULLIF(fresh.patient, 0), seq = fresh.seq, at = %s,
    version = r.version + 1, deleted = fresh.deleted, body = fresh.body
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s::bytea[])
    AS fresh(rid, patient, seq, deleted, body)
WHERE r.rid = fresh.rid
"""

NEW_TEXTS = """
INSERT INTO records_text (key, s)
SELECT fresh.key, fresh.s FROM unnest(%s::bigint[], %s::text[]) AS fresh(key, s)
WHERE NOT EXISTS (SELECT FROM records_text known WHERE known.key = fresh.key)
"""

NEW_ROWS = {
    "dates": """
INSERT INTO records_date (p, lo, hi, rid)
SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[])
""",
    "quantities": """
INSERT INTO records_quantity (p, lo, hi, unit, code, rid)
SELECT * FROM unnest(%s::bigint[], %s::float8[], %s::float8[], %s::bigint[], %s::bigint[], %s::bigint[])
""",
    "strings": """
INSERT INTO records_string (p, s, rid) SELECT * FROM unnest(%s::bigint[], %s::text[], %s::bigint[])
""",
}

OLD_ROWS = {
    "dates": """
DELETE FROM records_date d
USING unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bigint[]) AS old(p, lo, hi, rid)
WHERE (d.p, d.lo, d.hi, d.rid) = (old.p, old.lo, old.hi, old.rid)
""",
    "quantities": """
DELETE FROM records_quantity q
USING unnest(%s::bigint[], %s::float8[], %s::float8[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS old(p, lo, hi, unit, code, rid)
WHERE (q.p, q.lo, q.hi, q.unit, q.code, q.rid) = (old.p, old.lo, old.hi, old.unit, old.code, old.rid)
""",
    "strings": """
DELETE FROM records_string t
USING unnest(%s::bigint[], %s::text[], %s::bigint[]) AS old(p, s, rid)
WHERE (t.p, t.s, t.rid) = (old.p, old.s, old.rid)
""",
}
