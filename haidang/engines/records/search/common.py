"""How common a number is, for the choice between two ways to find the first page.

A rare number is found through the GIN index and its few rows are sorted. For a common one that
reads half the table to show twenty rows, while a walk along the records meets twenty at once.
"""

import time

from django.db import connection

from haidang.engines.records import kinds, wire
from haidang.engines.records.search.sql import Sql
from haidang.engines.records.stored import COLUMNS, WIDTH

# What is read of each record of a page: its columns, and the number that was the newest of all
# just then (what is numbered after this page comes on none).
PAGED = ", ".join((COLUMNS, "(SELECT last_value FROM records_seq)"))
NEWEST, PAGED_WIDTH = WIDTH, WIDTH + 1
_REFRESH_S = 300
_LEAST_SHARE = 0.0005
_SAMPLE_ROWS = 60_000
_MOST_TOLD = 2000
_SPAN = "SELECT min(rid), max(rid) FROM records_key WHERE type = %s AND live"
_PRESENT = """
SELECT t FROM unnest(%s::int[]) AS t
WHERE EXISTS (SELECT FROM records_key k WHERE k.type = t AND k.live)
"""
_known = {}
_told = {}
_spans = {}


def share(all_of, any_of=()):
    """The share of all rows that hold these numbers; 0 when it is below what is counted."""
    shares, _ = _shares()
    result = 1.0
    for number in all_of:
        result *= shares.get(number, 0.0)
    for numbers in any_of:
        result *= min(1.0, sum(shares.get(number, 0.0) for number in numbers))
    return result


def expected(share):
    """About how many rows a share comes to."""
    return share * _shares()[1]


def told(statement, sample=None, times=1.0):
    """About how many rows the planner expects of a SELECT, asked again every few minutes.

    sample    a SELECT of a part of them to ask instead, of which there are so many `times`
    """
    told_at, rows = _told.get(_key(statement), (0.0, None))
    if rows is None or time.monotonic() - told_at > _REFRESH_S:
        asked = sample or statement
        explain = f"EXPLAIN (FORMAT JSON) {asked.text}"
        ((plan,),) = wire.rows(explain, asked.values, prepare=False)
        rows = float(plan[0]["Plan"]["Plan Rows"]) * times
        mend(statement, rows)
    return rows


def found(test):
    """About how many rows a test beside finds."""
    return told(test.rids, test.sample, test.times)


def mend(statement, rows):
    """Remember for a while that a SELECT has about so many rows."""
    if len(_told) >= _MOST_TOLD:
        _told.clear()
    _told[_key(statement)] = (time.monotonic(), rows)


def _key(statement):
    # The values may be thousands; two that are taken for one make a search slower and never wrong.
    return connection.settings_dict["NAME"], statement.text, hash(statement.values)


def of_type(type):
    """About how many living records a type has."""
    return told(Sql("SELECT FROM records_key WHERE type = %s AND live", (type,)))


def present(names):
    """Those of these types of which there is any living record."""
    rows = wire.rows(_PRESENT, [[kinds.code(name) for name in names]])
    return [kinds.name(number) for (number,) in rows]


def span(type):
    """The first and the last record number of a type, asked again every few minutes."""
    key = connection.settings_dict["NAME"], type
    read_at, found = _spans.get(key, (0.0, None))
    if found is None or time.monotonic() - read_at > _REFRESH_S:
        ((first, last),) = wire.rows(_SPAN, (type,))
        found = first or 0, last or 0
        _spans[key] = (time.monotonic(), found)
    return found


def _shares():
    """({number: share of all rows}, number of rows), read again every few minutes."""
    name = connection.settings_dict["NAME"]
    read_at, *known = _known.get(name, (0.0, None, None))
    if known[0] is None or time.monotonic() - read_at > _REFRESH_S:
        shares = wire.rows("SELECT number, share FROM records_common")
        ((rows,),) = wire.rows("SELECT reltuples FROM pg_class WHERE relname = 'records_key'")
        known = [{number & (1 << 64) - 1: share for number, share in shares}, max(rows, 0)]
        _known[name] = (time.monotonic(), *known)
    return known


def refresh():
    """Count the common numbers in a sample of the rows; return how many there are."""
    with connection.cursor() as run:
        run.execute("SELECT reltuples FROM pg_class WHERE relname = 'records_key'")
        percent = min(100.0, 100.0 * _SAMPLE_ROWS / max(run.fetchone()[0], 1.0))
        run.execute("LOCK TABLE records_common IN EXCLUSIVE MODE")
        run.execute("DELETE FROM records_common")
        run.execute(
            "WITH sample AS (SELECT h FROM records_key TABLESAMPLE SYSTEM (%s) WHERE live),"
            " size AS (SELECT count(*) AS n FROM sample)"
            " INSERT INTO records_common (number, share)"
            " SELECT e, count(*)::float8 / n FROM sample, size, unnest(h) AS e"
            " GROUP BY e, n HAVING count(*) > greatest(n * %s, 3)",
            [percent, _LEAST_SHARE],
        )
        made = run.rowcount
    _known.pop(connection.settings_dict["NAME"], None)
    return made
