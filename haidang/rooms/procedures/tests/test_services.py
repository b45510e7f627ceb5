"""Dossiers from beginning to end, along every kind of process."""

import io
from datetime import datetime, timedelta

import pypdfium2
import pytest

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor, dates, errors
from haidang.rooms.procedures import domain, models, services
from haidang.rooms.procedures.selectors import catalogue
from haidang.rooms.procedures.tests import people

AT = datetime(2026, 11, 23, 9, tzinfo=dates.HANOI)
LICENCE = "giay-phep-hanh-nghe-cap-moi"
SAFE = True
ANSWERS = {
    "profession": ["nurse"],
    "school": ["Trường mô phỏng"],
    "graduated": ["20/06/2015"],
    "months": ["12"],
    "truthful": ["true"],
}
PERSON = {f"applicant.{name.partition('.')[2]}": [value] for name, value in people.KNOWN.items()}
ORGANISATION = {
    "organisation.org_name": ["Nhà thuốc mô phỏng"],
    "organisation.tax_code": ["0200000001"],
    "organisation.org_address": ["Số 2 đường Mô Phỏng"],
    "organisation.head": ["Trần Thị Thử"],
}


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")  # none: papers are given out unsigned


def pdf():
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(out)
    return out.getvalue()


def filled(key, answers, papers=()):
    """A dossier with everything that its form asks for, not yet submitted."""
    pk = services.begin(key, by=people.APPLICANT, known=people.KNOWN, at=AT)
    saved = services.save_answers(pk, answers, by=people.APPLICANT, revision=0)
    for paper in papers:
        saved = services.attach(
            pk, f"paper_{paper}", "a.pdf", [pdf()], by=people.APPLICANT, revision=saved.revision
        )
    return pk


ALL_PAPERS = ("diploma", "practice", "photo")


def licence():
    return filled(LICENCE, PERSON | ANSWERS, ALL_PAPERS)


def submitted(pk, at=AT):
    """Submitted and, where there is a fee, paid."""
    services.submit(pk, by=people.APPLICANT, at=at)
    row = models.Dossier.objects.get(pk=pk)
    if row.order:
        services.paid(row.order, at=at)
    return models.Dossier.objects.get(pk=pk)


def step(row, element, by, outcome="", at=AT, **more):
    task = next(
        t for t in workflow.tasks_of(row.case) if t.element == element and t.state == "open"
    )
    services.decide(task.id, by=by, at=at, outcome=outcome, **more)
    row.refresh_from_db()
    return row


def told():
    return [message.kind for message in notify.inbox(people.APPLICANT.ref)]


def test_a_licence_from_the_first_question_to_the_paper():
    row = submitted(licence())
    assert (row.state, row.code) == ("submitted", "H24.15-261123-0001")
    step(row, "receive", people.OFFICER, "accept")
    step(row, "verify", people.OFFICER, "accept")
    step(row, "check", people.HEAD, "accept")
    step(row, "sign", people.DIRECTOR, "accept")
    assert row.state == "decided"
    step(row, "deliver", people.OFFICER)

    assert (row.state, row.result_number) == ("returned", "0001/2026/SYT.01")
    assert row.result_until == AT.date() + timedelta(days=1826)
    text = _text_of(row.result_file)
    for words in ("GIẤY PHÉP HÀNH NGHỀ", "0001/2026/SYT.01", "Trần Thị Thử", "mô phỏng"):
        assert words in text
    assert told() == [
        "procedures.returned",
        "procedures.signed",
        "procedures.received",
        "procedures.submitted",
    ]
    names = {event.name for event in ledger.events(names=("procedures.dossier.*",))}
    assert names >= {
        "procedures.dossier.submitted",
        "procedures.dossier.received",
        "procedures.dossier.decided",
        "procedures.dossier.returned",
    }


def _text_of(sha256):
    with documents.open_file(sha256) as file:
        page = pypdfium2.PdfDocument(file.read())[0]
    return page.get_textpage().get_text_bounded()


def test_what_is_known_is_filled_in_and_a_dossier_is_gone_on_with():
    pk = services.begin(LICENCE, by=people.APPLICANT, known=people.KNOWN, at=AT)

    assert services.begin(LICENCE, by=people.APPLICANT, known={}, at=AT) == pk
    response = models.Dossier.objects.get(pk=pk).response
    answers = forms.response(response, by=people.APPLICANT).answers
    assert answers["applicant"]["citizen_id"] == "031190000016"


def test_an_incomplete_dossier_is_not_submitted():
    pk = services.begin(LICENCE, by=people.APPLICANT, known=people.KNOWN, at=AT)

    with pytest.raises(errors.RuleBroken) as refused:
        services.submit(pk, by=people.APPLICANT, at=AT)

    assert {i["expression"] for i in refused.value.facts["issues"]} >= {"profession", "paper_photo"}
    assert models.Dossier.objects.get(pk=pk).code is None


def test_a_dossier_waits_for_its_fee_and_is_submitted_once():
    pk = licence()
    code = services.submit(pk, by=people.APPLICANT, at=AT)
    row = models.Dossier.objects.get(pk=pk)

    assert services.submit(pk, by=people.APPLICANT, at=AT) == code
    assert (row.state, row.case) == ("unpaid", "")
    assert payments.order(row.order).amount_vnd == 360_000
    for _time in range(2):
        services.paid(row.order, at=AT)
    row.refresh_from_db()
    assert row.state == "submitted"
    assert workflow.case(row.case).due_at.astimezone(dates.HANOI).date().isoformat() == "2026-12-23"


def test_a_supplement_is_asked_for_once_stops_the_clock_and_starts_it_again():
    row = submitted(licence())
    step(row, "receive", people.OFFICER, "accept")
    later = AT + timedelta(days=2)
    step(
        row,
        "verify",
        people.OFFICER,
        "supplement",
        at=later,
        items=["Ảnh 4x6 nền trắng"],
        reason="Ảnh không đúng nền",
    )
    assert (row.state, workflow.case(row.case).state) == ("supplement", "paused")
    assert told()[0] == "procedures.supplement"

    services.supply(
        row.pk, [("anh.pdf", [pdf()])], words="", by=people.APPLICANT, at=AT + timedelta(days=7)
    )
    row.refresh_from_db()

    case = workflow.case(row.case)
    assert (row.state, case.open_elements) == ("processing", ("verify",))
    assert case.due_at.astimezone(dates.HANOI).date().isoformat() == "2026-12-30"
    with pytest.raises(errors.RuleBroken) as refused:
        step(row, "verify", people.OFFICER, "supplement", items=["x"], reason="y")
    assert refused.value.code == "procedures.asked_once"


def test_a_supplement_asked_for_at_the_desk_comes_back_to_the_desk():
    row = submitted(licence())
    step(row, "receive", people.OFFICER, "supplement", items=["Văn bằng"], reason="Mờ")

    with pytest.raises(errors.Incorrect):
        services.supply(row.pk, [], words=" ", by=people.APPLICANT, at=AT)
    services.supply(row.pk, [], words="Văn bằng đã rõ", by=people.APPLICANT, at=AT)
    row.refresh_from_db()

    assert (row.state, workflow.case(row.case).open_elements) == ("submitted", ("receive",))


def test_a_refusal_at_the_desk_has_a_reason_and_the_fee_goes_back():
    row = submitted(licence())
    with pytest.raises(errors.Incorrect):
        step(row, "receive", people.OFFICER, "refuse")
    step(row, "receive", people.OFFICER, "refuse", reason="Không thuộc thẩm quyền")

    assert (row.state, workflow.case(row.case).state) == ("refused", "ended")
    assert payments.order(row.order).state == "cancelled"


def test_a_refusal_after_examination_is_a_signed_result():
    row = submitted(licence())
    step(row, "receive", people.OFFICER, "accept")
    step(row, "verify", people.OFFICER, "refuse", reason="Thiếu thời gian thực hành")
    step(row, "check", people.HEAD, "accept")
    step(row, "sign", people.DIRECTOR, "accept")

    assert row.state == "decided"
    assert row.result_until is None
    assert "Thiếu thời gian thực hành" in _text_of(row.result_file)


def test_a_leader_sends_work_back():
    row = submitted(licence())
    step(row, "receive", people.OFFICER, "accept")
    step(row, "verify", people.OFFICER, "accept")
    step(row, "check", people.HEAD, "accept")
    step(row, "sign", people.DIRECTOR, "return")

    assert workflow.case(row.case).open_elements == ("verify",)
    assert row.state == "processing"


def test_a_refusal_that_a_leader_sends_back_is_judged_anew():
    row = submitted(licence())
    step(row, "receive", people.OFFICER, "accept")
    step(row, "verify", people.OFFICER, "refuse", reason="Thiếu thời gian thực hành")
    step(row, "check", people.HEAD, "return")
    step(row, "verify", people.OFFICER, "accept")
    step(row, "check", people.HEAD, "accept")
    step(row, "sign", people.DIRECTOR, "accept")

    assert row.refusal == ""
    assert "từ chối" not in _text_of(row.result_file)


def test_an_inspection_with_something_to_remedy():
    pk = filled(
        "du-dieu-kien-kinh-doanh-duoc",
        PERSON
        | ORGANISATION
        | {"kind": ["pharmacy"], "certificate": ["1"], "area": ["20"], "truthful": ["true"]},
        ("technical",),
    )
    row = submitted(pk)
    step(row, "receive", people.OFFICER, "accept")
    step(row, "verify", people.OFFICER, "accept")
    remedy = {"items": ["Tủ lạnh bảo quản thuốc"], "reason": "Chưa đủ điều kiện bảo quản"}
    step(row, "inspect", people.INSPECTOR, "remedy", **remedy)
    assert row.state == "supplement"
    services.supply(pk, [], words="Đã lắp thêm tủ lạnh", by=people.APPLICANT, at=AT)
    row.refresh_from_db()
    step(row, "inspect", people.INSPECTOR, "pass")

    assert workflow.case(row.case).open_elements == ("check",)
    assert (told().count("procedures.supplement"), row.supplements[0]["words"]) == (
        1,
        "Đã lắp thêm tủ lạnh",
    )


def test_an_opinion_of_another_agency_is_asked_side_by_side():
    pk = filled(
        "cong-bo-co-so-tiem-chung",
        ORGANISATION | {"capacity": ["50"], "truthful": ["true"]},
        ("self", "people"),
    )
    row = submitted(pk)
    step(row, "receive", people.OFFICER, "accept")

    assert workflow.case(row.case).open_elements == ("consult", "verify")
    assert workflow.work_list(by=people.CONTROL_CENTRE, on=AT.date())[0].element == "consult"
    with pytest.raises(errors.NotAllowed):
        step(row, "consult", people.OFFICER, "agree")
    step(row, "consult", people.CONTROL_CENTRE, "agree")
    step(row, "verify", people.OFFICER, "accept")
    assert workflow.case(row.case).open_elements == ("check",)


def test_an_automatic_procedure_has_its_result_when_the_fee_is_paid():
    pk = filled(
        "cong-bo-thiet-bi-y-te-ab",
        ORGANISATION | {"device": ["Nhiệt kế"], "class": ["A"], "truthful": ["true"]},
        ("iso", "label", "manual"),
    )
    row = submitted(pk)

    assert (row.state, row.result_number) == ("returned", "0001/2026/SYT.15")


@pytest.mark.parametrize("paid_first", [True, False])
def test_an_applicant_withdraws_and_the_money_is_owed_back(paid_first):
    pk = licence()
    services.submit(pk, by=people.APPLICANT, at=AT)
    row = models.Dossier.objects.get(pk=pk)
    if paid_first:
        services.paid(row.order, at=AT)
    services.withdraw(pk, by=people.APPLICANT, at=AT, reason="Đổi ý")
    row.refresh_from_db()

    assert (row.state, payments.order(row.order).state) == ("withdrawn", "cancelled")
    with pytest.raises(errors.Conflict):
        services.withdraw(pk, by=people.APPLICANT, at=AT, reason="lần nữa")


def test_nobody_touches_the_dossier_of_another():
    pk = licence()

    for act in (
        lambda: services.save_answers(pk, {}, by=people.SOMEBODY, revision=0),
        lambda: services.submit(pk, by=people.SOMEBODY, at=AT),
        lambda: services.withdraw(pk, by=people.SOMEBODY, at=AT, reason="x"),
        lambda: services.supply(pk, [], words="x", by=people.SOMEBODY, at=AT),
        lambda: services.rate(pk, by=people.SOMEBODY, rating="satisfied"),
    ):
        with pytest.raises(errors.NotFound):
            act()


def test_a_returned_dossier_is_rated_once():
    pk = licence()
    with pytest.raises(errors.Conflict):
        services.rate(pk, by=people.APPLICANT, rating="satisfied")
    models.Dossier.objects.filter(pk=pk).update(state="returned", code="x")

    with pytest.raises(errors.Incorrect):
        services.rate(pk, by=people.APPLICANT, rating="great")
    services.rate(pk, by=people.APPLICANT, rating="satisfied", words="Nhanh")

    with pytest.raises(errors.Conflict):
        services.rate(pk, by=people.APPLICANT, rating="satisfied")


def test_the_files_of_the_room_are_whole_and_loaded_once():
    found = catalogue.current(AT.date())

    assert len(found) == 20
    assert services.load_files(by=actor.SYSTEM) == 0
    kinds = {one.process for one in found}
    assert kinds == {"review", "inspection", "council", "interagency", "automatic"}
    assert all(one.partial_reason for one in found if one.level == "partial")


@pytest.mark.parametrize(
    ("need", "first"),
    [
        ("mo nha thuoc", "du-dieu-kien-kinh-doanh-duoc"),
        ("bếp ăn trường học", "du-dieu-kien-an-toan-thuc-pham"),
        ("dieu duong hanh nghe", LICENCE),
        ("mở phòng khám", "giay-phep-hoat-dong-cap-moi"),
    ],
)
def test_a_need_in_plain_words_finds_its_procedure(need, first):
    assert first in [one.key for one in catalogue.search(need, AT.date())][:3]


def test_an_officer_adds_a_procedure_and_somebody_applies_the_same_minute():
    definition = {
        "key": "thu-tuc-moi",
        "code": "SYT.99",
        "name": "Thủ tục mới",
        "sector": "Khác",
        "summary": "Việc mới.",
        "who": "Mọi người",
        "basis": ["Quyết định mới"],
        "term": 3,
        "process": "review",
        "result": "Văn bản",
        "result_code": "KQ.SYT.99",
        "form": [{"block": "applicant"}, {"block": "agreement"}],
    }
    services.publish(definition, by=people.OFFICER, valid_from=AT.date())

    pk = filled("thu-tuc-moi", PERSON | {"truthful": ["true"]})

    assert submitted(pk).state == "submitted"
    assert domain.STATES["submitted"] == 1
