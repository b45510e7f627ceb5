"""A periodic report: owed, filled, corrected, returned, submitted again, approved, locked, read back from its files."""

import io
import json
import re

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.journey

STATION_HEAD, OFFICER, HEAD = "tramtruong.demo", "motcua.demo", "truongphong.demo"
STATION = "Trạm y tế đặc khu mô phỏng Cát Hải"
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SIZES = [pytest.param(PHONE, "7/BCX", id="phone"), pytest.param(DESK, "6/BCX", id="desk")]


def open_report(page, number):
    """Open the own report of a form of a quarter from the list of obligations."""
    page.goto("/bao-cao/don-vi/?loai-ky=quarter&trang-thai=open")
    page.get_by_role("link").filter(has_text=number).first.click()
    return page.url


def download(page, name):
    with page.expect_download() as found:
        page.get_by_role("link", name=name, exact=True).click()
    return found.value.path().read_bytes()


def fits(page, accessible):
    accessible(page)
    assert page.evaluate(_WIDER) <= 0


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def the_row(sheet, title):
    """The cells of a row of the table, after its title."""
    row = next(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 2).value == title)
    return [sheet.cell(row, column).value for column in range(3, sheet.max_column + 1)]


@pytest.mark.parametrize(("size", "number"), SIZES)
def test_a_report_from_its_obligation_to_the_locked_file(visit, accessible, size, number):
    unit = visit(STATION_HEAD, size)
    address = open_report(unit, number)
    title = unit.get_by_role("heading", level=1).inner_text()
    fits(unit, accessible)

    press(unit, "Lấy lại số liệu" if unit.get_by_text("Đã lấy lúc").count() else "Lấy số liệu")
    expect(unit.get_by_text("Đã lấy số liệu của hệ thống.").first).to_be_visible()
    expect(unit.get_by_text(re.compile("Chưa có nguồn: ")).first).to_be_visible()
    row, cell = correct_first_number(unit, accessible)

    unit.goto(address)
    press(unit, "Nộp báo cáo")
    expect(unit.get_by_role("heading", name="Cần sửa trước khi gửi")).to_be_visible()
    fits(unit, accessible)
    unit.get_by_label("Vì sao còn ô trống").fill("Sổ giấy của trạm chưa tổng hợp xong.")
    press(unit, "Nộp báo cáo")
    expect(unit.get_by_text("Đã nộp báo cáo.").first).to_be_visible()
    fits(unit, accessible)

    desk = visit(OFFICER, size)
    desk.goto(address)
    fits(desk, accessible)
    desk.get_by_label("Lý do trả lại").fill("Ghi rõ sổ nào còn thiếu.")
    press(desk, "Trả lại để sửa")
    expect(desk.get_by_text("Đã trả lại").first).to_be_visible()

    unit.reload()
    expect(unit.get_by_text("Ghi rõ sổ nào còn thiếu.").first).to_be_visible()
    unit.get_by_label("Vì sao còn ô trống").fill("Thiếu sổ giấy A1 của điểm trạm.")
    press(unit, "Nộp báo cáo")
    expect(unit.get_by_text("Đã nộp báo cáo.").first).to_be_visible()

    desk.reload()
    press(desk, "Duyệt báo cáo")
    expect(desk.get_by_text("Đã duyệt báo cáo.").first).to_be_visible()
    head = visit(HEAD, size)
    head.goto(address)
    press(head, "Khóa báo cáo")
    expect(head.get_by_text("Đã khóa báo cáo").first).to_be_visible()
    fits(head, accessible)

    unit.reload()
    expect(unit.get_by_role("button", name="Nộp báo cáo")).to_have_count(0)
    read_back(unit, number, title, row)
    unit.goto(cell)
    expect(unit.get_by_role("button", name="Sửa ô")).to_have_count(0)
    assert [one for one in unit.complaints if "422" not in one] == []  # refusals were asked for


def correct_first_number(page, accessible):
    """Correct the first cell of the first row: a refusal without reason, then with one; what row it was."""
    link = page.locator(".reporting-value").first
    cell = link.get_attribute("href")
    page.goto(cell)
    row = page.get_by_role("heading", level=1).inner_text()
    fits(page, accessible)
    page.get_by_label("Số mới").fill("123.456")
    page.get_by_label("Lý do").fill("x")
    press(page, "Sửa ô")
    expect(page.get_by_text("Nêu lý do").first).to_be_visible()
    page.get_by_label("Lý do").fill("Theo sổ giấy của trạm")
    press(page, "Sửa ô")
    expect(page.get_by_text("Đã sửa ô").first).to_be_visible()
    expect(page.get_by_text("Đơn vị đã sửa; số trước khi sửa")).to_be_visible()
    fits(page, accessible)
    return row, cell


def read_back(page, number, title, row):
    """What stands in the XLSX and the DHIS2 file is what the pages said."""
    book = openpyxl.load_workbook(io.BytesIO(download(page, "XLSX")))
    sheet = book["Biểu"]
    texts = [str(c.value) for line in sheet.iter_rows() for c in line if c.value is not None]
    assert sheet["A1"].value == f"Biểu số: {number}"
    assert title.upper() in texts
    assert f"Đơn vị báo cáo: {STATION}" in texts
    assert the_row(sheet, row)[0] == 123456
    assert "Giải trình của đơn vị: Thiếu sổ giấy A1 của điểm trạm." in texts
    assert not [one for one in texts if "BẢN NHÁP" in one]
    reasons = [c.value for c in book["Nguồn số liệu"]["G"]]
    assert "Theo sổ giấy của trạm" in reasons
    assert download(page, "PDF").startswith(b"%PDF")
    told = json.loads(download(page, "DHIS2 JSON"))
    assert told["orgUnit"] == "31Z14"
    assert "123456" in {one["value"] for one in told["dataValues"]}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    ("who", "address"),
    [
        (HEAD, "/bao-cao/"),
        (HEAD, "/bao-cao/duyet/?loai-ky=month"),
        (HEAD, "/bao-cao/duyet/?loai-ky=year"),
        (HEAD, "/bao-cao/bieu-mau/"),
        (HEAD, "/bao-cao/bieu-mau/14-BCT/"),
        (HEAD, "/bao-cao/bieu-mau/KSTTHC-6T/"),
        (STATION_HEAD, "/bao-cao/"),
        (STATION_HEAD, "/bao-cao/don-vi/?trang-thai=locked&loai-ky=year"),
    ],
)
def test_a_page_of_the_room_is_clean(visit, accessible, who, address, size):
    page = visit(who, size)

    answer = page.goto(address)

    assert answer.status == 200
    fits(page, accessible)
    assert page.complaints == []


def test_the_matrix_leads_to_the_city_report_and_its_units(visit, accessible):
    page = visit(HEAD)
    page.goto("/bao-cao/duyet/?loai-ky=quarter")
    page.get_by_label("Kỳ", exact=True).select_option(index=1)
    press(page, "Xem")
    page.get_by_role("link").filter(has_text="6/BCX, tổng hợp").first.click()
    expect(page.get_by_text(re.compile(r"\d+/\d+ đơn vị")).first).to_be_visible()
    accessible(page)

    page.locator(".reporting-value").first.click()
    expect(page.get_by_role("heading", name="Số này từ đâu")).to_be_visible()
    accessible(page)


def test_a_station_does_not_see_another_or_the_matrix(visit):
    page = visit(STATION_HEAD)

    page.goto("/bao-cao/duyet/")

    expect(page.get_by_text("Chưa mở kỳ nào của loại này")).to_be_visible()
    expect(page.get_by_role("button", name="Mở kỳ")).to_have_count(0)
