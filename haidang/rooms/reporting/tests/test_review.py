"""A report goes up: submitted, returned, approved, locked, added up; what the ledger says of each step."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.reporting import models, selectors, services
from haidang.rooms.reporting.tests import people
from haidang.rooms.reporting.tests.stages import (
    FORM,
    IN_TIME,
    LATE,
    OPENED,
    QUARTER,
    correct,
    explain,
    page,
)


def test_a_report_that_was_never_filled_is_not_submitted(report):
    with pytest.raises(errors.RuleBroken) as why:
        services.submit(report.pk, by=people.station_head(), at=IN_TIME)

    assert "Lấy số liệu" in why.value.facts["issues"][0]["message"]
    assert models.Report.objects.get(pk=report.pk).state == "open"


def test_empty_cells_need_an_explanation(filled):
    with pytest.raises(errors.RuleBroken) as why:
        services.submit(filled.pk, by=people.station_head(), at=IN_TIME)

    assert why.value.facts["issues"][0]["cell"] == "5:total"


def test_a_rule_that_does_not_hold_stops_a_report_words_or_not(filled):
    correct(filled, "1.1:female", "9", "Ghi nhầm cột nữ")
    explain(filled)

    with pytest.raises(errors.RuleBroken) as why:
        services.submit(filled.pk, by=people.station_head(), at=IN_TIME)

    assert {one["cell"] for one in why.value.facts["issues"]} == {"1:total", "1.1:total"}
    assert "không nhỏ hơn phần nữ (3 ≥ 9?)" in " ".join(x["message"] for x in why.value.facts["issues"])  # fmt: skip


def test_a_warning_passes_with_words(filled):
    numbers = {f"5:{c}": "1" for c in ("female", "insured", "under5", "elderly")}
    explain(filled, numbers | {"5:total": "40"}, words="")

    with pytest.raises(errors.RuleBroken) as why:
        services.submit(filled.pk, by=people.station_head(), at=IN_TIME)
    assert [one["cell"] for one in why.value.facts["issues"]] == ["1:total"]

    explain(filled, words="Đợt khám sàng lọc tại nhà cho người già.")
    services.submit(filled.pk, by=people.station_head(), at=IN_TIME)
    assert models.Report.objects.get(pk=filled.pk).state == "submitted"


def test_submitting_twice_is_answered_and_changes_nothing(submitted):
    with pytest.raises(errors.Conflict) as why:
        services.submit(submitted.pk, by=people.station_head(), at=LATE)

    assert why.value.code == "reporting.already_submitted"
    row = models.Report.objects.get(pk=submitted.pk)
    assert (row.round, row.submitted_at) == (1, IN_TIME)


@pytest.mark.parametrize(("at", "late"), [(IN_TIME, False), (LATE, True)])
def test_a_late_report_is_taken_and_marked(filled, at, late):
    explain(filled)

    services.submit(filled.pk, by=people.station_head(), at=at)

    assert selectors.own(people.station_head(), at=LATE)[0].late is late
    assert ledger.latest_events(1)[0].facts["late"] is late


def test_a_submitted_report_is_not_written_any_more(submitted):
    for act in (
        lambda: correct(submitted),
        lambda: explain(submitted),
        lambda: services.fill(submitted.pk, by=people.clerk(), at=LATE),
    ):
        with pytest.raises(errors.Conflict):
            act()


def test_a_returned_report_says_why_and_comes_again(submitted):
    services.send_back(
        submitted.pk, reason="Thiếu số khám tại nhà", by=people.officer(), at=IN_TIME
    )
    assert page(submitted).history[0]["reason"] == "Thiếu số khám tại nhà"

    explain(submitted, {"5:total": "0"})
    services.submit(submitted.pk, by=people.station_head(), at=LATE)

    row = models.Report.objects.get(pk=submitted.pk)
    assert (row.state, row.round, row.first_submitted_at) == ("submitted", 2, IN_TIME)


def test_a_report_is_returned_with_a_reason_or_not_at_all(submitted):
    with pytest.raises(errors.RuleBroken):
        services.send_back(submitted.pk, reason=" ", by=people.officer(), at=IN_TIME)

    assert models.Report.objects.get(pk=submitted.pk).state == "submitted"


def test_only_what_is_approved_is_locked(submitted):
    with pytest.raises(errors.Conflict) as why:
        services.lock(submitted.pk, by=people.head_of_office(), at=IN_TIME)

    assert why.value.code == "reporting.not_approved"


def test_a_locked_report_has_a_digest_in_the_ledger_and_a_paper(locked):
    event = next(e for e in ledger.latest_events(20) if e.name == "reporting.report.locked")

    assert event.facts["digest"] == locked.digest
    assert len(locked.digest) == 64
    assert locked.paper == event.facts["paper"]


def test_a_locked_report_never_changes(locked):
    for act in (
        lambda: correct(locked),
        lambda: explain(locked),
        lambda: services.fill(locked.pk, by=people.clerk(), at=LATE),
        lambda: services.submit(locked.pk, by=people.station_head(), at=LATE),
        lambda: services.send_back(locked.pk, reason="Sai hết rồi", by=people.officer(), at=LATE),
        lambda: services.approve(locked.pk, by=people.officer(), at=LATE),
        lambda: services.lock(locked.pk, by=people.head_of_office(), at=LATE),
    ):
        with pytest.raises(errors.Conflict) as why:
            act()
        assert why.value.code == "reporting.locked"


@pytest.mark.parametrize(
    "change",
    [
        lambda pk: models.Report.objects.filter(pk=pk).update(state="open"),
        lambda pk: models.Report.objects.filter(pk=pk).delete(),
        lambda pk: models.Value.objects.filter(report=pk).update(value=1),
        lambda pk: models.Value.objects.filter(report=pk).delete(),
        lambda pk: models.Value.objects.create(report_id=pk, cell="x:y", state="ok", at=LATE, by_name="x"),
        lambda pk: models.Correction.objects.create(report_id=pk, cell="1:total", reason="x", at=LATE, by_ref="x", by_name="x"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_a_locked_report(locked, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(locked.pk)


def test_all_approved_reports_of_a_period_are_locked_at_once(submitted):
    services.approve(submitted.pk, by=people.officer(), at=IN_TIME)

    assert services.lock_approved(FORM, QUARTER, by=people.director(), at=IN_TIME) == 1
    with pytest.raises(errors.RuleBroken):
        services.lock_approved(FORM, QUARTER, by=people.director(), at=IN_TIME)


def test_the_city_report_adds_up_the_locked_reports_and_says_how_many(locked):
    services.open_period("6-BCX-TP", QUARTER, by=people.officer(), at=OPENED)
    city = models.Report.objects.get(form="6-BCX-TP")

    services.fill(city.pk, by=people.officer(), at=LATE)

    found = selectors.page(city.pk, by=people.officer(), at=LATE).results
    assert (found["1.1:total"].value, found["1.1:total"].parts) == (3, (1, 2))
    assert found["1:total"].value == 4
    assert found["6:total"].value == Decimal("25.0")
    assert (found["3:total"].state, found["3:total"].value) == ("no_source", None)


def test_a_report_that_is_not_locked_does_not_count_for_the_city(submitted):
    services.open_period("6-BCX-TP", QUARTER, by=people.officer(), at=OPENED)
    city = models.Report.objects.get(form="6-BCX-TP")

    services.fill(city.pk, by=people.officer(), at=LATE)

    found = selectors.page(city.pk, by=people.officer(), at=LATE).results["1.1:total"]
    assert (found.state, found.value) == ("empty", None)


def test_the_city_adds_up_corrected_numbers(filled):
    correct(filled)
    explain(filled)
    services.submit(filled.pk, by=people.station_head(), at=IN_TIME)
    services.approve(filled.pk, by=people.officer(), at=IN_TIME)
    services.lock(filled.pk, by=people.director(), at=IN_TIME)
    services.open_period("6-BCX-TP", QUARTER, by=people.officer(), at=OPENED)
    city = models.Report.objects.get(form="6-BCX-TP")

    services.fill(city.pk, by=people.officer(), at=LATE)

    assert selectors.page(city.pk, by=people.officer(), at=LATE).results["1.1:total"].value == 5


def test_nobody_is_reminded_of_what_is_submitted(submitted):
    services.remind(LATE)

    assert not models.Reminder.objects.filter(report=submitted).exists()
