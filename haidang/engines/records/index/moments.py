"""Moments as whole microseconds since 2000-01-01 UTC, the way PostgreSQL counts them."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from haidang.engines.records.binary import FOREVER
from haidang.kernel import dates

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
DAY = 86_400_000_000
# Spans longer than this are kept apart, so that a search for short ones reads a narrow range.
LONG = 32 * DAY


def of(moment):
    if moment.year == 9999 and moment.month == 12 and moment.day == 31:
        return FOREVER
    return (moment - EPOCH) // _MICROSECOND


# As references do, moments come again within their set and hardly ever after.
@lru_cache(2048)
def span(value):
    """A FHIR date, dateTime or instant as (low, high), half-open.

    Raises    Incorrect `dates.unreadable`
    """
    low, high = dates.parse_fhir(value)
    return of(low), of(high)
