"""Numbers of dossiers, when many submit at once."""

from django.db import transaction

from haidang.rooms.procedures.services import moving
from tests import threads

TODAY, OTHER = "261124", "261125"


def test_those_who_submit_at_once_get_different_numbers(own_database):
    numbers = threads.at_once(lambda _n: moving.dossier_number(TODAY), list(range(8)))

    assert len(set(numbers)) == 8
    assert min(numbers) >= 1


def test_nobody_waits_for_a_submission_that_goes_on(own_database):
    moving.dossier_number(TODAY)
    with transaction.atomic():
        mine = moving.dossier_number(TODAY)
        (theirs,) = threads.at_once(moving.dossier_number, [TODAY])

    assert (mine, theirs) == (2, 3)


def test_each_day_begins_with_one(db):
    assert [moving.dossier_number(day) for day in (TODAY, TODAY, OTHER, OTHER)] == [1, 2, 1, 2]


def test_a_day_that_began_before_goes_on_after_its_last_number(db):
    for _number in range(5):
        moving.take(f"dossier/{TODAY}")

    assert moving.dossier_number(TODAY) == 6
