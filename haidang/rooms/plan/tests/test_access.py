"""Who may do what: each permission allowed and refused on the same set-up."""

from datetime import datetime

import pytest

from haidang.kernel import dates, errors
from haidang.rooms.plan import models, selectors, services
from haidang.rooms.plan.tests import people

pytestmark = pytest.mark.usefixtures("office")
AT = datetime(2026, 10, 6, 9, tzinfo=dates.HANOI)


@pytest.fixture
def report():
    quarter = services.open_quarter("2026-Q3", by=people.officer(), at=AT)
    return models.Report.objects.get(quarter=quarter, unit=people.HOSPITAL)


def written(report, by):
    return services.write(report.pk, words="Xong", tasks={}, revision=0, by=by)


@pytest.mark.parametrize("who", [people.head, people.hospital_director])
def test_a_unit_writes_its_own_report(report, who):
    assert written(report, who()) == 1


@pytest.mark.parametrize(
    "who", [people.station_head, people.officer, people.director, people.doctor]
)
def test_nobody_else_writes_it(report, who):
    with pytest.raises(errors.NotAllowed):
        written(report, who())


@pytest.mark.parametrize("who", [people.officer, people.director])
def test_the_department_returns_and_accepts(report, who):
    written(report, people.head())
    services.submit(report.pk, by=people.head(), at=AT)

    services.accept(report.pk, by=who(), at=AT)

    assert models.Report.objects.get(pk=report.pk).state == "accepted"


@pytest.mark.parametrize("who", [people.head, people.hospital_director, people.station_head])
def test_a_unit_does_not_accept_not_even_its_own(report, who):
    written(report, people.head())
    services.submit(report.pk, by=people.head(), at=AT)

    with pytest.raises(errors.NotAllowed):
        services.accept(report.pk, by=who(), at=AT)

    assert models.Report.objects.get(pk=report.pk).state == "submitted"


@pytest.mark.parametrize("who", [people.officer, people.hospital_director])
def test_only_the_departments_director_signs(report, who):
    written(report, people.head())
    services.submit(report.pk, by=people.head(), at=AT)
    services.accept(report.pk, by=people.officer(), at=AT)

    with pytest.raises(errors.NotAllowed):
        services.sign_summary(report.quarter_id, words="Tốt", by=who(), at=AT)

    assert models.Quarter.objects.get(pk=report.quarter_id).state == "open"


@pytest.mark.parametrize("who", [people.head, people.officer, people.director])
def test_a_report_is_seen_by_its_unit_and_the_department(report, who):
    assert selectors.page(report.pk, by=who(), at=AT).line.unit == people.HOSPITAL


@pytest.mark.parametrize("who", [people.station_head, people.doctor])
def test_another_unit_does_not_even_learn_that_it_is_there(report, who):
    with pytest.raises(errors.NotFound):
        selectors.page(report.pk, by=who(), at=AT)
