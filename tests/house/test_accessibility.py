"""Every component and shell: axe finds nothing, at phone and desk size, in both languages and
themes; nothing is wider than a small phone; nothing breaks the content security policy."""

import threading
from contextlib import contextmanager

import pytest
import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from playwright.sync_api import sync_playwright

from haidang.engines.access import api as access
from haidang.engines.access import middleware
from haidang.kernel import actor as actors
from haidang.kernel import room as rooms
from haidang.ui import build
from tests import browser as browsers
from tests import looking

PHONE, SMALLEST, DESK = (360, 780), (320, 640), (1440, 900)
LOOKS = [
    pytest.param(PHONE, "light", "vi", id="phone-light-vi"),
    pytest.param(DESK, "dark", "en", id="desk-dark-en"),
    pytest.param(DESK, "light", "vi", id="desk-light-vi"),
]
PAGES = [
    "/gallery/",
    "/gallery/staff/",
    "/gallery/office/",
    "/gallery/citizen/",
    "/khong-co-trang-nay/",
]
# Contrast of a disabled button is exempt (WCAG 2.2, 1.4.3), and axe exempts it too.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what holds is not told element by element
}


TYPE_AT_ONCE = """
keys => keys.forEach(key => document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true})))
"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def everybody():
    """Whoever asks holds every permission: menus are then as long as they can be."""
    may_all = actors.Actor(
        ref="Practitioner/axe", name="Nguyễn Thị Minh Hạnh", kind=actors.STAFF, account=1,
        roles=frozenset(rooms.ROLES), permissions=frozenset(access.catalogue()),
    )  # fmt: skip
    patch = pytest.MonkeyPatch()
    patch.setattr(middleware, "actor_for", lambda _request: may_all)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def house(everybody):
    """The address of a server with the built static files and no database."""
    build.build(say=lambda _line: None)
    # What was just built, not what an earlier run of the house collected.
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    folders = [build.BUILD / "static"]
    with override_settings(STORAGES=settings.STORAGES | plain, STATICFILES_DIRS=folders):
        finders.get_finder.cache_clear()
        yield from _served()


def _served():
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        started = browsers.launch(playwright)
        yield started
        started.close()


@contextmanager
def window(browser, house, path, *, size=DESK, theme="light", language="vi", **options):
    """One page, opened, with what its console complained about."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **options
    )
    context.add_cookies(
        [
            {"name": "haidang_theme", "value": theme, "url": house},
            {"name": "haidang_language", "value": language, "url": house},
        ]
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
    page.on("response", lambda r: page.complaints.append(r.url) if r.status == 404 else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(house + path)
    yield page
    context.close()


@pytest.mark.journey
@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser, house, path, size, theme, language):
    with window(browser, house, path, size=size, theme=theme, language=language) as page:
        results = looking.axe(page, options=RULES)

    assert results.violations_count == 0, results.generate_report()


@pytest.mark.journey
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_small_phone(browser, house, path):
    with window(browser, house, path, size=SMALLEST) as page:
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    assert too_wide <= 0


@pytest.mark.journey
@pytest.mark.parametrize("path", PAGES[:-1])
def test_scripts_and_styles_keep_to_the_policy(browser, house, path):
    with window(browser, house, path) as page:
        page.wait_for_selector("html[data-ready]")

        assert page.complaints == []


@pytest.mark.journey
def test_the_keyboard_can_skip_to_the_content(browser, house):
    with window(browser, house, "/gallery/staff/") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "noi-dung"


@pytest.mark.journey
def test_the_phone_menu_opens_without_script(browser, house):
    with window(browser, house, "/gallery/staff/", size=PHONE, java_script_enabled=False) as page:
        menu = page.get_by_role("navigation", name="Danh mục")
        assert menu.is_hidden()

        page.locator(".phone-menu > summary").click()

        assert menu.is_visible()


@pytest.mark.journey
def test_a_menu_closes_on_escape_and_gives_the_focus_back(browser, house):
    with window(browser, house, "/gallery/staff/") as page:
        page.wait_for_selector("html[data-ready]")
        opener = page.locator("details.pop:not(.only-phone) > summary").first
        opener.click()

        page.keyboard.press("Escape")

        assert page.locator("details.pop[open]").count() == 0
        assert opener.evaluate("each => each === document.activeElement")


@pytest.mark.journey
def test_what_cannot_be_taken_back_asks_first(browser, house):
    with window(browser, house, "/gallery/") as page:
        page.wait_for_selector("html[data-ready]")
        page.get_by_role("button", name="Ngắt kết nối").click()
        asked = page.get_by_role("dialog", name="Xác nhận")
        assert "Ngắt hệ thống này?" in asked.inner_text()
        assert looking.axe(page, options=RULES).violations_count == 0

        asked.get_by_role("button", name="Để sau").click()

        assert page.url.endswith("/gallery/")
        assert asked.is_hidden()


@pytest.mark.journey
def test_yes_sends_the_form_once(browser, house):
    with window(browser, house, "/gallery/") as page:
        page.wait_for_selector("html[data-ready]")
        sent = []
        page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
        page.get_by_role("button", name="Ngắt kết nối").click()

        page.get_by_role("dialog").get_by_role("button", name="Ngắt kết nối").click()
        page.wait_for_load_state()

        assert [url.removeprefix(house) for url in sent] == ["/giao-dien/"]


@pytest.mark.journey
@pytest.mark.parametrize(("keys", "dialog"), [("Control+k", "Đi nhanh"), (None, "Quét mã thẻ")])
def test_dialogs_of_the_frame_are_accessible(browser, house, keys, dialog):
    with window(browser, house, "/gallery/staff/") as page:
        page.wait_for_selector("html[data-ready]")
        if keys:
            page.keyboard.press(keys)
        else:
            page.get_by_role("button", name="Quét mã QR").click()
        page.get_by_role("dialog", name=dialog).wait_for()
        results = looking.axe(page, options=RULES)

    assert results.violations_count == 0, results.generate_report()


@pytest.mark.journey
def test_the_palette_finds_a_page_without_marks(browser, house):
    with window(browser, house, "/gallery/staff/") as page:
        page.wait_for_selector("html[data-ready]")
        page.keyboard.press("Control+k")
        page.keyboard.type("tim nguoi")

        first = page.get_by_role("option").first

        assert first.inner_text() == "Tìm người"
        assert first.get_attribute("aria-selected") == "true"


def _searches_for(words):
    """A search is posted: what is looked for never stands in an address."""

    def searches(request):
        return f"q={words}" in (request.post_data or "") and words not in request.url

    return searches


@pytest.mark.journey
def test_the_palette_looks_for_a_person(browser, house):
    with window(browser, house, "/gallery/staff/") as page:
        page.wait_for_selector("html[data-ready]")
        page.keyboard.press("Control+k")
        page.keyboard.type("mau khong co trang nao")

        with page.expect_request(_searches_for("mau+khong+co+trang+nao")):
            page.keyboard.press("Enter")


@pytest.mark.journey
def test_a_code_in_a_picture_is_read_and_searched(browser, house, tmp_path):
    picture = tmp_path / "card.png"
    segno.make("031000000001|Nguyễn Văn Mẫu").save(str(picture), scale=5)
    with window(browser, house, "/gallery/staff/") as page:
        page.wait_for_selector("html[data-ready]")
        page.get_by_role("button", name="Quét mã QR").click()

        with page.expect_request(_searches_for("031000000001")):
            page.locator("#scan-file").set_input_files(str(picture))


@pytest.mark.journey
def test_a_reader_that_types_is_understood_anywhere(browser, house):
    with window(browser, house, "/gallery/staff/") as page:
        page.wait_for_selector("html[data-ready]")

        with page.expect_request(_searches_for("031000000001")):
            page.evaluate(TYPE_AT_ONCE, [*"031000000001", "Enter"])


@pytest.mark.journey
def test_an_htmx_form_that_arrived_later_asks_first_too(browser, house):
    with window(browser, house, "/gallery/") as page:
        page.wait_for_selector("html[data-ready]")
        sent = []
        page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
        page.evaluate(
            """() => {
                const main = document.querySelector("main");
                main.innerHTML = `<form hx-post="/giao-dien/" data-confirm="Chắc chưa?"><button>Xoá</button></form>`;
                htmx.process(main);
            }"""
        )

        page.get_by_role("button", name="Xoá").click()

        assert page.get_by_role("dialog").is_visible()
        assert sent == []


@pytest.mark.journey
def test_sent_files_lead_to_the_page_of_the_answer(browser, house, tmp_path):
    file = tmp_path / "claims.xml"
    file.write_text("<x/>")
    with window(browser, house, "/gallery/") as page:
        page.wait_for_selector("html[data-ready]")
        page.evaluate(
            """() => {
                const form = document.querySelector("form[data-upload]");
                form.action = "/giao-dien/";
                form.insertAdjacentHTML("beforeend", '<input type="hidden" name="next" value="/gallery/staff/">');
            }"""
        )
        page.locator("#tep").set_input_files(str(file))
        page.get_by_role("button", name="Gửi tệp").click()

        page.get_by_role("heading", name="Hồ sơ sức khoẻ").wait_for()

        assert page.url == f"{house}/gallery/staff/"
