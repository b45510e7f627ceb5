"""When the reports of the tests are opened and sent, and what is done with them again and again."""

from datetime import datetime

from haidang.engines.ledger import api as ledger
from haidang.kernel import dates
from haidang.rooms.reporting import domain, selectors, services
from haidang.rooms.reporting.tests import people

OPENED = datetime(2026, 10, 1, 9, tzinfo=dates.HANOI)
IN_TIME = datetime(2026, 10, 6, 9, tzinfo=dates.HANOI)
LATE = datetime(2026, 10, 20, 9, tzinfo=dates.HANOI)
FORM, QUARTER = "6-BCX", "2026-Q3"


def explain(report, typed=None, words="Sổ khám tại nhà chưa tổng hợp xong."):
    report.refresh_from_db()
    services.write(report.pk, typed=typed or {}, words=words, revision=report.revision, by=people.clerk(), at=IN_TIME)  # fmt: skip


def page(report, by=None):
    return selectors.page(report.pk, by=by or people.station_head(), at=IN_TIME)


def shown(report, key):
    return page(report).results[key]


def said():
    return [event.name for event in ledger.latest_events(80) if event.name.startswith("reporting.")]


def correct(report, key="1.1:total", value="5", reason="Sổ A1 có thêm hai lượt", by=None):
    return services.correct(report.pk, key, value=value, reason=reason, by=by or people.clerk(), at=IN_TIME)  # fmt: skip


def span(form, label):
    return domain.span(form.period, label, form.cut)
