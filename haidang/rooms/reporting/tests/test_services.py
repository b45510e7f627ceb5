"""A report is opened, filled, typed, corrected, reminded of; what the ledger says of each step."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.reporting import marts, models, selectors, services
from haidang.rooms.reporting.services import filling
from haidang.rooms.reporting.tests import conftest, people
from haidang.rooms.reporting.tests.stages import (
    FORM,
    IN_TIME,
    LATE,
    OPENED,
    QUARTER,
    correct,
    explain,
    page,
    said,
    shown,
    span,
)


def headed():
    """The station has a head with an account, who is told."""
    access.create_account("tram", password="ngọn hải đăng cũ", name="Trạm trưởng", roles=[("station_head", people.STATION)], by=actors.SYSTEM)  # fmt: skip
    return access.find_accounts(actors.SYSTEM, role="station_head", org=people.STATION)[0]


def test_opening_gives_every_station_its_report_and_tells_it(town):
    head = headed()

    made = services.open_period(FORM, QUARTER, by=people.officer(), at=OPENED)

    assert made == 2
    assert set(models.Report.objects.values_list("unit", flat=True)) == {people.STATION, people.OTHER_STATION}  # fmt: skip
    assert notify.inbox(head.ref)[0].title == "Báo cáo 6/BCX kỳ 2026-Q3 đã mở"
    assert said() == ["reporting.period.opened"]


def test_opening_again_opens_only_for_new_units(report):
    assert services.open_period(FORM, QUARTER, by=people.officer(), at=OPENED) == 0
    assert models.Report.objects.count() == 2


@pytest.mark.parametrize(
    ("form", "label", "code"),
    [
        ("6-BCX", "2026-Q4", "reporting.period_running"),
        ("6-BCX", "2026-09", "reporting.period_wrong"),
        ("6-BCX", "2025-Q2", "reporting.form_unknown"),
        ("khong-co", "2026-Q3", "reporting.form_unknown"),
    ],
)
def test_a_period_that_cannot_be_opened_is_refused(office, form, label, code):
    with pytest.raises(errors.HaidangError) as why:
        services.open_period(form, label, by=people.officer(), at=OPENED)

    assert why.value.code == code


def test_no_report_is_opened_after_the_circular_has_ended(office):
    """Source: Thông tư 23/2025/TT-BYT ends on 01/03/2027"""
    at = datetime(2027, 4, 1, 9, tzinfo=dates.HANOI)

    with pytest.raises(errors.NotFound) as why:
        services.open_period(FORM, "2027-Q1", by=people.officer(), at=at)
    assert "hết hiệu lực ngày 01/03/2027" in why.value.message
    assert services.open_period(FORM, "2026-Q4", by=people.officer(), at=at) == 2


@pytest.mark.parametrize(
    ("code", "label", "due"),
    [
        ("6-BCX", "2026-Q3", "2026-10-07"),
        ("KLN-THANG", "2026-10", "2026-11-13"),
        ("TC-THANG", "2026-09", "2026-10-05"),  # the 3rd is a Saturday
        ("TC-THANG", "2026-10", "2026-11-03"),
        ("6-BCX-TP", "2026-Q3", "2026-10-21"),
    ],
)
def test_a_report_is_due_as_its_circular_says(office, code, label, due):
    form = selectors.form(code)
    _start, end = span(form, label)

    found = services.due_at(form, end).astimezone(dates.HANOI)

    assert (found.date().isoformat(), found.hour) == (due, 17)


def test_the_worker_opens_what_has_ended_and_nothing_twice(office):
    first = services.open_due(OPENED)

    assert first
    assert services.open_due(OPENED) == 0
    opened = set(models.Report.objects.values_list("form", "period"))
    assert ("6-BCX", "2026-Q3") in opened
    assert ("8-BCX", "2026-09") in opened
    assert not [form for form, label in opened if label in ("2026", "2026-Q4", "2026-H1")]


def test_a_report_for_the_centre_goes_to_the_centre(office):
    services.open_due(OPENED)

    assert models.Report.objects.filter(form="KLN-THANG").first().reviewer == people.CENTRE
    assert models.Report.objects.filter(form="6-BCX").first().reviewer == "31Z99"


def test_filling_takes_the_unit_own_figures(filled):
    found = page(filled).results

    assert [found[f"1.1:{c}"].value for c in ("total", "female", "insured", "under5", "elderly")] == [3, 2, 2, 0, 2]  # fmt: skip
    assert found["1.2:total"].value == 1
    assert found["1:total"].value == 4
    assert found["2:total"].value == 1
    assert found["4:total"].value == 2
    assert found["6:total"].value == Decimal("25.0")


def test_a_filled_cell_keeps_its_definition_and_the_date_of_its_data(filled):
    value = models.Value.objects.get(report=filled, cell="1.1:female")

    assert (value.indicator, value.version, value.by_name) == ("reporting.visits", 1, "thong-ke")
    assert value.data_at is not None
    definition = analytics.definition(value.computation)
    assert "encounter" in definition["lineage"]["sql"]
    assert filled.filled_at == IN_TIME
    assert said()[0] == "reporting.report.filled"


def test_a_source_that_does_not_exist_is_named_and_is_never_zero(filled):
    found = shown(filled, "3:total")

    assert (found.state, found.value) == ("no_source", None)
    assert found.missing == ("Phân loại lượt khám y học cổ truyền",)


def test_a_mart_that_nobody_publishes_yet_is_named(town):
    services.open_period("9-BCT", QUARTER, by=people.officer(), at=OPENED)
    row = models.Report.objects.get(form="9-BCT")
    services.fill(row.pk, by=people.hospital_head(), at=IN_TIME)

    found = selectors.page(row.pk, by=people.hospital_head(), at=IN_TIME).results["2:total"]

    assert (found.state, found.value, found.missing) == ("no_source", None, ("Giường bệnh theo cơ sở",))  # fmt: skip


def test_a_unit_without_any_record_has_nothing_to_count_and_no_zero(report):
    other = models.Report.objects.get(unit=people.OTHER_STATION)
    services.fill(other.pk, by=people.other_head(), at=IN_TIME)

    found = selectors.page(other.pk, by=people.other_head(), at=IN_TIME).results["1.1:total"]

    assert (found.state, found.value) == ("empty", None)


def test_what_is_counted_later_does_not_move_a_filled_report(filled):
    before = shown(filled, "1.1:total")

    analytics.compute("reporting.visits", analytics.period(QUARTER), by=actors.SYSTEM)

    assert shown(filled, "1.1:total") == before
    assert models.Value.objects.get(report=filled, cell="1.1:total").computation is not None


def test_filling_again_counts_what_came_since(filled):
    records.save_all(conftest.visit("v9", "p2", "2026-09-30", code="I10", category="9"), by=actors.SYSTEM)  # fmt: skip
    analytics.catch_up()

    services.fill(filled.pk, by=people.clerk(), at=datetime(2100, 1, 1, tzinfo=dates.HANOI))

    assert shown(filled, "1.1:total").value == 4


def test_filling_again_keeps_what_was_typed_and_corrected(filled):
    explain(filled, {"5:total": "7"})
    correct(filled)

    services.fill(filled.pk, by=people.clerk(), at=LATE)

    assert shown(filled, "5:total").value == 7
    assert (shown(filled, "1.1:total").value, shown(filled, "1.1:total").given) == (5, 3)


def test_a_correction_keeps_both_values_and_the_reason(filled):
    correct(filled)

    found = shown(filled, "1.1:total")
    row = models.Correction.objects.get(report=filled)
    assert (found.value, found.given, found.corrected) == (5, 3, True)
    assert (row.before, row.value, row.reason) == (3, 5, "Sổ A1 có thêm hai lượt")
    assert models.Value.objects.get(report=filled, cell="1.1:total").value == 3
    assert shown(filled, "1:total").value == 6
    event = ledger.latest_events(1)[0]
    assert (event.name, event.facts["before"], event.facts["after"]) == ("reporting.cell.corrected", "3.0000", "5")  # fmt: skip


def test_a_cell_without_a_source_takes_a_number_with_a_reason(filled):
    correct(filled, "3:total", "9", "Theo sổ A1 giấy, cột y học cổ truyền")

    assert (shown(filled, "3:total").value, shown(filled, "3:total").given) == (9, None)


def test_a_correction_is_taken_back(filled):
    correct(filled)
    correct(filled, value="", reason="Đếm nhầm hai lượt")

    assert (shown(filled, "1.1:total").value, shown(filled, "1.1:total").corrected) == (3, False)
    assert models.Correction.objects.count() == 2


@pytest.mark.parametrize(
    ("key", "value", "reason", "code"),
    [
        ("1.1:total", "5", "", "reporting.reason_missing"),
        ("1.1:total", "năm", "Sổ A1 có thêm", "reporting.number_wrong"),
        ("1.1:total", "=1+1", "Sổ A1 có thêm", "reporting.number_wrong"),
        ("1.1:total", "-4", "Sổ A1 có thêm", "reporting.number_wrong"),
        ("1.1:total", "", "Sổ A1 có thêm", "reporting.nothing_to_undo"),
        ("99:total", "5", "Sổ A1 có thêm", "reporting.cell_unknown"),
        ("4:female", "5", "Sổ A1 có thêm", "reporting.cell_unknown"),
    ],
)
def test_a_correction_that_says_nothing_is_refused_and_changes_nothing(
    filled, key, value, reason, code
):
    with pytest.raises(errors.HaidangError) as why:
        correct(filled, key, value, reason)

    assert why.value.code == code
    assert models.Correction.objects.count() == 0


def test_two_writers_do_not_undo_each_other(filled):
    explain(filled, {"5:total": "7"})

    with pytest.raises(errors.Conflict) as why:
        services.write(filled.pk, typed={"5:total": "8"}, words="", revision=0, by=people.clerk(), at=IN_TIME)  # fmt: skip

    assert why.value.code == "reporting.written_meanwhile"
    assert shown(filled, "5:total").value == 7


def test_wrong_numbers_are_told_by_their_cells_and_nothing_is_kept(filled):
    with pytest.raises(errors.RuleBroken) as why:
        explain(filled, {"5:total": "7", "5:female": "bảy"})

    assert [one["cell"] for one in why.value.facts["issues"]] == ["5:female"]
    assert shown(filled, "5:total").state == "blank"


def test_a_cell_that_the_house_fills_is_not_typed(filled):
    with pytest.raises(errors.Incorrect):
        explain(filled, {"1.1:total": "99"})


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        ("2026-10-02", []),
        ("2026-10-05", ["reporting.due_soon"]),
        ("2026-10-07", ["reporting.due_soon", "reporting.due_soon"]),
        ("2026-10-08", ["reporting.due_soon", "reporting.due_soon", "reporting.overdue"]),
    ],
)
def test_units_are_reminded_before_and_after_the_day_once(report, day, kinds):
    last = datetime.fromisoformat(f"{day}T09:00:00+07:00")
    for moment in sorted({OPENED, *(last.replace(day=n) for n in range(1, last.day + 1))}):
        services.remind(moment)
        services.remind(moment)

    given = models.Reminder.objects.filter(report=report).order_by("pk")
    assert [one.kind for one in given] == kinds


def test_the_worker_fills_what_nobody_filled(report):
    assert services.fill_waiting(IN_TIME) == 2
    assert services.fill_waiting(IN_TIME) == 0
    assert shown(report, "1.1:total").value == 3


def test_one_form_that_cannot_be_counted_stops_no_other(report, monkeypatch):
    services.open_period("6-BCX", "2026-Q2", by=people.officer(), at=IN_TIME)
    compute = filling.analytics.compute_many

    def broken(codes, period, *, by):
        if period.label == "2026-Q2":
            raise ZeroDivisionError
        return compute(codes, period, by=by)

    monkeypatch.setattr(filling.analytics, "compute_many", broken)
    done = [services.fill_waiting(IN_TIME) for _turn in range(3)]

    assert sorted(done) == [0, 0, 2]
    stuck = models.Report.objects.filter(period="2026-Q2")
    assert {(one.filled_at, one.unfilled_at) for one in stuck} == {(None, IN_TIME)}
    told = selectors.page(stuck.first().pk, by=people.officer(), at=IN_TIME)
    assert "nhật ký" in told.unfilled_why

    monkeypatch.setattr(filling.analytics, "compute_many", compute)
    assert services.fill_waiting(IN_TIME + timedelta(minutes=59)) == 0
    assert services.fill_waiting(IN_TIME + timedelta(minutes=61)) == 2
    assert not stuck.exclude(unfilled_at=None).exists()


def test_one_report_that_cannot_be_filled_stops_no_other(report, monkeypatch):
    fill = filling._fill

    def broken(row, *more, **named):
        if row.pk == report.pk:
            raise errors.Unavailable("reporting.test", "Kho số liệu đang bận.")
        return fill(row, *more, **named)

    monkeypatch.setattr(filling, "_fill", broken)

    assert services.fill_waiting(IN_TIME) == 1
    report.refresh_from_db()
    assert (report.filled_at, report.unfilled_why) == (None, "Kho số liệu đang bận.")


def test_figures_are_computed_while_nobody_waits_for_the_report(report, monkeypatch):
    held = []
    compute = filling.analytics.compute_many

    def looked_at(codes, period, *, by):
        held.append(any("FOR UPDATE" in one["sql"] for one in asked.captured_queries))
        return compute(codes, period, by=by)

    monkeypatch.setattr(filling.analytics, "compute_many", looked_at)
    with CaptureQueriesContext(connection) as asked:
        services.fill(report.pk, by=people.clerk(), at=IN_TIME)

    assert held == [False]
    assert any("FOR UPDATE" in one["sql"] for one in asked.captured_queries)


def test_a_late_reminder_says_how_many_days_there_really_are(report):
    head = headed()

    services.remind(datetime(2026, 10, 6, 9, tzinfo=dates.HANOI))

    assert "còn 1 ngày làm việc" in notify.inbox(head.ref)[0].body


def test_every_obligation_is_published_for_the_figures_of_the_plan(submitted):
    rows = {row["unit"]: row for row in marts.periodic_reports()}

    assert rows[people.STATION]["submitted_on"].isoformat() == "2026-10-06"
    assert rows[people.OTHER_STATION]["submitted_on"] is None
    assert rows[people.STATION]["due_on"].isoformat() == "2026-10-07"


def test_a_report_keeps_the_form_under_which_it_was_opened(filled, monkeypatch):
    kept = filled.definition.content | {"title": "Tên cũ của biểu"}
    models.Definition.objects.filter(pk=filled.definition_id).update(content=kept)

    assert page(filled).form.title == "Tên cũ của biểu"
    assert selectors.form(FORM).title != "Tên cũ của biểu"


def test_the_matrix_counts_states(submitted):
    found = selectors.matrix("quarter", QUARTER, by=people.officer(), at=LATE)

    assert [form[0] for form in found.forms] == [FORM]
    assert (found.counts[0]["submitted"], found.counts[0]["open"], found.counts[0]["late"]) == (1, 1, 1)  # fmt: skip
    assert [name for name, _line in found.rows] == ["Trạm y tế thử", "Trạm y tế thử hai"]
