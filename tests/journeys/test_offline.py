"""On the island the network goes: what the family read last is still there, and goes at sign-out."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import house
from tests.journeys.conftest import PHONE, sign_in
from tests.line import Line

pytestmark = pytest.mark.journey

PERSON = "nguoidan.demo"
NOTE = re.compile("Không có mạng. Đây là bản giữ trên máy này lúc")
SWITCH = "Xem được khi mất mạng"


@pytest.fixture
def line(city):
    line = Line(city)
    yield line
    line.cut()


@pytest.fixture
def phone(chromium, line):
    context = chromium.new_context(viewport=PHONE, locale="vi-VN", base_url=line.address)
    page = context.new_page()
    sign_in(page, PERSON, house.password(PERSON))
    yield page
    context.close()


def open_record(page):
    page.goto("/cong-dan/")
    page.locator("a.family-card, .family a").first.click()
    expect(page.get_by_role("navigation", name="Các phần của hồ sơ")).to_be_visible()


def switch_on(page):
    switch = page.get_by_role("switch", name=SWITCH)
    switch.check()
    expect(switch).to_be_enabled()
    expect(switch).to_be_checked()


def test_what_was_read_last_is_there_without_a_network(phone, line, accessible):
    open_record(phone)
    switch_on(phone)
    accessible(phone)
    record = phone.url
    phone.get_by_role("link", name="Thuốc", exact=True).click()
    expect(phone.get_by_role("link", name="Thuốc", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    medicines = phone.locator("main").inner_text()

    line.cut()
    phone.reload()

    expect(phone.get_by_text(NOTE)).to_be_visible()
    assert medicines in phone.locator("main").inner_text()
    expect(phone.locator(".dock-bar")).to_have_css("position", "fixed")
    accessible(phone)
    phone.goto(record)
    expect(phone.get_by_text(NOTE)).to_be_visible()

    phone.goto("/cong-dan/tin-bao/")
    expect(phone.get_by_role("heading", name="Không có mạng")).to_be_visible()
    accessible(phone)
    phone.get_by_role("link", name=re.compile("· Thuốc")).click()
    expect(phone.get_by_text(NOTE)).to_be_visible()

    line.mend()
    phone.reload()
    expect(phone.get_by_text(NOTE)).to_be_hidden()


def test_signing_out_leaves_nothing_on_the_phone(phone, line):
    open_record(phone)
    switch_on(phone)
    record = phone.url
    phone.locator("summary.bar-who").click()
    phone.get_by_role("button", name="Đăng xuất").click()
    expect(phone).to_have_url(re.compile("/dang-nhap/"))
    assert phone.evaluate("caches.keys()") == []

    line.cut()

    with pytest.raises(Exception, match="ERR_CONNECTION_REFUSED"):
        phone.goto(record)


def test_a_phone_that_did_not_ask_keeps_nothing(phone, line):
    open_record(phone)

    assert phone.evaluate("caches.keys()") == []
    assert phone.evaluate("navigator.serviceWorker.getRegistration('/')") is None
