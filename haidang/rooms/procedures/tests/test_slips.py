"""Slips 01 to 06: what they say, when they come by themselves, and where their code leads."""

from datetime import datetime, timedelta

import pytest

from haidang.engines.documents import api as documents
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor, dates, errors
from haidang.rooms.procedures import domain, selectors, services
from haidang.rooms.procedures.tests import people, test_services
from haidang.rooms.procedures.tests.test_counter import slip, text_of
from haidang.rooms.procedures.tests.test_services import AT


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_TRUST = str(tmp_path / "trust")
    settings.HAIDANG_TSA, settings.HAIDANG_SIGNATURE_LEVEL = "", "B-T"


@pytest.fixture
def row():
    found = test_services.submitted(test_services.licence())
    return test_services.step(found, "receive", people.OFFICER, "accept")


def test_a_refusal_at_the_desk_is_slip_03_with_its_basis():
    found = test_services.submitted(test_services.licence())
    test_services.step(found, "receive", people.OFFICER, "refuse", reason="Không thuộc thẩm quyền")

    told = slip(found, "03")

    for words in (
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "với lý do: Không thuộc thẩm quyền. ",
        "Luật Khám bệnh, chữa bệnh 15/2023/QH15",
        "0001/TCHS",
    ):
        assert words in told


@pytest.mark.parametrize("reason", ["Thiếu văn bằng", "Thiếu văn bằng. "])
def test_what_an_officer_typed_ends_as_a_sentence(reason):
    found = test_services.submitted(test_services.licence())
    test_services.step(found, "receive", people.OFFICER, "supplement", items=["A"], reason=reason)

    assert "Lý do: Thiếu văn bằng. Trong quá trình hoàn thiện" in slip(found, "02")


def test_an_apology_gives_one_new_date_and_tells_the_applicant(row):
    until = datetime(2026, 12, 30, 17, tzinfo=dates.HANOI)
    services.apologise(
        row.case, by=people.OFFICER, at=AT, until=until, reason="Chờ xác minh văn bằng"
    )

    told = slip(row, "04")
    for words in (
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "23/12/2026",
        "30/12/2026",
        "Chờ xác minh văn bằng",
    ):
        assert words in told
    row.refresh_from_db()
    assert row.due_at == until
    assert test_services.told()[0] == "procedures.put_off"
    later = until + timedelta(days=5)
    with pytest.raises(errors.RuleBroken) as refused:
        services.apologise(row.case, by=people.OFFICER, at=AT, until=later, reason="Lần nữa")
    assert refused.value.code == "workflow.extended_once"
    assert row.slips.filter(form="04").count() == 1


def test_the_control_sheet_has_a_line_for_each_handover(row):
    late = AT + timedelta(days=30)
    test_services.step(row, "verify", people.OFFICER, "accept", at=late)

    name, kind, content = selectors.sheet_of_case(row.case, by=people.OFFICER, at=late)

    assert (name, kind) == (f"mau-05-{row.code}.pdf", "application/pdf")
    told = text_of(content)
    for words in ("PHIẾU KIỂM SOÁT", "Trần Thị Thử", "Thẩm định", "Quá hạn", "Mẫu số 05"):
        assert words in told
    with pytest.raises(errors.NotFound):
        selectors.sheet_of_case(row.case, by=people.SOMEBODY, at=late)


def test_a_dossier_taken_after_three_is_handed_over_the_next_working_day():
    friday = datetime(2026, 11, 20, 15, 10, tzinfo=dates.HANOI)
    found = test_services.submitted(test_services.licence(), at=friday)
    test_services.step(found, "receive", people.OFFICER, "accept", at=friday)

    told = text_of(selectors.sheet_of_case(found.case, by=people.OFFICER, at=friday)[2])

    assert "23/11/2026" in told


def test_numbers_of_slips_run_through_the_year_by_form():
    numbers = []
    for _time in range(2):
        found = test_services.submitted(test_services.licence())
        test_services.step(found, "receive", people.OFFICER, "accept")
        numbers.append(found.slips.get().number)

    assert numbers == ["0001/TNHS", "0002/TNHS"]


def test_a_slip_is_what_it_was_when_it_was_made(row):
    before = slip(row, "01")
    type(row).objects.filter(pk=row.pk).update(applicant_name="Tên Khác")
    row.refresh_from_db()

    assert slip(row, "01") == before


def test_a_slip_bears_the_seal_and_stays_one_paper(row):
    documents.make_synthetic_signers(
        org=domain.DEPARTMENT, organisation="Sở Y tế mô phỏng", people=[]
    )
    services.sign_slips()
    made = row.slips.get()
    services.slip_signed(f"Slip/{made.pk}", documents.issued(made.code).file)
    made.refresh_from_db()

    with documents.open_file(made.file) as file:
        (seal,) = documents.check(file.read()).signatures
    assert (seal.signer, seal.holds) == ("Sở Y tế mô phỏng", True)


def test_whoever_holds_a_slip_follows_the_dossier_and_learns_no_name(client, row):
    code = row.slips.get().code

    page = client.get("/theo-doi-ho-so/", {"ma": code.lower()}).content.decode()

    for words in (row.code, "Đang giải quyết", "0001/TNHS", "Tiếp nhận"):
        assert words in page
    for secret in ("Trần Thị Thử", "chuyen-vien", "0912345678"):
        assert secret not in page
    assert "Không có phiếu này" in client.get("/theo-doi-ho-so/?ma=AAAA").content.decode()


def test_a_slip_of_another_dossier_is_not_found(row):
    other = test_services.submitted(test_services.licence())

    with pytest.raises(errors.NotFound):
        selectors.slip_file(other, row.slips.get().pk)
    with pytest.raises(errors.NotFound):
        selectors.slip_of_case(row.case, row.slips.get().pk, by=people.SOMEBODY)


def test_a_slip_of_the_system_is_signed_by_nobody_in_person(row):
    until = workflow.case(row.case).due_at + timedelta(days=5)
    services.apologise(row.case, by=actor.SYSTEM, at=AT, until=until, reason="Quá hạn")

    assert "THỦ TRƯỞNG CƠ QUAN" in slip(row, "04")
