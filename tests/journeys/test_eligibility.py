"""Somebody without an account finds out whether they may apply, and then applies."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import house
from tests.journeys.conftest import PHONE
from tests.journeys.test_procedures import APPLICANT

pytestmark = pytest.mark.journey

PHARMACY = re.compile("đủ điều kiện kinh doanh dược")


def _answer(page, said):
    for number, word in enumerate(said):
        page.get_by_role("main").get_by_role("group").nth(number).get_by_label(
            word, exact=True
        ).check()


def test_a_stranger_learns_what_is_missing_then_applies(visit, accessible):
    phone = visit(size=PHONE)
    phone.goto("/dang-nhap/")
    phone.get_by_role("link", name="Dịch vụ công").click()
    phone.get_by_label("Tìm thủ tục").fill("mo nha thuoc")
    phone.get_by_role("button", name="Tìm").click()
    accessible(phone)
    phone.get_by_role("link", name=PHARMACY).first.click()
    accessible(phone)
    phone.get_by_role("link", name=re.compile("Bạn có đủ điều kiện không")).click()
    accessible(phone)

    phone.get_by_role("button", name="Kiểm tra").click()
    expect(phone.get_by_text("Cần sửa trước khi gửi")).to_be_visible()
    accessible(phone)

    _answer(phone, ["Có", "Không", "Chưa rõ", "Có"])
    phone.get_by_role("button", name="Kiểm tra").click()
    expect(phone.get_by_text("Bạn chưa đủ điều kiện")).to_be_visible()
    expect(phone.get_by_role("link", name=re.compile("chứng chỉ hành nghề dược"))).to_be_visible()
    accessible(phone)

    _answer(phone, ["Có", "Có", "Không", "Có"])
    phone.get_by_role("button", name="Kiểm tra lại").click()
    expect(phone.get_by_text("Bạn đủ điều kiện")).to_be_visible()
    accessible(phone)
    phone.get_by_role("link", name="Đăng nhập để nộp").click()
    sign_in_here(phone)
    expect(phone.get_by_role("heading", name=PHARMACY)).to_be_visible()
    phone.get_by_role("button", name="Bắt đầu nộp hồ sơ").click()
    expect(phone.get_by_role("button", name="Nộp hồ sơ")).to_be_visible()


def sign_in_here(page):
    page.get_by_label("Tên đăng nhập").fill(APPLICANT)
    page.get_by_label("Mật khẩu", exact=True).fill(house.password(APPLICANT))
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def test_the_check_needs_no_script(chromium, city):
    context = chromium.new_context(base_url=city, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/thu-tuc/giay-phep-hanh-nghe-cap-lai/dieu-kien/")
    _answer(page, ["No", "Yes", "No"])
    page.get_by_role("button", name="Check").click()

    expect(page.get_by_text("You are not eligible yet")).to_be_visible()
    page.get_by_role("link", name="Practice licence, new").click()
    expect(page.get_by_role("heading", name="Practice licence, new")).to_be_visible()
    context.close()
