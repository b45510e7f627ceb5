"""The house as bin/run starts it, with the demo city, and Debian's Chromium to walk through it.

Each test process has a city of its own; bin/run gives each another port.
"""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest
from playwright.sync_api import sync_playwright

from haidang.config import environment
from haidang.config.operations import server
from haidang.demo import api as demo
from tests import looking

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}
_UP = re.compile(r"is up:\S* *(http://\S+)")


def pytest_collection_modifyitems(items):
    """A browser that stays open keeps a loop in its thread, where Django then refuses to work: last."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


@dataclass(frozen=True)
class City:
    """The running demo city: its address and the accounts that bin/run prints."""

    url: str

    def password(self, username):
        return {row[0]: row[1] for row in demo.accounts()}[username]


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """A fresh city; or the one that runs at HAIDANG_JOURNEYS_AT, for the fast loop."""
    if address := os.environ.get("HAIDANG_JOURNEYS_AT"):
        yield City(address)
        return
    home = tmp_path_factory.mktemp("city") / "home"
    variables = {
        k: v for k, v in os.environ.items() if k not in {"HAIDANG_DATABASE", "DATABASE_URL"}
    }
    log = home.parent / "run.log"
    with open(log, "w") as out:
        house = subprocess.Popen(
            [sys.executable, "-m", "haidang.config.console", "run", "--port", "8200"],
            cwd=environment.CHECKOUT,
            env=variables
            | {"HAIDANG_HOME": str(home), "HAIDANG_THROWAWAY": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
            start_new_session=True,
            preexec_fn=server.die_with_parent,
        )
    try:
        yield City(_address(house, log))
    finally:
        house.send_signal(signal.SIGINT)
        house.wait(timeout=60)


def _address(house, log):
    """The address that the house prints when it is up."""
    said = []
    for line in house.stdout:
        said.append(line)
        if found := _UP.search(line):
            return found[1]
    raise AssertionError("".join(said) + log.read_text())


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, city):
    """Open a browser window: `visit("doctor-account", PHONE)` gives a page, signed in."""
    contexts = []

    def open_window(username=None, size=DESK, locale="vi-VN"):
        context = chromium.new_context(viewport=size, locale=locale, base_url=city.url)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: _complain(page, said))
        if username:
            sign_in(page, username, city.password(username))
        return page

    yield open_window
    for context in contexts:
        context.close()


def _complain(page, said):
    """Keep what the browser complains about: a script or style refused, a file not found."""
    if said.type == "error":
        page.complaints.append(said.text)


def sign_in(page, username, password):
    page.goto("/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)


@pytest.fixture
def accessible():
    """Assert that axe finds nothing on a page."""

    def check(page):
        results = looking.axe(page)
        assert results.violations_count == 0, results.generate_report()

    return check
