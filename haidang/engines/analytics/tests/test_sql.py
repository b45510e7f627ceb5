"""What analysts type: reading works, and every way out that we know of is closed."""

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.analytics.engines import duck
from haidang.engines.analytics.sql import guard
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors

KNOWN = {"patient", "encounter"}

HOSTILE = [
    "DROP TABLE patient",
    "SELECT 1; DROP TABLE patient",
    "INSERT INTO patient VALUES (1)",
    "UPDATE patient SET sex = 'x'",
    "DELETE FROM patient",
    "CREATE TABLE x AS SELECT * FROM patient",
    "COPY patient TO '/tmp/out.csv'",
    "COPY (SELECT * FROM patient) TO '/tmp/out.csv'",
    "ATTACH '/tmp/other.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET memory_limit = '100GB'",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "EXPORT DATABASE '/tmp/x'",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('/var/lib/x.parquet')",
    "SELECT * FROM parquet_scan('x.parquet')",
    "SELECT * FROM parquet_metadata('x.parquet')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_ndjson_objects('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT getenv('HOME')",
    "SELECT current_setting('memory_limit')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_views()",
    "SELECT * FROM pragma_table_info('patient')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM main.patient",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('patient')",
    "SELECT '/etc/passwd'.read_text()",
    "SELECT content FROM (SELECT * FROM read_text('/etc/passwd'))",
    "WITH x AS (SELECT * FROM read_text('/etc/passwd')) SELECT * FROM x",
    "SELECT * FROM patient WHERE id IN (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM patient, LATERAL (SELECT * FROM read_text('/etc/passwd'))",
    "SELECT * INTO x FROM patient",
    "VALUES (1); SELECT 2",
    "SELECT nextval('s')",
    "SELECT write_log('x')",
    "SELECT * FROM access_account",
    "SELECT * FROM nothing",
    "EXPLAIN SELECT 1",
    "DESCRIBE patient",
    "SUMMARIZE patient",
    "SHOW TABLES",
    "RESET memory_limit",
    "PREPARE x AS SELECT 1",
    "USE main",
    "CHECKPOINT",
    "DETACH x",
    "IMPORT DATABASE '/tmp/x'",
    "CREATE MACRO a() AS 1",
    "CREATE SECRET s (TYPE S3)",
    "SELECT * FROM duckdb_secrets()",
    "FROM '/etc/passwd'",
    "SELECT * FROM \"read_text\"('/etc/passwd')",
    "SELECT/**/* FROM/**/READ_TEXT/**/('/etc/passwd')",
    "SELECT * FROM temp.patient",
    "SELECT json_execute_serialized_sql('x')",
    "SELECT getvariable('x')",
    "SELECT * FROM range(100000000000)",
    "SELECT lpad('x', 2000000000, 'y')",
    "SELECT rpad('x', 1001, 'y')",
    "SELECT lpad('x', 1e9, 'y')",
    "SELECT lpad('x', id::int, 'y') FROM patient",
    "SELECT lpad('x', :n, 'y')",
    "SELECT 'x'.lpad(2000000000, 'y')",
    "SELECT repeat('x', 10000000000)",
    "SELECT repeat('x', 1000 * 1000)",
    "SELECT space(2000000000)",
    "SELECT format('{:>2000000000}', 1)",
    "SELECT format('{:>{}}', 1, 2000000000)",
    "SELECT format(id, 1) FROM patient",
    "SELECT printf('%2000000000d', 1)",
    "SELECT list_resize([1], 2000000000)",
    "SELECT [1]" + "[1]" * 300,
    "SELECT 1" + "::int" * 1900,
    "SELECT " + "(" * 3000 + "1" + ")" * 3000,
    "SELECT '" + "x" * 30_000 + "'",
    "SELECT '\ud800'",
    7,
    "not sql at all (",
    "",
    "   ",
    None,
]


def _short(text):
    return str(text)[:50].encode("ascii", "replace").decode()


def test_what_cannot_be_read_stands_in_no_log(caplog):
    with pytest.raises(errors.Incorrect):
        guard.check("EXPLAIN SELECT * FROM patient WHERE name = 'Nguyễn Thị An'", KNOWN)

    assert "Nguyễn" not in caplog.text


@pytest.mark.parametrize("text", HOSTILE, ids=_short)
def test_what_is_no_plain_reading_is_refused(text):
    with pytest.raises(errors.Incorrect) as refusal:
        guard.check(text, KNOWN)

    assert refusal.value.code in {"analytics.sql_refused", "analytics.sql_unreadable"}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT count(*) FROM patient",
        "SELECT p.sex, count(*) AS n FROM patient p JOIN encounter e ON e.patient = p.id GROUP BY 1 ORDER BY n DESC LIMIT 5",
        "WITH old AS (SELECT * FROM patient WHERE birth_date < '1960') SELECT count(*) FROM old",
        "SELECT id FROM patient UNION ALL SELECT id FROM encounter",
        "SELECT sex, row_number() OVER (PARTITION BY sex ORDER BY birth_date) FROM patient",
        "SELECT age_band(age_at(birth_date, '2026-01-01')), median(2) FROM patient GROUP BY 1",
        "SELECT * FROM (SELECT 1 AS one) AS x WHERE one = :one",
        "SELECT date_trunc('month', CAST(left(started_at, 10) AS DATE)) FROM encounter",
    ],
)
def test_reading_is_let_through_and_runs(text, db, lake):
    query = guard.check(text, KNOWN)

    with duck.opened() as session:
        session.rows(query.sql, {"one": 1})


def test_a_query_gives_rows_and_stands_in_the_ledger(town):
    answer = analytics.run_sql(
        "SELECT sex, count(*) AS n FROM patient GROUP BY sex ORDER BY sex", by=actor.SYSTEM
    )

    assert (answer.columns, answer.rows, answer.cut) == (
        ["sex", "n"],
        [("female", 6), ("male", 2)],
        False,
    )
    (told,) = ledger.events(names=("analytics.sql.run",), limit=5)
    assert told.facts["reads"] == ["patient"]
    assert "SELECT" not in str(told.facts)


def test_parameters_are_bound(town):
    evil = "female' OR '1'='1"
    text = "SELECT count(*) FROM patient WHERE sex = :sex AND birth_date < $day"

    assert analytics.run_sql(text, {"sex": "female", "day": "2000"}, by=actor.SYSTEM).rows == [(6,)]
    assert analytics.run_sql(text, {"sex": evil, "day": "2000"}, by=actor.SYSTEM).rows == [(0,)]
    with pytest.raises(errors.Incorrect, match="day"):
        analytics.run_sql(text, {"sex": "female"}, by=actor.SYSTEM)
    with pytest.raises(errors.Incorrect, match="sex"):
        analytics.run_sql(text, {"sex": ["a"], "day": "2000"}, by=actor.SYSTEM)


def test_rows_are_bounded_and_it_is_told(town):
    answer = analytics.run_sql("SELECT id FROM patient", by=actor.SYSTEM, limit=3)

    assert (len(answer.rows), answer.cut) == (3, True)


def test_a_query_that_never_ends_is_ended(town, settings):
    settings.HAIDANG_SQL_SECONDS = 1
    text = "SELECT sum(a.id = b.id) FROM range(100000000) a(id), range(100000) b(id)"
    endless = (
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    )

    with pytest.raises(errors.HaidangError):
        analytics.run_sql(text, by=actor.SYSTEM)
    with pytest.raises(errors.RuleBroken) as late:
        analytics.run_sql(endless, by=actor.SYSTEM)
    assert late.value.code == "analytics.sql_too_long"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT repeat(repeat(repeat(repeat('x', 1000), 1000), 1000), 1000)",
        "SELECT len(range(10000000000))",
        "SELECT string_agg(a.id || b.id || c.id || d.id || e.id || f.id || g.id || h.id || i.id, '-')"
        " FROM patient a, patient b, patient c, patient d, patient e, patient f, patient g, patient h, patient i",
    ],
)
def test_a_query_that_eats_memory_is_ended_in_words(text, town, settings):
    settings.HAIDANG_SQL_SECONDS = 5

    with pytest.raises(errors.RuleBroken) as fault:
        analytics.run_sql(text, by=actor.SYSTEM)

    assert fault.value.code in {"analytics.sql_failed", "analytics.sql_too_long"}


@pytest.mark.parametrize("value", [10**400, float("nan"), "\ud800", "a\0b", "x" * 1_000_000])
def test_an_odd_value_is_bound_or_refused_and_never_a_fault_of_ours(value, town):
    try:
        answer = analytics.run_sql(
            "SELECT count(*) FROM patient WHERE sex = :v", {"v": value}, by=actor.SYSTEM
        )
    except errors.HaidangError as refusal:
        assert refusal.code in {"analytics.sql_parameters", "analytics.sql_failed"}
    else:
        assert answer.rows == [(0,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/haidang-out.csv'",
        "ATTACH '/tmp/haidang-out.db'",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "INSTALL httpfs",
        "SELECT * FROM given",
    ],
)
def test_the_second_wall_holds_without_the_first(sql, town, lake):
    with (
        duck.opened(locked=lake) as session,
        pytest.raises(
            Exception, match=r"(?i)disabled|locked|permission|does not exist|not found|cannot"
        ),
    ):
        session.table(sql, {}, 10)


def test_an_engine_fault_does_not_tell_where_the_lake_lies(town, lake):
    with pytest.raises(errors.RuleBroken) as fault:
        analytics.run_sql("SELECT CAST(id AS INTEGER) FROM patient", by=actor.SYSTEM)

    assert str(lake) not in fault.value.message


def test_a_view_of_an_analysts_own_runs_over_the_lake(town):
    view = {
        "resource": "Patient",
        "select": [{"column": [{"name": "id", "path": "id"}, {"name": "n", "path": "name.text"}]}],
    }

    answer = analytics.run_definition(view, by=actor.SYSTEM)

    assert sorted(answer.rows)[0] == ("p0", "Người Mẫu")
