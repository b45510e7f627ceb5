"""Open data as everybody, a contributor and the department walk through it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.journey

CITIZEN, OFFICER = "nguoidan.demo", "motcua.demo"
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_GOOD = "Bến xe,Phường,Có ghế chờ\nBến mô phỏng,Phường Hồng Bàng,có\n"
_BAD = "Người,Điện thoại,Ghi chú\nMô phỏng,0912345678,=1+1\nThử,0987654321\n"


def table(text, name="bang.csv"):
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


@pytest.mark.parametrize(
    "address",
    [
        "/du-lieu-mo/",
        "/du-lieu-mo/?q=luot+kham",
        "/du-lieu-mo/?q=khong+co+gi",
        "/du-lieu-mo/bo/luot-kham-theo-xa/",
        "/du-lieu-mo/bo/xa-phuong/",
        "/du-lieu-mo/bo/luot-kham-theo-xa/ban/1/",
    ],
)
def test_a_public_page_is_clean_without_sign_in(visit, accessible, address):
    page = visit()
    answer = page.goto(address)
    assert answer.status == 200
    accessible(page)

    page.set_viewport_size(PHONE)

    accessible(page)
    assert page.evaluate(_WIDER) <= 0
    assert page.complaints == []


def test_somebody_finds_a_data_set_and_downloads_it(visit):
    page = visit()
    page.goto("/du-lieu-mo/")
    page.get_by_label("Tìm bộ dữ liệu").fill("luot kham noi o")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name=re.compile("Lượt khám, chữa bệnh theo nơi ở")).click()

    expect(page.get_by_role("heading", name="Từ điển dữ liệu")).to_be_visible()
    expect(page.get_by_text("giấu", exact=True).first).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("link", name=re.compile("^CSV")).click()
    content = found.value.path().read_bytes()
    assert content.startswith("\ufeffperiod,commune_code".encode())
    assert b"\r\n" in content
    assert page.locator("script[type='application/ld+json']").count() == 1
    assert page.complaints == []


def test_a_table_is_refused_with_reasons_corrected_reviewed_and_published(visit, accessible):
    sender = visit(CITIZEN, PHONE)
    sender.goto("/dong-gop-du-lieu/moi/")
    accessible(sender)
    sender.get_by_label("Tên bộ dữ liệu").fill("Bến xe có ghế chờ")
    sender.get_by_label("Bộ dữ liệu có gì").fill("Khảo sát thử.")
    sender.get_by_label("Không nêu tên").check()
    sender.get_by_label("Tệp CSV hoặc XLSX").set_input_files(table(_BAD))
    sender.get_by_role("button", name="Kiểm tra tệp").click()

    told = sender.get_by_role("alert")
    expect(told).to_contain_text("số điện thoại")
    expect(told).to_contain_text("công thức")
    expect(told).to_contain_text("dòng 3")
    accessible(sender)
    assert sender.evaluate(_WIDER) <= 0
    sender.get_by_label("Tệp CSV hoặc XLSX").set_input_files(table(_GOOD))
    sender.get_by_role("button", name="Kiểm tra tệp").click()
    for label in ("Bến xe", "Phường", "Có ghế chờ"):
        sender.get_by_label(re.compile(f"^{label}")).fill(f"{label}, theo khảo sát")
    accessible(sender)
    sender.get_by_role("button", name="Gửi để duyệt").click()
    expect(sender.get_by_text("Chờ duyệt").first).to_be_visible()

    desk = visit(OFFICER)
    desk.goto("/du-lieu-mo/quan-ly/")
    accessible(desk)
    desk.get_by_role("link", name="Bến xe có ghế chờ").last.click()
    accessible(desk)
    expect(desk.get_by_role("cell", name="Bến mô phỏng")).to_be_visible()
    desk.get_by_role("button", name="Trả lại để sửa").click()
    expect(desk.get_by_text("Hãy nêu lý do").first).to_be_visible()
    desk.get_by_role("button", name="Chấp nhận và công bố").click()
    expect(desk.get_by_text("Đã chấp nhận và công bố").first).to_be_visible()

    sender.reload()
    sender.get_by_role("link", name="Xem bộ dữ liệu đã công bố").click()
    expect(sender.get_by_role("heading", name="Bến xe có ghế chờ")).to_be_visible()
    expect(sender.get_by_text("Người đóng góp không nêu tên").first).to_be_visible()


def test_a_wrong_figure_is_reported_and_confirmed_on_the_page(visit, accessible):
    sender = visit(CITIZEN)
    sender.goto("/du-lieu-mo/bo/xa-phuong/")
    sender.get_by_role("link", name="Báo sai số liệu").click()
    accessible(sender)
    sender.get_by_role("button", name="Gửi", exact=True).click()
    expect(sender.get_by_text("Hãy cho biết dòng nào").first).to_be_visible()
    sender.get_by_label("Dòng nào").fill("Phường thử của hành trình")
    sender.get_by_label("Vì sao bạn cho là sai").fill("Tôi đếm khác.")
    sender.get_by_role("button", name="Gửi", exact=True).click()
    expect(sender.get_by_text("Chờ duyệt").first).to_be_visible()

    desk = visit(OFFICER)
    desk.goto("/du-lieu-mo/quan-ly/")
    row = desk.get_by_role("row").filter(has_text="Xã, phường, đặc khu")
    row.last.get_by_role("link").click()
    expect(desk.get_by_text("Phường thử của hành trình")).to_be_visible()
    desk.get_by_role("button", name="Chấp nhận và công bố").click()

    page = visit()
    page.goto("/du-lieu-mo/bo/xa-phuong/")
    expect(page.get_by_text("Phường thử của hành trình")).to_be_visible()


def test_an_officer_releases_and_learns_that_nothing_is_new(visit, accessible):
    desk = visit(OFFICER)
    desk.goto("/du-lieu-mo/quan-ly/bo/")
    accessible(desk)

    desk.get_by_role("button", name="Phát hành Xã, phường, đặc khu của Hải Phòng").click()

    expect(desk.get_by_text("Không có gì mới").first).to_be_visible()
    desk.set_viewport_size(PHONE)
    accessible(desk)
    assert desk.evaluate(_WIDER) <= 0
