"""The index tables by SQL, in sets: what resolving, saving and finding share."""

import json
from dataclasses import dataclass, field

from django.db import connection

from haidang.engines.people import keys, patient
from haidang.engines.people.candidate import Traits
from haidang.kernel import identity, text

COLUMNS = (
    "rid, id, name, folded, birth_date, sex, phone, address, commune, deceased, retired,"
    " merged_into, said"
)
_NUMBERS = """
    (SELECT coalesce(array_agg(ARRAY[n.kind, n.value::text, n.tail]), '{}')
     FROM people_number n WHERE n.rid = p.rid)
"""


@dataclass
class Row:
    """One person as the index has it; `numbers` is filled where matching needs it."""

    rid: int
    id: str
    name: str
    folded: str
    birth_date: str | None
    sex: str | None
    phone: str | None
    address: str
    commune: str | None
    deceased: bool
    retired: bool
    merged_into: int | None
    said: dict
    numbers: frozenset[keys.Key] = field(default=frozenset())

    @property
    def head(self):
        """Record number of the person to whom this row belongs today."""
        return self.merged_into or self.rid

    @property
    def traits(self):
        return Traits(
            self.folded, self.birth_date, self.sex, self.numbers, self.phone, self.commune
        )


def lock(numbers):
    """Wait for the advisory locks on these numbers, held to the end of the transaction.

    Always in one order, so that two transactions that each ask once never deadlock.
    """
    if numbers:
        query("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [sorted(numbers)])


def try_lock(groups):
    """Take the advisory locks of whole groups of numbers, without waiting; which were to be had.

    Of a group that is not to be had some numbers may be locked all the same.
    """
    numbers = sorted(set().union(*groups))
    if not numbers:
        return [True] * len(groups)
    tried = query(
        "SELECT k, pg_try_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [numbers]
    )
    busy = {number for number, taken in tried if not taken}
    return [busy.isdisjoint(group) for group in groups]


def by_numbers(values):
    """Return (hash, head) pairs: who, after merges, holds one of these identifier hashes."""
    if not values:
        return []
    return query(
        "SELECT n.value, coalesce(p.merged_into, p.rid) FROM people_number n"
        " JOIN people_person p ON p.rid = n.rid WHERE n.value = ANY(%s)",
        [list(values)],
    )


def faces(heads):
    """Return the rows of these people and of all who were merged into them."""
    rows = query(
        f"SELECT {_of('p')}, {_NUMBERS} FROM people_person p"  # noqa: S608
        " WHERE p.rid = ANY(%s) OR p.merged_into = ANY(%s) ORDER BY p.rid",
        [list(heads), list(heads)],
    )
    return [_row(columns) for columns in rows]


def whole(patient_id):
    """Return the rows of the person to whom a Patient id belongs today, itself among them."""
    rows = query(
        f"SELECT {_of('p')}, {_NUMBERS} FROM people_person p, ("  # noqa: S608
        "   SELECT coalesce(merged_into, rid) AS head FROM people_person WHERE id = %s) h"
        " WHERE p.rid = h.head OR p.merged_into = h.head ORDER BY p.rid",
        [patient_id],
    )
    return [_row(columns) for columns in rows]


def by_likeness(wanted):
    """Return rows that look like one of `wanted` (Traits): name and year, and one thing more."""
    if not wanted:
        return []
    columns = zip(
        *((t.folded, t.birth_year, t.birth_date, t.phone, t.commune) for t in wanted), strict=True
    )
    rows = query(
        f"SELECT DISTINCT ON (p.rid) {_of('p')}, {_NUMBERS}"  # noqa: S608
        " FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[])"
        "   AS c(folded, year, birth, phone, commune)"
        " JOIN people_person p ON p.folded = c.folded AND p.birth_year = c.year"
        "   AND (p.birth_date = c.birth OR p.phone = c.phone OR p.commune = c.commune)"
        " WHERE p.merged_into IS NULL",
        [list(column) for column in columns],
    )
    return [_row(columns) for columns in rows]


def by_rids(rids):
    """Return {rid: Row} of these people."""
    rows = query(
        f"SELECT {_of('p')}, {_NUMBERS} FROM people_person p WHERE p.rid = ANY(%s)",  # noqa: S608
        [list(rids)],
    )
    return {columns[0]: _row(columns) for columns in rows}


def by_ids(patient_ids):
    """Return {id: Row} of these Patient ids."""
    rows = query(
        f"SELECT {_of('p')}, {_NUMBERS} FROM people_person p WHERE p.id = ANY(%s)",  # noqa: S608
        [list(patient_ids)],
    )
    return {columns[1]: _row(columns) for columns in rows}


def by_id(patient_id):
    """Return the Row of a Patient id, or None."""
    return by_ids([patient_id]).get(patient_id)


_UPSERT = """
    INSERT INTO people_person (rid, id, name, folded, words, birth_date, birth_year, sex, phone,
        address, commune, deceased, retired, version, said, updated_at)
    SELECT rid, id, name, folded, string_to_array(words, ' '), birth_date, birth_year, sex, phone,
        address, commune, deceased, retired, version, said, now()
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
        %s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::bool[],
        %s::int[], %s::jsonb[]) AS n(rid, id, name, folded, words, birth_date, birth_year, sex, phone,
        address, commune, deceased, retired, version, said)
    ORDER BY rid
    ON CONFLICT (rid) DO UPDATE SET name = excluded.name, folded = excluded.folded,
        words = excluded.words, birth_date = excluded.birth_date,
        birth_year = excluded.birth_year, sex = excluded.sex, phone = excluded.phone,
        address = excluded.address, commune = excluded.commune, deceased = excluded.deceased,
        retired = excluded.retired,
        version = excluded.version, said = excluded.said, updated_at = excluded.updated_at
    WHERE people_person.version <= excluded.version
"""


def write(entries):
    """Bring the index in line with Patients: pairs (Stored, said); two round trips.

    A row that already shows a later version of its Patient is left alone.
    """
    if not entries:
        return
    rows = [_values(stored, said) for stored, said in entries]
    query(_UPSERT, [list(column) for column in zip(*rows, strict=True)])
    held = [
        (stored.rid, key.value, key.kind, key.tail)
        for stored, _ in entries
        for key in patient.number_keys(stored.resource)
    ]
    columns = [list(column) for column in zip(*held, strict=True)] or [[], [], [], []]
    query(_RENUMBER, [*columns, [stored.rid for stored, _ in entries]])


_RENUMBER = """
    WITH given AS (
        SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[])
            AS g(rid, value, kind, tail)
    ), gone AS (
        DELETE FROM people_number n WHERE n.rid = ANY(%s::bigint[])
            AND NOT EXISTS (SELECT FROM given g WHERE g.rid = n.rid AND g.value = n.value)
    )
    INSERT INTO people_number (rid, value, kind, tail) SELECT * FROM given
    ON CONFLICT (value, rid) DO NOTHING
"""


def remember(confirmed):
    """Keep that newer sources said the same: pairs (rid, said) of Patients that did not change.

    Else an older source that comes late would win over what a newer one had confirmed.
    """
    if confirmed:
        rids, said = zip(*sorted(confirmed, key=lambda pair: pair[0]), strict=True)
        query(
            "UPDATE people_person p SET said = n.said"
            " FROM unnest(%s::bigint[], %s::jsonb[]) AS n(rid, said) WHERE p.rid = n.rid",
            [list(rids), [json.dumps(one, ensure_ascii=False) for one in said]],
        )


def remove(rids):
    """Forget Patients that were deleted."""
    query("DELETE FROM people_number WHERE rid = ANY(%s)", [list(rids)])
    query("DELETE FROM people_person WHERE rid = ANY(%s)", [list(rids)])


def _values(stored, said):
    resource = stored.resource
    name, birth = patient.name_of(resource), resource.get("birthDate")
    return (
        stored.rid,
        stored.id,
        name,
        text.fold(name),
        " ".join(sorted(set(text.words(name)))),
        birth,
        int(birth[:4]) if birth else None,
        resource.get("gender"),
        identity.phone(patient.phone_of(resource)),
        patient.address_of(resource),
        patient.commune_of(resource),
        patient.is_deceased(resource),
        patient.is_retired(resource),
        stored.version,
        json.dumps(said, ensure_ascii=False),
    )


def _of(alias):
    return ", ".join(f"{alias}.{column}" for column in COLUMNS.split(", "))


def _row(columns):
    *plain, said, numbers = columns
    said = json.loads(said) if isinstance(said, str) else said
    held = frozenset(keys.Key(kind, _uuid(value), tail) for kind, value, tail in numbers)
    return Row(*plain, said, held)


def _uuid(value):
    return keys.uuid.UUID(value)


def query(sql, parameters=()):
    """Run one statement; return its rows, or nothing when it has none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []
