"""The main job: a hospital's dossier becomes a person's lifelong record."""

import re

import pytest
from playwright.sync_api import expect

from haidang.kernel import text
from tests.journeys import dossiers
from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.journey

CLERK, DOCTOR = "hoso.demo", "bacsi.demo"


@pytest.fixture
def person():
    return dossiers.newcomer()


def send(page, file, outcome="Đã ghi"):
    """Upload a file and wait on the message's page until all in it has come to this outcome."""
    _upload(page, file)
    page.get_by_role("link", name="Xem báo cáo").click()
    expect(page.locator("#thong-diep:not([hx-trigger])")).to_be_visible(timeout=60_000)
    expect(page.locator("#thong-diep p").first).to_contain_text(outcome)


def _upload(page, file):
    page.goto("/tiep-nhan-ho-so/gui/")
    page.locator("form[data-upload] input[type=file]").set_input_files(file)
    page.locator("form[data-upload]").get_by_role("button", name="Gửi hồ sơ").click()


def find(page, words):
    page.goto("/tim-nguoi/")
    page.locator("#q").fill(words)
    with page.expect_navigation():
        page.locator("#q").press("Enter")


def test_a_dossier_becomes_a_record_that_a_doctor_reads(visit, person, accessible):
    clerk = visit(CLERK)
    send(clerk, dossiers.file_of(dossiers.visits_of(person)))
    expect(clerk.get_by_text("Đã ghi").first).to_be_visible()
    accessible(clerk)

    doctor = visit(DOCTOR)
    find(doctor, text.fold(person.name))
    doctor.get_by_role("link", name=re.compile(person.name)).click()

    expect(doctor.get_by_text(person.name).first).to_be_visible()
    expect(doctor.get_by_text("Bệnh đái tháo đường típ 2").first).to_be_visible()
    accessible(doctor)
    parts = doctor.get_by_role("navigation", name="Các phần của hồ sơ")
    parts.get_by_role("link", name=re.compile("^Kết quả")).click()
    expect(doctor.get_by_text("Glucose", exact=False).first).to_be_visible()
    accessible(doctor)


@pytest.mark.parametrize("kind", ["number", "qr"])
def test_a_person_is_found_by_number_and_by_card(visit, person, kind):
    send(visit(CLERK), dossiers.file_of(dossiers.visits_of(person, count=1)))
    born = f"{person.born:%d%m%Y}"
    card = f"{person.citizen_id}||{person.name}|{born}|Nữ|Số 1 đường Mô Phỏng|01012022"
    doctor = visit(DOCTOR, PHONE)

    find(doctor, person.citizen_id if kind == "number" else card)

    expect(doctor.get_by_text(person.name).first).to_be_visible()
    doctor.get_by_role("link", name="Lượt khám").first.click()
    expect(doctor.locator(".tab-row [aria-current]")).to_be_in_viewport()


def test_the_same_file_again_changes_nothing(visit, person):
    clerk = visit(CLERK)
    file = dossiers.file_of(dossiers.visits_of(person, count=1))
    send(clerk, file)

    _upload(clerk, file)

    expect(clerk.get_by_text("Đã gửi trước đó")).to_be_visible()


def test_a_wrong_dossier_says_where_and_what_to_do(visit, person, accessible):
    (wrong,) = dossiers.visits_of(person, count=1)
    clerk = visit(CLERK)

    send(clerk, dossiers.spoiled([wrong], "GIOI_TINH", "7"), "Có lỗi, trả lại")
    clerk.locator("#thong-diep table a").first.click()

    row = clerk.get_by_role("row").filter(has_text="GIOI_TINH").first
    expect(row).to_be_visible()
    assert len(row.get_by_role("cell").nth(5).inner_text()) > 10
    accessible(clerk)


def test_a_visit_goes_out_as_it_came_in(visit, person):
    (sent,) = dossiers.visits_of(person, count=1)
    clerk = visit(CLERK)
    send(clerk, dossiers.file_of([sent]))
    clerk.locator("#thong-diep table a").first.click()

    with clerk.expect_download() as download:
        clerk.get_by_role("link", name=re.compile("Xuất|Tải XML")).first.click()

    assert dossiers.read(download.value.path().read_bytes()) == sent.tables
