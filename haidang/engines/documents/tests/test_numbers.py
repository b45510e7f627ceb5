"""Numbers: one after the other, whoever comes at the same time and whatever fails."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections, transaction

from haidang.engines.documents import api as documents
from haidang.kernel import errors

ON = date(2026, 11, 23)


def take(kind="decision", on=ON, **more):
    return documents.take_number(kind, unit="SYT", on=on, **more)


def test_there_are_29_kinds_and_no_two_share_letters():
    letters = [kind.letters for kind in documents.kinds().values() if kind.letters]

    assert len(documents.kinds()) == 29
    assert len(letters) == len(set(letters)) == 27


@pytest.mark.parametrize(
    ("kind", "drafter", "symbol"),
    [
        ("decision", "", "01/QĐ-SYT"),
        ("decision", "NVY", "01/QĐ-SYT"),
        ("letter", "NVY", "01/SYT-NVY"),
        ("submission", "", "01/TTr-SYT"),
    ],
)
def test_a_number_is_written_as_its_kind_wants(db, kind, drafter, symbol):
    assert take(kind, drafter=drafter).symbol == symbol


def test_each_unit_kind_year_and_series_has_a_register_of_its_own(db):
    first = [take(), take("letter"), take(series="secret"), take(on=date(2027, 1, 1))]
    other = documents.take_number("decision", unit="UBND", on=ON)

    assert [one.number for one in (*first, other)] == [1, 1, 1, 1, 1]
    assert take().symbol == "02/QĐ-SYT"


def test_numbers_and_days_run_together(db):
    take()

    with pytest.raises(errors.RuleBroken) as refused:
        take(on=date(2026, 11, 22))

    assert refused.value.facts == {"last_on": "2026-11-23"}
    assert take(on=date(2026, 11, 24)).number == 2


def test_an_unknown_kind_has_no_register(db):
    with pytest.raises(errors.NotFound):
        take("thing")


def test_people_who_come_together_leave_neither_gap_nor_double(own_database):
    """Eight threads, every third issue rolled back: what was kept is 1..n."""
    together = threading.Barrier(8, timeout=60)

    def issue(worker):
        kept = []
        together.wait(timeout=30)
        for turn in range(9):
            try:
                with transaction.atomic():
                    number = take().number
                    if (worker + turn) % 3 == 0:
                        raise _Undone
            except _Undone:
                continue
            kept.append(number)
        connections.close_all()
        return kept

    with ThreadPoolExecutor(8) as pool:
        kept = sorted(number for some in pool.map(issue, range(8)) for number in some)

    assert kept == list(range(1, 49))


class _Undone(Exception):
    pass
