"""Two who do something in one moment: a button pressed twice, an officer and an applicant."""

import pytest

from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures import demo, models, services
from haidang.rooms.procedures.tests import people
from haidang.rooms.procedures.tests.test_services import AT, LICENCE, licence, submitted
from tests import threads


@pytest.fixture
def office(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    demo.open_office()


def test_a_button_pressed_twice_begins_one_draft(office):
    threads.at_once(
        lambda _n: services.begin(LICENCE, by=people.APPLICANT, known=people.KNOWN, at=AT), range(6)
    )

    assert models.Dossier.objects.count() == 1


def test_an_officer_decides_while_the_applicant_withdraws(office):
    """Both lock the dossier first: one of them comes second and is told so, nobody waits for ever."""
    for _round in range(4):
        row = submitted(licence())
        (task,) = [t for t in workflow.tasks_of(row.case) if t.state == "open"]
        refusals = []

        def act(who, row=row, task=task, refusals=refusals):
            try:
                if who == "officer":
                    services.decide(task.id, by=people.OFFICER, at=AT, outcome="accept")
                else:
                    services.withdraw(row.pk, by=people.APPLICANT, at=AT, reason="Nộp nhầm")
            except errors.Conflict as refused:
                refusals.append(refused.code)

        threads.at_once(act, ["officer", "applicant"] * 2)
        row.refresh_from_db()

        assert row.state == "withdrawn"
        assert workflow.case(row.case).state == "stopped"
        assert len(refusals) >= 2
