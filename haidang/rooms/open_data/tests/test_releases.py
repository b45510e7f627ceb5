"""Releases: hidden, frozen, repeatable, and never telling anybody by how two of them differ."""

import csv
import io
import threading
from datetime import timedelta

import pyarrow.parquet
import pytest
from django.db import connections

from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, errors
from haidang.rooms.open_data import models, selectors, services
from haidang.rooms.open_data.domain import datasets
from haidang.rooms.open_data.selectors import catalogue
from haidang.rooms.open_data.services import releases, sources
from haidang.rooms.open_data.tests import people
from haidang.rooms.open_data.tests.conftest import AT, late, person

VISITS, AGES = "luot-kham-theo-xa", "thap-tuoi"
NEXT_MONTH = AT + timedelta(days=31)


def made(key=VISITS, *, by=actor.SYSTEM, at=AT, **more):
    return services.release(key, by=by, at=at, **more)


def march(release):
    return {
        row["commune_code"]: row["visits"]
        for row in selectors.rows(release)
        if row["period"] == "2026-03"
    }


def content(release, form):
    with documents.open_file(selectors.file_of(release, form)["file"]) as file:
        return file.read()


@pytest.fixture
def released(town):
    return made()


def test_a_small_cell_is_hidden_with_company_and_the_rest_is_shown(released):
    shown = march(released)

    assert shown == {None: 62, "11359": None, "11362": None, "11365": 20, "11368": 30}
    assert released.hidden_count == 2


def test_neither_total_nor_reason_tells_the_hidden_cell(released):
    rows = [row for row in selectors.rows(released) if row["period"] == "2026-03"]

    hidden = [row for row in rows if row["visits"] is None]
    told = 62 - sum(row["visits"] for row in rows if row["commune_code"] and row["visits"])
    assert told == 12  # the two hidden ones together, and nothing says which is which
    assert {tuple(sorted(row)) for row in hidden} == {tuple(sorted(rows[0]))}
    assert all(row["suppressed"] is True for row in hidden)


def test_a_release_holds_the_same_rows_in_every_form_with_true_checksums(released):
    rows = list(csv.DictReader(io.StringIO(content(released, "csv").decode("utf-8-sig"))))
    table = pyarrow.parquet.read_table(io.BytesIO(content(released, "parquet")))

    assert len(rows) == table.num_rows == released.row_count == len(selectors.rows(released))
    assert table.column("visits").to_pylist() == [row["visits"] for row in selectors.rows(released)]
    assert table.schema.field("visits").metadata[b"title"] == "Lượt khám".encode()
    for one in released.files:
        assert documents.file(one["file"]).size == one["size"]
        assert one["sha256"] == one["file"]
    dictionary = content(released, "dictionary").decode("utf-8-sig")
    assert all(name in dictionary for name in selectors.dataset(VISITS).names)


def test_a_period_that_has_not_settled_is_not_published(released):
    assert released.last_period == "2026-03"


def test_a_released_period_keeps_its_numbers_when_late_records_come(released):
    late("11359", 4)  # three become seven: no longer small

    again = made(at=NEXT_MONTH)

    assert march(again) == march(released)


def test_the_same_rows_are_not_released_twice(released):
    again = made(at=AT + timedelta(days=1))

    assert again.pk == released.pk
    assert again.checked_at == AT + timedelta(days=1)
    assert ledger.latest_events(1)[0].name == "open_data.release.unchanged"


def test_a_revision_that_would_tell_of_few_people_is_refused(released):
    late("11365", 2)

    with pytest.raises(errors.RuleBroken) as why:
        services.revise(VISITS, "2026-03", reason="Hồ sơ gửi muộn", by=people.officer(), at=AT)

    assert why.value.code == "open_data.change_tells_people"
    assert models.Release.objects.count() == 1


def test_a_revision_far_apart_is_published_and_hides_what_was_hidden(released):
    late("11365", 12)
    late("11359", 20)  # well above the bound now, and still hidden

    again = services.revise(VISITS, "2026-03", reason="Hồ sơ gửi muộn", by=people.officer(), at=AT)

    assert again.number == 2
    assert again.note == "Hồ sơ gửi muộn"
    assert march(again) == {None: 94, "11359": None, "11362": None, "11365": 32, "11368": 30}


def test_a_revision_is_set_against_every_release_and_not_only_the_last(released):
    late("11365", 12)
    services.revise(VISITS, "2026-03", reason="Hồ sơ gửi muộn", by=people.officer(), at=AT)
    for n in range(10):  # twelve came and ten were withdrawn: two more than in the first release
        records.delete(f"Encounter/late11365-{n}", by=actor.SYSTEM)
    sources.analytics.catch_up()

    with pytest.raises(errors.RuleBroken) as why:
        services.revise(VISITS, "2026-03", reason="Rút hồ sơ", by=people.officer(), at=AT)

    assert why.value.code == "open_data.change_tells_people"
    assert models.Release.objects.count() == 2


def test_one_data_set_that_fails_stops_no_other(town, monkeypatch):
    make = releases.release

    def broken(key, **more):
        if key == VISITS:
            raise ZeroDivisionError
        return make(key, **more)

    monkeypatch.setattr(releases, "release", broken)

    assert services.release_due(AT) >= 5
    assert not models.Release.objects.filter(dataset=VISITS).exists()
    assert services.release_due(AT) == 0


def test_a_figure_that_is_hidden_is_counted_as_such(town):
    found = made("chi-tieu-ke-hoach")

    hidden = sum(row["state"] == "hidden" for row in selectors.rows(found))
    assert found.hidden_count == hidden


def test_a_revision_needs_a_reason(released):
    with pytest.raises(errors.RuleBroken) as why:
        services.revise(VISITS, "2026-03", reason=" ", by=people.officer(), at=AT)

    assert why.value.code == "open_data.reason_missing"


def test_a_stock_keeps_hidden_what_its_last_period_hid(everything_open, folders):
    ages = ["1950-01-01"] * 3 + ["1960-01-01"] * 9 + ["1990-01-01"] * 20
    rows = [
        person(f"{sex}{n}", "11359", sex, born)
        for sex in ("female", "male")
        for n, born in enumerate(ages)
    ]
    records.save_all(rows, by=actor.SYSTEM)
    sources.analytics.catch_up()
    first = made(AGES)
    hidden = {(r["age_band"], r["sex"]) for r in selectors.rows(first) if r["suppressed"]}
    records.save_all([person(f"more{n}", "11359", "female", "1950-01-01") for n in range(20)], by=actor.SYSTEM)  # fmt: skip
    sources.analytics.catch_up()

    second = made(AGES, at=AT + timedelta(days=92))

    assert hidden
    assert {
        (r["age_band"], r["sex"])
        for r in selectors.rows(second)
        if r["suppressed"] and r["period"] == second.last_period
    } >= hidden


def test_a_list_is_released_when_it_changed_and_says_where_a_source_is_missing(folders):
    first = made("danh-muc-chi-so")

    assert first.row_count > 50
    with pytest.raises(errors.RuleBroken) as why:
        made(VISITS)
    assert why.value.code == "open_data.nothing_to_release"


def test_rows_that_lead_to_a_person_do_not_go_out(folders):
    one = selectors.files()["danh-muc-chi-so"]
    row = dict.fromkeys(one.names) | {"code": "x", "owner": "Phòng Thử"}

    releases.check_people(one, [row])
    for wrong in (
        {"owner": "gọi 0912345678"},
        {"code": "031190000016"},
        {"birth_date": "1990-01-01"},
    ):
        with pytest.raises(errors.RuleBroken) as why:
            releases.check_people(one, [row | wrong])
        assert why.value.code == "open_data.personal_column"


def test_sql_that_selects_a_person_is_not_released(town, monkeypatch):
    one = selectors.files()[AGES]
    source = one.source | {"sql": "SELECT 'x' AS age_band, p.id AS sex, 9 AS people, p.birth_date AS birth_date FROM patient p"}  # fmt: skip
    leaky = datasets.read(one.content | {"source": source})
    monkeypatch.setitem(catalogue.files(), AGES, leaky)

    with pytest.raises(errors.RuleBroken) as why:
        made(AGES)

    assert why.value.code == "open_data.personal_column"
    assert models.Release.objects.count() == 0


def test_the_worker_releases_what_is_due_and_then_rests(town):
    done = services.release_due(AT)

    assert done == models.Release.objects.count() >= 6
    assert {row.made_by for row in models.Release.objects.all()} == {actor.SYSTEM.ref}
    assert services.release_due(AT + timedelta(hours=1)) == 0


def test_workers_side_by_side_make_one_release_and_call_it_no_fault(own_database, folders, caplog):
    gate = threading.Barrier(3, timeout=60)

    def work():
        try:
            gate.wait()
            releases.release_due(AT)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(gate.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    keys = [row.dataset for row in models.Release.objects.filter(number=1)]
    assert len(keys) == len(set(keys)) == models.Release.objects.count() >= 2
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


def test_only_who_may_publish_releases(town):
    assert made(by=people.officer()).number == 1
    for who in (people.doctor(), people.officer_elsewhere(), people.contributor()):
        with pytest.raises(errors.NotAllowed):
            made(by=who)
        with pytest.raises(errors.NotAllowed):
            services.revise(VISITS, "2026-03", reason="x", by=who, at=AT)
