"""Paper dossiers at the counter and by post, from the card to the signature line."""

from datetime import date, timedelta

import pypdfium2
import pytest

from haidang.engines.documents import api as documents
from haidang.engines.people import api as persons
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures import domain, models, selectors, services
from haidang.rooms.procedures.tests import people, test_services
from haidang.rooms.procedures.tests.test_services import AT, LICENCE

FREE = "dang-ky-hanh-nghe"
ORGANISATION = ("Phòng khám mô phỏng", "0200000001")
STAFF = {f"people.0.{name}": ["1"] for name in ("practitioner", "licence", "position", "hours")} | {
    "truthful": ["true"]
}
CONTACT = {"phone": "0912345678", "address": "Số 1 đường Mô Phỏng", "return_way": "counter"}


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


@pytest.fixture
def stranger(everything_open):
    """Somebody from a card, whom nobody had typed in."""
    ref = services.find_or_make_person(
        name="Vũ Thị Quầy",
        birth_date=date(1950, 2, 3),
        sex="female",
        citizen_id="031150000016",
        phone="0912345678",
        address="Số 1 đường Mô Phỏng",
        by=people.OFFICER,
    )
    return ref, "Vũ Thị Quầy"


def taken_in(person, key=FREE, **changed):
    organisation = changed.pop("organisation", ORGANISATION)
    known = selectors.known_at_desk(person[0], organisation, on=AT.date())
    told = {
        "channel": "counter",
        "person": person,
        "contact": CONTACT,
        "known": known,
        "organisation": organisation,
        "by": people.OFFICER,
        "at": AT,
    }
    return services.receive_paper(key, **told | changed)


def filled(pk, at=AT):
    posted = STAFF | test_services.ORGANISATION
    services.keep_paper_answers(pk, posted, by=people.OFFICER, revision=0)
    services.send_paper(pk, by=people.OFFICER, at=at)
    return models.Dossier.objects.get(pk=pk)


def received(person, **changed):
    return filled(taken_in(person, **changed))


def text_of(content):
    pages = pypdfium2.PdfDocument(content)
    told = " ".join(page.get_textpage().get_text_bounded() for page in pages)
    return " ".join(told.split())


def slip(row, form):
    found = row.slips.filter(form=form).latest("made_at")
    return text_of(selectors.slip_file(row, found.pk)[2])


def test_a_card_leads_to_the_same_person_again(stranger):
    again = services.find_or_make_person(
        name="VU THI QUAY",
        birth_date=date(1950, 2, 3),
        sex="female",
        citizen_id="031150000016",
        phone="",
        address="",
        by=people.OFFICER,
    )

    assert again == stranger[0]
    assert persons.person(again).name == "Vũ Thị Quầy"


def test_a_paper_dossier_is_received_where_it_is_taken_in(stranger):
    row = received(stranger)

    assert (row.state, row.channel, row.clerk_name) == ("processing", "counter", "chuyen-vien")
    assert (row.applicant, row.submitter_name) == ("Organisation/0200000001", "Vũ Thị Quầy")
    assert row.due_at == workflow.case(row.case).due_at
    receipt = slip(row, "01")
    for words in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mẫu số 01",
        "Số: 0001/TNHS",
        row.code,
        "Phòng khám mô phỏng",
        "Vũ Thị Quầy",
        "0912345678",
        "Số 1 đường Mô Phỏng",
        "09 giờ 00 phút, ngày 23/11/2026",
        "Người nộp hồ sơ".upper(),
        "Người tiếp nhận hồ sơ".upper(),
    ):
        assert words in receipt


def test_a_paper_dossier_with_a_fee_waits_for_the_money(stranger):
    pk = taken_in(stranger, LICENCE, organisation=None)
    person = test_services.PERSON | test_services.ANSWERS
    saved = services.keep_paper_answers(pk, person, by=people.OFFICER, revision=0)
    for one in ("diploma", "practice", "photo"):
        scan = (f"paper_{one}", "quet.pdf", [test_services.pdf()])
        saved = services.attach_scan(pk, *scan, by=people.OFFICER, revision=saved.revision)
    services.send_paper(pk, by=people.OFFICER, at=AT)
    row = models.Dossier.objects.get(pk=pk)
    assert (row.state, row.applicant) == ("unpaid", stranger[0])
    assert not row.slips.exists()

    services.paid(row.order, at=AT)
    row.refresh_from_db()
    test_services.step(row, "receive", people.OFFICER, "accept")

    assert "Văn bằng chuyên môn (01 bản)" in slip(row, "01")


def test_papers_by_post_have_the_number_of_their_parcel(stranger):
    with pytest.raises(errors.Incorrect) as refused:
        taken_in(stranger, channel="post", post=" ")
    assert refused.value.code == "procedures.tracking_missing"

    pk = taken_in(stranger, channel="post", post="RR123456785VN")

    (parcel,) = models.Parcel.objects.filter(dossier=pk)
    assert (parcel.direction, parcel.tracking) == ("in", "RR123456785VN")


def test_only_the_clerk_who_took_it_in_fills_it_in(stranger):
    pk = taken_in(stranger)

    for act in (
        lambda: services.keep_paper_answers(pk, {}, by=people.HEAD, revision=0),
        lambda: services.attach_scan(pk, "a", "a.pdf", [b""], by=people.HEAD, revision=0),
        lambda: services.send_paper(pk, by=people.HEAD, at=AT),
        lambda: selectors.paper_dossier(pk, by=people.HEAD),
    ):
        with pytest.raises(errors.NotFound):
            act()


def decided(row):
    for element, by in (
        ("verify", people.OFFICER),
        ("check", people.HEAD),
        ("sign", people.DIRECTOR),
    ):
        test_services.step(row, element, by, "accept")
    return row


def test_a_result_at_the_counter_has_a_line_to_sign(stranger):
    row = decided(received(stranger))
    with pytest.raises(errors.Incorrect) as refused:
        test_services.step(row, "deliver", people.OFFICER)
    assert refused.value.code == "procedures.handing_incomplete"

    handing = domain.Handing("counter", to="Vũ Thị Quầy")
    test_services.step(row, "deliver", people.OFFICER, handing=handing)

    assert (row.state, row.returned_to, row.return_way) == ("returned", "Vũ Thị Quầy", "counter")
    line = slip(row, "handing")
    assert "PHIẾU GIAO NHẬN KẾT QUẢ" in line
    assert row.result_number in line
    assert "NGƯỜI NHẬN KẾT QUẢ" in line


def test_a_result_by_post_has_its_number_and_its_price(stranger):
    contact = CONTACT | {"return_way": "post", "return_address": "Số 9 đường Nhận Thư"}
    row = decided(received(stranger, contact=contact))
    assert "Số 9 đường Nhận Thư" in slip(row, "01")
    for wrong in (domain.Handing("post"), domain.Handing("post", tracking="R1", fee_vnd=-1)):
        with pytest.raises(errors.Incorrect):
            test_services.step(row, "deliver", people.OFFICER, handing=wrong)

    handing = domain.Handing("post", tracking="RR987654321VN", fee_vnd=25_000)
    test_services.step(row, "deliver", people.OFFICER, handing=handing)

    parcel = row.parcels.get()
    assert (parcel.direction, parcel.fee_vnd) == ("out", 25_000)
    assert parcel.address == "Số 9 đường Nhận Thư"
    assert not row.slips.filter(form="handing").exists()


def test_what_was_missing_is_brought_to_the_counter(stranger):
    row = received(stranger)
    asked = {"items": ["Danh sách có chữ ký"], "reason": "Thiếu chữ ký"}
    test_services.step(row, "verify", people.OFFICER, "supplement", **asked)
    told = slip(row, "02")
    for words in ("PHIẾU YÊU CẦU BỔ SUNG", "Danh sách có chữ ký", "Thiếu chữ ký", "0001/HDHS"):
        assert words in told

    services.supply_at_desk(
        row.case,
        [("bo-sung.pdf", [test_services.pdf()])],
        words="",
        by=people.OFFICER,
        at=AT + timedelta(days=3),
    )

    row.refresh_from_db()
    assert row.state == "processing"
    assert row.slips.filter(form="01").count() == 2
    assert "Giấy tờ bổ sung (01 bản)" in slip(row, "01")


def test_dossiers_are_counted_by_channel(stranger):
    received(stranger)
    filled(taken_in(stranger, channel="post", post="RR123456785VN"))
    test_services.submitted(test_services.licence())

    counted = selectors.counter(by=people.OFFICER, at=AT)

    assert counted["channels"] == {"online": 1, "counter": 1, "post": 1}
    assert len(counted["lines"]) == 2


def test_the_book_follows_every_dossier_of_a_month_page_by_page(stranger):
    rows = [received(stranger), filled(taken_in(stranger), at=AT + timedelta(hours=1))]

    first, more = selectors.book(month=date(2026, 11, 1), limit=1)
    second, end = selectors.book(month=date(2026, 11, 1), after=more, limit=1)

    assert [first[0][0].pk, second[0][0].pk] == [row.pk for row in rows]
    assert end is None
    assert selectors.book(month=date(2026, 12, 1)) == ([], None)
    paper = text_of(selectors.book_paper(month=date(2026, 11, 1), at=AT)[2])
    assert "SỔ THEO DÕI HỒ SƠ" in paper
    assert "Tháng 11/2026" in paper


def test_an_applicant_chooses_how_the_result_comes():
    pk = test_services.licence()
    with pytest.raises(errors.Incorrect):
        services.choose_return(pk, by=people.APPLICANT, way="post", address=" ")
    with pytest.raises(errors.NotFound):
        services.choose_return(pk, by=people.SOMEBODY, way="counter")

    services.choose_return(pk, by=people.APPLICANT, way="post", address="Số 9")

    row = test_services.submitted(pk)
    assert (row.return_way, row.contact["return_address"]) == ("post", "Số 9")
    assert row.contact["phone"] == "0912345678"


def test_slips_get_the_seal_of_the_department_when_the_worker_comes(stranger):
    row = received(stranger)
    assert row.slips.get().file == ""

    assert services.sign_slips() == 1
    assert services.sign_slips() == 0

    made = row.slips.get()
    issued = documents.issued(made.code)
    assert (issued.about, issued.number, issued.file) == (
        f"Slip/{made.pk}",
        made.number,
        made.file,
    )
    row.refresh_from_db()
    assert row.result_file == ""
