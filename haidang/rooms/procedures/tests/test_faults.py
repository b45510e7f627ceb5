"""What goes wrong with a dossier, and ends in a state that somebody can act on."""

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures import models, services
from haidang.rooms.procedures.tests import people
from haidang.rooms.procedures.tests.test_services import (
    ALL_PAPERS,
    ANSWERS,
    AT,
    LICENCE,
    ORGANISATION,
    PERSON,
    _text_of,
    filled,
    licence,
    pdf,
    step,
    submitted,
    told,
)


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


def inspected():
    """A pharmacy of which a supplement was asked and given, before its inspection."""
    answers = PERSON | ORGANISATION
    answers |= {"kind": ["pharmacy"], "certificate": ["1"], "area": ["20"], "truthful": ["true"]}
    pk = filled("du-dieu-kien-kinh-doanh-duoc", answers, ("technical",))
    row = submitted(pk)
    step(row, "receive", people.OFFICER, "accept")
    step(row, "verify", people.OFFICER, "supplement", items=["Sơ đồ"], reason="Thiếu")
    services.supply(pk, [("so-do.pdf", [pdf()])], words="", by=people.APPLICANT, at=AT)
    row.refresh_from_db()
    step(row, "verify", people.OFFICER, "accept")
    return row


def test_what_is_to_be_remedied_takes_nothing_away_of_what_was_supplied():
    row = inspected()
    step(row, "inspect", people.INSPECTOR, "remedy", items=["Tủ lạnh"], reason="Chưa đủ")
    services.supply(row.pk, [], words="Đã lắp", by=people.APPLICANT, at=AT)
    row.refresh_from_db()

    assert [one["kind"] for one in row.supplements] == ["supplement", "remedy"]
    assert [file["name"] for file in row.supplements[0]["files"]] == ["so-do.pdf"]
    assert told().count("procedures.supplement") == 2


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("fail", "procedures.reason_missing"), ("remedy", "procedures.nothing_asked")],
)
def test_nothing_goes_against_an_applicant_without_a_reason(outcome, code):
    row = inspected()

    with pytest.raises(errors.Incorrect) as refused:
        step(row, "inspect", people.INSPECTOR, outcome)

    assert refused.value.code == code
    assert workflow.case(row.case).open_elements == ("inspect",)


def test_a_failed_inspection_ends_in_a_refusal():
    row = inspected()
    step(row, "inspect", people.INSPECTOR, "fail", reason="Không có kho lạnh")
    step(row, "check", people.HEAD, "accept")
    step(row, "sign", people.DIRECTOR, "accept")

    assert (row.state, row.result_until) == ("decided", None)
    assert "Không có kho lạnh" in _text_of(row.result_file)


def test_a_step_is_decided_on_the_page_of_its_own_dossier():
    row, other = submitted(licence()), submitted(filled(LICENCE, PERSON | ANSWERS, ALL_PAPERS))
    (task,) = [t for t in workflow.tasks_of(other.case) if t.state == "open"]

    with pytest.raises(errors.NotFound):
        services.decide(task.id, case_id=row.case, by=people.OFFICER, at=AT, outcome="accept")

    assert workflow.task(task.id).state == "open"


def test_a_draft_of_a_form_that_is_out_of_date_is_brought_up_to_date_and_keeps_what_is_asked():
    pk = licence()
    row = models.Dossier.objects.get(pk=pk)
    definition = row.version.definition | {"name": "Cấp mới, theo quy định mới"}
    services.publish(definition, by=people.OFFICER, valid_from=AT.date())

    with pytest.raises(errors.RuleBroken) as refused:
        services.submit(pk, by=people.APPLICANT, at=AT)
    services.bring_up_to_date(pk, by=people.APPLICANT, at=AT)
    row = submitted(pk)

    assert refused.value.code == "procedures.out_of_date"
    assert (row.version.number, row.state) == (2, "submitted")
    assert forms.fetch(row.response).answers["school"] == "Trường mô phỏng"
