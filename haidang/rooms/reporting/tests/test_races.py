"""A report sent by a button pressed twice, or by two heads in one moment."""

import pytest

from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.reporting import models, services
from haidang.rooms.reporting.tests import people
from haidang.rooms.reporting.tests.stages import FORM, IN_TIME, OPENED, QUARTER, explain
from tests import threads


@pytest.fixture
def db(own_database):
    """Committed, so that threads can meet over it."""


def test_a_report_submitted_several_times_at_once_is_submitted_once(office):
    services.open_period(FORM, QUARTER, by=people.officer(), at=OPENED)
    report = models.Report.objects.get(unit=people.STATION)
    services.fill(report.pk, by=people.clerk(), at=IN_TIME)
    report.refresh_from_db()
    explain(report)

    def submit(_number):
        try:
            services.submit(report.pk, by=people.station_head(), at=IN_TIME)
        except errors.Conflict as refused:
            return refused.code
        return "submitted"

    told = threads.at_once(submit, range(4))

    assert sorted(told) == ["reporting.already_submitted"] * 3 + ["submitted"]
    assert models.Report.objects.get(pk=report.pk).round == 1
    names = [event.name for event in ledger.latest_events(60)]
    assert names.count("reporting.report.submitted") == 1
