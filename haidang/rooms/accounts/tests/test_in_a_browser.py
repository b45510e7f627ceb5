"""The script of passkeys, in a real browser with an authenticator that Chromium brings along."""

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from playwright.sync_api import sync_playwright

from haidang.engines.access import api as access
from haidang.kernel import actor as actors
from haidang.rooms.accounts.tests.conftest import PASSWORD
from tests import browser

pytestmark = pytest.mark.journey
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Threads(ThreadingMixIn, WSGIServer):
    """A browser asks for several files at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def plain_names(settings):
    """Static files under their own names, found where they lie, collected or not."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture
def address(own_database, plain_names):
    """The house on a port of its own, over a database of its own, with one nurse."""
    access.create_account(
        "nurse.lan", password=PASSWORD, name="Lan", roles=[("nurse", "31001")], by=actors.SYSTEM
    )
    application = StaticFilesHandler(get_wsgi_application())
    with make_server("localhost", 0, application, Threads, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()
    connection.close()


@pytest.fixture
def page(address):
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        context = chromium.new_context(locale="vi-VN", base_url=address)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield page
        chromium.close()


def test_a_passkey_made_here_signs_in_here(page):
    page.goto("/dang-nhap/?next=/tai-khoan/khoa/")
    page.get_by_label("Tên đăng nhập").fill("nurse.lan")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()

    page.get_by_role("button", name="Tạo khoá truy cập").click()
    page.get_by_role("link", name="Tôi đã cất mã").click()
    assert page.get_by_text("Máy của tôi").is_visible()
    page.context.clear_cookies()
    page.goto("/dang-nhap/?next=/tai-khoan/bao-mat/")
    page.get_by_role("button", name="Dùng khoá truy cập").click()

    page.get_by_role("heading", name="Nơi đang đăng nhập").wait_for()


def test_a_passkey_that_nobody_knows_is_said_so(page):
    page.goto("/dang-nhap/")

    page.get_by_role("button", name="Dùng khoá truy cập").click()

    page.get_by_text("Chưa dùng được khoá truy cập").wait_for()
