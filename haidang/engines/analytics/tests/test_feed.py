"""The feed: complete, once, equal to a rebuilt lake, and unharmed by being killed."""

import base64
import json
import os
import shutil
import signal
import threading
import time
from datetime import datetime

import duckdb
import pytest
from django.db import connection, transaction

from haidang.engines.access import api as access
from haidang.engines.analytics.engines import duck
from haidang.engines.analytics.lake import feed, layout, tables
from haidang.engines.analytics.tests.conftest import person, visit
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor
from tests import nursery


def _held(type, columns="_rid, _seq, _version, _deleted, _patient, _body", **how):
    """Everything a table holds, replaced versions too."""
    table = tables.opened(type, **how)
    files = list(table.file_uris()) if table is not None else []
    if not files:
        return []
    return sorted(duckdb.read_parquet(files).project(columns).fetchall(), key=repr)


def _current(type):
    return duckdb.sql(
        f"SELECT _rid, _version, _body FROM {duck.source_sql(type)} ORDER BY 1"
    ).fetchall()


def test_every_version_arrives_once(town):
    records.save(person("p0", "male"), by=actor.SYSTEM)
    records.delete("Patient/p1", by=actor.SYSTEM)
    feed.catch_up()
    feed.catch_up()

    held = _held("Patient", "_version, _deleted, _replaces")

    assert sorted(held) == [*[(1, False, False)] * 8, (2, False, True), (2, True, True)]
    assert len(_current("Patient")) == 7


def test_the_body_is_the_record_as_it_is_served(town):
    bodies = [body for _r, _v, body in _current("Encounter")]

    assert sorted(bodies) == sorted(records.get(f"Encounter/v{n}").json.decode() for n in range(3))


def test_typed_columns_hold_what_the_views_read(town):
    with duck.opened() as session:
        (row,) = session.rows("SELECT * FROM encounter WHERE id = 'v0'")

    assert (row["patient"], row["facility"], row["started_at"], row["class"]) == (
        "p0",
        "31Z01",
        "2026-03-01",
        "AMB",
    )


def test_the_same_changes_again_add_nothing(town):
    before = _held("Patient")
    (layout.folder() / "place.json").unlink()

    feed.catch_up()

    assert _held("Patient") == before


def test_files_are_sorted_by_bucket(town):
    order = [
        row[0]
        for row in duckdb.read_parquet(list(tables.opened("Patient").file_uris()))
        .project("_bucket")
        .fetchall()
    ]

    assert order == sorted(order)


def test_compaction_leaves_the_newest_and_nothing_else(town):
    for sex in ("male", "female", "other"):
        records.save(person("p0", sex), by=actor.SYSTEM)
        feed.catch_up()
    before = _current("Patient")

    feed.compact()

    assert _current("Patient") == before
    assert len(_held("Patient")) == 8
    assert len(tables.opened("Patient").file_uris()) == 1


def test_compaction_lays_the_rows_of_a_month_together(town):
    days = ("2026-05-02", "2026-01-03", "2026-05-01", "2026-01-20")
    records.save_all([visit(f"m{n}", f"p{n}", day) for n, day in enumerate(days)], by=actor.SYSTEM)
    feed.catch_up()

    feed.compact()

    (file,) = tables.opened("Encounter").file_uris()
    months = [
        row[0] for row in duckdb.read_parquet(file).project("left(period.start, 7)").fetchall()
    ]
    assert months == sorted(months)
    assert len(months) == 7


def test_the_day_of_a_type_is_a_column_of_its_table():
    assert [type for type in layout._DAYS if "NULL" in layout.month(type)] == []


def test_a_table_is_tidied_when_a_fifth_of_it_was_replaced(town):
    feed.tidy_up()
    assert len(_held("Patient")) == 8
    records.save(person("p0", "other"), by=actor.SYSTEM)
    feed.catch_up()
    feed.tidy_up()
    assert len(_held("Patient")) == 9
    records.save_all([person(f"p{n}", "other") for n in (1, 2)], by=actor.SYSTEM)
    feed.catch_up()

    feed.tidy_up()

    assert len(_held("Patient")) == 8


def test_the_feed_goes_on_after_compaction(town):
    feed.compact()
    records.save(person("p0", "other"), by=actor.SYSTEM)
    feed.catch_up()

    assert sum(version == 2 for _r, version, _b in _current("Patient")) == 1
    assert len(_current("Patient")) == 8


def test_a_rebuilt_lake_equals_the_fed_one(town):
    records.save(person("p0", "other"), by=actor.SYSTEM)
    records.delete("Encounter/v2", by=actor.SYSTEM)
    feed.catch_up()
    before = {type: _held(type) for type in tables.types()}
    place = feed.place()

    feed.rebuild()

    assert {type: _held(type) for type in tables.types()} == before
    assert feed.place() == place


def test_a_reader_goes_on_while_the_lake_is_written_anew(town, lake):
    with duck.opened() as session:
        feed.rebuild()
        feed.rebuild()
        feed.tidy_up()

        assert len(session.rows("SELECT id FROM patient")) == 8

    _an_hour_passes(lake)
    feed.tidy_up()

    assert [path.name for path in lake.iterdir()] == ["3"]
    assert len(_current("Patient")) == 8


def test_a_lake_that_a_killed_writer_left_half_written_is_not_read(town, lake):
    before, place = _current("Patient"), feed.place()
    (lake / "fresh" / "Patient").mkdir(parents=True)

    assert (_current("Patient"), feed.place()) == (before, place)
    _an_hour_passes(lake)
    feed.tidy_up()

    assert [path.name for path in lake.iterdir()] == ["1"]


def test_a_purged_person_is_gone_from_a_lake_that_was_replaced_too(town, lake):
    feed.rebuild()

    records.purge("Patient/p0", by=actor.SYSTEM, reason="theo yêu cầu")
    feed.catch_up()
    ledger.dispatch()

    assert [path.name for path in lake.iterdir()] == ["2"]


def _an_hour_passes(lake):
    """The generations seem to have changed an hour ago."""
    long_ago = time.time() - 3601
    os.utime(lake, (long_ago, long_ago))


@pytest.mark.parametrize("feeder", [feed.step, feed.catch_up])
@pytest.mark.parametrize("ahead", [-1, 0, 1000])
def test_a_lake_of_other_records_is_written_anew(town, lake, feeder, ahead):
    """What a database leaves behind that was restored from yesterday, or dropped and made again."""
    right = {type: _held(type) for type in tables.types()}
    here = feed.place()
    _pretend(here.seq + ahead, "2026-01-01T00:00:00+00:00")

    feeder()

    assert {type: _held(type) for type in tables.types()} == right
    assert feed.place() == here


def test_a_lake_that_is_where_the_records_are_is_left_alone(town):
    before = {type: tables.opened(type).version() for type in tables.types()}
    records.save(person("p0", "other"), by=actor.SYSTEM)

    feed.catch_up()

    after = {type: tables.opened(type).version() for type in tables.types()}
    assert after == before | {"Patient": before["Patient"] + 1}


def test_a_writer_in_flight_makes_no_other_records(own_database, lake):
    records.save_all([person("p0"), person("p1")], by=actor.SYSTEM)
    feed.catch_up()
    here = feed.place()
    written, told = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            records.save(person("late"), by=actor.SYSTEM)
            written.set()
            told.wait(60)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(60)
        feed.step()

        assert (feed.place(), len(_held("Patient"))) == (here, 2)
    finally:
        told.set()
        writer.join()


def _pretend(seq, at):
    """Let the lake say that it followed a change with that number, written then, of one person."""
    shutil.rmtree(layout.folder() / "Encounter")
    stranger = (1, seq, 1, datetime.fromisoformat(at), True, False, None, None, None)
    tables.append("Patient", [stranger], seq)
    (layout.folder() / "place.json").write_text(json.dumps({"seq": seq, "at": at}))


def test_other_views_write_the_table_anew_with_their_columns(town, monkeypatch):
    before = _current("Patient")
    layout.shape("Patient").children.pop("birthDate")
    try:
        assert not tables.fits(tables.opened("Patient"), "Patient")
        records.save(person("new"), by=actor.SYSTEM)
        feed.catch_up()

        assert tables.fits(tables.opened("Patient"), "Patient")
        assert [row for row in _current("Patient") if row in before] == before
        assert len(_current("Patient")) == 9
    finally:
        layout.shape.cache_clear()


def test_large_files_are_followed_a_few_at_a_time(town):
    """Twenty thousand changes are read together, unless they are twenty thousand pictures."""
    large = base64.b64encode(os.urandom(6 * 1024 * 1024)).decode()  # which nothing makes smaller
    for number in range(5):
        file = {"contentType": "image/png", "data": large, "id": f"large{number}"}
        records.save({"resourceType": "Binary", **file}, by=actor.SYSTEM)
    records.save(person("p0", "male"), by=actor.SYSTEM)

    followed = [feed.step() for _time in range(3)]

    assert followed == [
        2,
        2,
        0,
    ]  # the last file and the person fit together, and nothing waits behind them
    assert [id for (id,) in _held("Binary", "json_extract_string(_body, '$.id') AS id")] == [
        f"large{number}" for number in range(5)
    ]
    assert feed.place().seq == records.get("Patient/p0").seq


def test_two_feeders_do_not_meet(own_database, lake):
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all([person(f"q{n}") for n in range(50)], by=actor.SYSTEM)
    feeders = [_feeder(own_database, lake) for _ in range(3)]
    for feeder in feeders:
        assert feeder.wait(timeout=90) == 0

    assert len(_held("Patient")) == 50


def test_a_purged_person_is_gone_from_the_lake_files_and_all(town, lake):
    records.save(person("p0", "other"), by=actor.SYSTEM)
    feed.catch_up()
    number = records.rid("Patient/p0")

    records.purge("Patient/p0", by=actor.SYSTEM, reason="theo yêu cầu")
    feed.catch_up()
    ledger.dispatch()

    for type in ("Patient", "Encounter"):
        files = [str(path) for path in lake.glob(f"*/{type}/**/*.parquet")]
        left = duckdb.read_parquet(files, union_by_name=True).filter(
            f"_patient = {number} AND _body IS NOT NULL"
        )
        assert left.fetchall() == []
    assert len(_current("Patient")) == 7


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.05, 0.1, 0.2, 0.4])
def test_a_killed_feeder_loses_and_doubles_nothing(own_database, lake, after_s):
    with access.reach(actor.SYSTEM, people="all"):
        for turn in range(10):
            people = [person(f"k{turn}-{n}") for n in range(20)]
            records.save_all(
                [
                    *people,
                    *(visit(f"kv{turn}-{n}", f"k{turn}-{n}", "2026-03-01") for n in range(20)),
                ],
                by=actor.SYSTEM,
            )
    feeder = _feeder(own_database, lake, limit=20)
    _wait_for(lake)
    time.sleep(after_s)
    os.kill(feeder.pid, signal.SIGKILL)
    feeder.wait()

    feed.catch_up()

    for type in ("Patient", "Encounter"):
        numbers = [row[1] for row in _held(type)]
        assert len(numbers) == len(set(numbers)) == 200


def _wait_for(lake):
    """Until the feeder has begun to write."""
    until = time.monotonic() + 60
    while not lake.exists() and time.monotonic() < until:
        time.sleep(0.01)


def _feeder(database, lake, limit=5000):
    code = (
        "import django; django.setup();"
        "from haidang.engines.analytics.lake import feed;"
        f"feed.catch_up({limit})"
    )
    environment = os.environ | {
        "HAIDANG_DATABASE": database,
        "HAIDANG_LAKE": str(lake),
        "DJANGO_SETTINGS_MODULE": "haidang.config.settings",
    }
    return nursery.run(code, environment=environment)
