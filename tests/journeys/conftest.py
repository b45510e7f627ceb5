"""The house as bin/run starts it, with the demo city, and Debian's Chromium to walk through it."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests import browser, looking
from tests.journeys import house

PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}
_HOUSE = pytest.StashKey[house.House]()


def pytest_collection_modifyitems(items):
    """A browser that is open keeps a loop in its thread, where Django refuses to work and no other
    browser starts: journeys come last, and after those with a browser each the ones who share it."""
    items.sort(key=lambda item: _is_journey(item) + ("chromium" in item.fixturenames))


def pytest_collection_finish(session):
    """Start the house for the journeys now, so that it is up when the other tests are done.

    With HAIDANG_JOURNEYS_AT the journeys walk through the house that runs there.
    """
    if any(map(_is_journey, session.items)) and "HAIDANG_JOURNEYS_AT" not in os.environ:
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", os.getpid())
        session.config.stash[_HOUSE] = house.House(run)


def pytest_sessionfinish(session):
    if started := session.config.stash.get(_HOUSE, None):
        started.leave()


def _is_journey(item):
    return item.get_closest_marker("journey") is not None


@pytest.fixture(scope="session")
def city(pytestconfig):
    """The address of the demo city."""
    if started := pytestconfig.stash.get(_HOUSE, None):
        return started.address
    return os.environ["HAIDANG_JOURNEYS_AT"]


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        started = browser.launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def signed_in():
    """{account: (cookies, the page that it starts at)} of those who have signed in before."""
    return {}


@pytest.fixture
def visit(chromium, city, signed_in):
    """Open a browser window: `visit("doctor-account", PHONE)` gives a page, signed in.

    An account signs in once and keeps its session in later windows; `again=True` has it sign in
    anew, for tests that are about sessions.
    """
    contexts = []

    def open_window(username=None, size=DESK, locale="vi-VN", *, again=False):
        cookies, start = (None, None) if again else signed_in.get(username, (None, None))
        context = chromium.new_context(
            viewport=size, locale=locale, base_url=city, storage_state=cookies
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: _complain(page, said))
        if start:
            page.goto(start)
        elif username:
            sign_in(page, username, house.password(username))
            if not again:
                signed_in[username] = (context.storage_state(), page.url)
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
