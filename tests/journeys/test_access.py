"""Who sees a record, who does not, and how everybody can tell afterwards."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys import dossiers
from tests.journeys.conftest import PHONE
from tests.journeys.test_dossier_to_record import CLERK, find, send

pytestmark = pytest.mark.journey

STRANGER, PRIVACY, CITIZEN = "phongkham.demo", "dulieu.demo", "nguoidan.demo"
REASON = "Người bệnh hôn mê, cần biết thuốc đang dùng"


@pytest.fixture
def person(visit):
    newcomer = dossiers.newcomer()
    send(visit(CLERK), dossiers.file_of(dossiers.visits_of(newcomer, count=1)))
    return newcomer


def test_a_closed_record_opens_in_an_emergency_and_is_reviewed(visit, person, accessible):
    doctor = visit(STRANGER)
    find(doctor, person.citizen_id)  # a whole number leads straight to the person
    expect(doctor.get_by_role("heading", name="Hồ sơ này đang đóng")).to_be_visible()
    accessible(doctor)

    doctor.locator("textarea, input[name=reason]").first.fill(REASON)
    doctor.get_by_role("button", name="Mở hồ sơ").click()

    expect(doctor.get_by_text("Bệnh đái tháo đường típ 2").first).to_be_visible()
    officer = visit(PRIVACY)
    officer.goto("/an-toan/mo-khan-cap/")
    expect(officer.get_by_text(REASON).first).to_be_visible()
    accessible(officer)


def test_a_family_reads_its_records_and_who_looked(visit, accessible):
    citizen = visit(CITIZEN, PHONE)
    citizen.goto("/cong-dan/ho-so/")
    accessible(citizen)
    cards = citizen.locator("main a[href*='/cong-dan/ho-so/']")
    assert cards.count() == 4

    cards.nth(1).click()
    expect(citizen.get_by_role("heading", level=1)).to_be_visible()
    accessible(citizen)
    citizen.get_by_role("link", name=re.compile("Ai đã xem")).first.click()

    expect(citizen.get_by_text(re.compile("Bạn|bạn")).first).to_be_visible()
    accessible(citizen)


def test_a_citizen_cannot_open_somebody_else(visit, person):
    clerk = visit(CLERK)
    find(clerk, person.citizen_id)
    expect(clerk.get_by_text(person.name).first).to_be_visible()
    address = urlsplit(clerk.url).path
    citizen = visit(CITIZEN)

    staff_page = citizen.goto(address)
    own_page = citizen.goto(f"/cong-dan{address}")

    assert staff_page.status == 403
    assert own_page.status in {403, 404}
    assert person.name not in citizen.content()


def test_a_wrong_password_is_told_plainly(visit, accessible):
    page = visit()
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill("bacsi.demo")
    page.get_by_label("Mật khẩu", exact=True).fill("không phải mật khẩu")

    page.get_by_role("button", name="Đăng nhập", exact=True).click()

    expect(page.get_by_role("alert").first).to_be_visible()
    assert "dang-nhap" in page.url
    accessible(page)


def test_a_session_can_be_ended_from_another_device(visit):
    lost, own = (visit("thungan.demo", again=True) for _ in range(2))
    own.goto("/tai-khoan/bao-mat/")

    own.get_by_role("button", name=re.compile("các phiên khác|phiên khác")).first.click()
    if own.get_by_role("dialog").count():
        own.get_by_role("dialog").get_by_role("button").last.click()
    own.wait_for_load_state()

    lost.goto("/lam-viec/")
    assert "dang-nhap" in lost.url
    own.goto("/lam-viec/")
    assert "dang-nhap" not in own.url


def test_the_ledger_proves_itself_on_a_page(visit, accessible):
    page = visit(PRIVACY)
    page.goto("/an-toan/so/")

    page.get_by_role("button", name="Kiểm tra ngay").click()

    expect(page.get_by_text("Nguyên vẹn").first).to_be_visible()
    accessible(page)
