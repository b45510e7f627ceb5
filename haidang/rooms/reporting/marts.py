"""What this room publishes for figures: obligations to report, when due and when sent."""

from haidang.engines.analytics import api as analytics
from haidang.rooms.reporting import selectors


@analytics.mart("periodic_report")
def periodic_reports():
    yield from selectors.obligations()
