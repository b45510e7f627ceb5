"""A report sent by a button pressed twice, or by two heads in one moment."""

import pytest

from haidang.kernel import errors
from haidang.rooms.plan import models, services
from haidang.rooms.plan.tests import people
from haidang.rooms.plan.tests.test_services import IN_TIME, OPENED, said, write
from tests import threads


@pytest.fixture
def db(own_database):
    """Committed, so that threads can meet over it."""


def test_a_report_submitted_several_times_at_once_is_submitted_once(office):
    quarter = services.open_quarter("2026-Q3", by=people.officer(), at=OPENED)
    report = models.Report.objects.get(quarter=quarter, unit=people.HOSPITAL)
    write(report)

    def submit(_number):
        try:
            services.submit(report.pk, by=people.head(), at=IN_TIME)
        except errors.Conflict as refused:
            return refused.code
        return "submitted"

    told = threads.at_once(submit, range(4))

    assert sorted(told) == ["plan.already_submitted"] * 3 + ["submitted"]
    assert models.Report.objects.get(pk=report.pk).round == 1
    assert said().count("plan.report.submitted") == 1
    figures = models.Figure.objects.filter(report=report)
    assert figures.count() == len({one.indicator for one in figures}) > 0
