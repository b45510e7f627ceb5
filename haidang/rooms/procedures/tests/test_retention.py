"""The papers of a dossier are filed under it, and their term begins when it ends."""

import pytest

from haidang.engines.documents import api as documents
from haidang.rooms.procedures import models
from haidang.rooms.procedures.tests import lives


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")  # none: papers are given out unsigned


def due_after(years):
    """How many holdings are due so many years after the dossiers of these tests."""
    return {one.about for one in documents.due(lives.AT.date().replace(year=lives.AT.year + years))}


@pytest.mark.parametrize("life", [lives.withdrawn, lives.refused])
def test_papers_of_what_came_to_nothing_are_kept_two_years(life):
    row = life()

    assert due_after(1) == set()
    assert f"Dossier/{row.pk}" in due_after(3)


def test_papers_of_a_decision_are_kept_ten_years_and_those_of_the_store_for_ever():
    row = lives.returned()

    assert due_after(9) == set()
    assert due_after(11) == {f"Dossier/{row.pk}"}
    assert models.Stored.objects.filter(dossier=row).exists()


def test_papers_of_an_open_dossier_have_no_term():
    lives.received()

    assert due_after(60) == set()
