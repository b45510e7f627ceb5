"""Who may do what: each permission allowed and refused on the same set-up."""

from datetime import datetime

import pytest

from haidang.kernel import dates, errors
from haidang.rooms.reporting import models, selectors, services
from haidang.rooms.reporting.tests import people

pytestmark = pytest.mark.usefixtures("town")
AT = datetime(2026, 10, 6, 9, tzinfo=dates.HANOI)


@pytest.fixture
def report():
    services.open_period("6-BCX", "2026-Q3", by=people.officer(), at=AT)
    return models.Report.objects.get(unit=people.STATION)


@pytest.fixture
def submitted(report):
    services.fill(report.pk, by=people.clerk(), at=AT)
    services.write(report.pk, typed={}, words="Chưa có sổ.", revision=1, by=people.clerk(), at=AT)
    services.submit(report.pk, by=people.station_head(), at=AT)
    return report


def state(report):
    return models.Report.objects.get(pk=report.pk).state


@pytest.mark.parametrize("who", [people.officer, people.head_of_office, people.director])
def test_the_department_opens_a_period(who):
    assert services.open_period("6-BCX", "2026-Q3", by=who(), at=AT) == 2


@pytest.mark.parametrize("who", [people.station_head, people.hospital_head, people.epidemiologist])
def test_nobody_else_opens_a_period(who):
    with pytest.raises(errors.NotAllowed):
        services.open_period("6-BCX", "2026-Q3", by=who(), at=AT)

    assert models.Report.objects.count() == 0


@pytest.mark.parametrize("who", [people.clerk, people.station_head])
def test_a_unit_fills_its_own_report(report, who):
    assert services.fill(report.pk, by=who(), at=AT)


@pytest.mark.parametrize(
    "who",
    [
        people.other_head,
        people.officer,
        people.director,
        people.city_officer,
        people.city_head,
        people.doctor,
    ],
)
def test_nobody_else_fills_or_corrects_it(report, who):
    with pytest.raises(errors.NotAllowed):
        services.fill(report.pk, by=who(), at=AT)
    with pytest.raises(errors.NotAllowed):
        services.correct(report.pk, "1.1:total", value="1", reason="Vì thích", by=who(), at=AT)

    assert not models.Value.objects.exists()


def test_the_head_submits(submitted):
    assert state(submitted) == "submitted"


@pytest.mark.parametrize("who", [people.clerk, people.other_head, people.director])
def test_nobody_else_submits(report, who):
    services.fill(report.pk, by=people.clerk(), at=AT)

    with pytest.raises(errors.NotAllowed):
        services.submit(report.pk, by=who(), at=AT)

    assert state(report) == "open"


@pytest.mark.parametrize("who", [people.officer, people.head_of_office, people.director])
def test_the_department_approves(submitted, who):
    services.approve(submitted.pk, by=who(), at=AT)

    assert state(submitted) == "approved"


@pytest.mark.parametrize("who", [people.station_head, people.other_head, people.epidemiologist])
def test_no_unit_approves_or_returns_not_even_its_own(submitted, who):
    with pytest.raises(errors.NotAllowed):
        services.approve(submitted.pk, by=who(), at=AT)
    with pytest.raises(errors.NotAllowed):
        services.send_back(submitted.pk, reason="Vì thích thế", by=who(), at=AT)

    assert state(submitted) == "submitted"


def test_the_centre_approves_what_is_sent_to_it_and_nothing_else():
    services.open_period("KLN-THANG", "2026-09", by=people.officer(), at=AT)
    report = models.Report.objects.get(form="KLN-THANG", unit=people.STATION)
    services.fill(report.pk, by=people.clerk(), at=AT)
    services.submit(report.pk, by=people.station_head(), at=AT)

    services.approve(report.pk, by=people.epidemiologist(), at=AT)
    services.lock(report.pk, by=people.epidemiologist(), at=AT)

    assert state(report) == "locked"


@pytest.mark.parametrize("who", [people.head_of_office, people.director])
def test_heads_of_the_department_lock(submitted, who):
    services.approve(submitted.pk, by=people.officer(), at=AT)

    services.lock(submitted.pk, by=who(), at=AT)

    assert state(submitted) == "locked"


@pytest.mark.parametrize("who", [people.officer, people.station_head, people.hospital_head])
def test_nobody_else_locks(submitted, who):
    services.approve(submitted.pk, by=people.officer(), at=AT)

    with pytest.raises(errors.NotAllowed):
        services.lock(submitted.pk, by=who(), at=AT)

    assert state(submitted) == "approved"


def test_whoever_submitted_for_the_department_does_not_approve():
    services.open_period("KSTTHC-6T", "2026-H1", by=people.officer(), at=AT)
    report = models.Report.objects.get(form="KSTTHC-6T")
    services.fill(report.pk, by=people.officer(), at=AT)
    services.write(report.pk, typed={"4:total": "3"}, words="", revision=1, by=people.officer(), at=AT)  # fmt: skip
    services.submit(report.pk, by=people.head_of_office(), at=AT)

    with pytest.raises(errors.RuleBroken) as why:
        services.approve(report.pk, by=people.head_of_office(), at=AT)
    assert why.value.code == "reporting.own_report"

    services.approve(report.pk, by=people.director(), at=AT)
    assert state(report) == "approved"


@pytest.mark.parametrize(
    "who",
    [people.station_head, people.clerk, people.officer, people.director, people.city_inspector],
)
def test_a_report_is_seen_by_its_unit_and_those_above(report, who):
    assert selectors.page(report.pk, by=who(), at=AT).line.unit == people.STATION
    assert services.export(report.pk, "xlsx", by=who(), at=AT).content.startswith(b"PK")


@pytest.mark.parametrize("who", [people.other_head, people.hospital_head, people.epidemiologist, people.doctor])  # fmt: skip
def test_another_unit_does_not_even_learn_that_it_is_there(report, who):
    with pytest.raises(errors.NotFound):
        selectors.page(report.pk, by=who(), at=AT)
    with pytest.raises(errors.NotFound):
        services.export(report.pk, "xlsx", by=who(), at=AT)


def test_the_list_of_a_unit_and_the_matrix_hold_what_one_may_see(report):
    assert {x.unit for x in selectors.own(people.other_head(), at=AT)} == {people.OTHER_STATION}
    assert selectors.own(people.city_officer(), at=AT) == []
    assert selectors.periods("quarter", by=people.epidemiologist()) == []
    assert selectors.periods("quarter", by=people.officer()) == ["2026-Q3"]
