from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.kernel import dates, errors


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("2024", "2024-01-01T00:00:00+07:00", "2025-01-01T00:00:00+07:00"),
        ("2024-12", "2024-12-01T00:00:00+07:00", "2025-01-01T00:00:00+07:00"),
        ("2024-02-29", "2024-02-29T00:00:00+07:00", "2024-03-01T00:00:00+07:00"),
        ("2024-05-01T10:30Z", "2024-05-01T10:30:00+00:00", "2024-05-01T10:31:00+00:00"),
        ("2024-05-01T10:30:15+07:00", "2024-05-01T10:30:15+07:00", "2024-05-01T10:30:16+07:00"),
        ("2024-05-01T10:30:15.5Z", "2024-05-01T10:30:15.5+00:00", "2024-05-01T10:30:15.6+00:00"),
    ],
)
def test_a_fhir_date_covers_all_that_it_leaves_open(value, low, high):
    assert dates.parse_fhir(value) == (datetime.fromisoformat(low), datetime.fromisoformat(high))


@pytest.mark.parametrize(
    "value",
    ["", "24", "2024-13", "2023-02-29", "2024-05-01T25:00Z", "2024-05-01T10:30:61Z", "2024 ", None],
)
def test_an_impossible_date_is_named_so(value):
    with pytest.raises(errors.Incorrect) as refused:
        dates.parse_fhir(value)

    assert refused.value.code == "dates.unreadable"


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))
def test_an_instant_comes_back_within_its_span(moment):
    moment = moment.replace(tzinfo=UTC)

    low, high = dates.parse_fhir(moment.isoformat())

    assert low <= moment < high
    assert high - low <= timedelta(seconds=1)


def test_partial_dates_are_shown_as_far_as_they_go():
    assert dates.show("1962") == "1962"
    assert dates.show("1962-03") == "03/1962"
    assert dates.show("1962-03-07") == "07/03/1962"


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        (date(2000, 5, 20), date(2026, 5, 19), (25, 11)),
        (date(2000, 5, 20), date(2026, 5, 20), (26, 0)),
        (date(2000, 5, 20), date(2026, 5, 21), (26, 0)),
        (date(2024, 2, 29), date(2025, 2, 28), (0, 11)),
        (date(2024, 2, 29), date(2025, 3, 1), (1, 0)),
    ],
)
def test_age_turns_on_the_birthday(born, on, expected):
    assert dates.age(born, on) == expected
