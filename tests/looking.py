"""Looking at a page with axe."""

from contextlib import suppress

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

# What lies far below has no style yet (content-visibility), and axe would take it for black.
_STYLE_ALL = """() => document.querySelectorAll(".episode").forEach(
    element => { element.style.contentVisibility = "visible"; })"""


def axe(page, **options):
    """What axe finds on a page, all of it styled first; a page that leaves meanwhile gives way to the next."""
    with suppress(Error):
        page.evaluate(_STYLE_ALL)
        return Axe().run(page, **options)
    page.wait_for_load_state()
    page.evaluate(_STYLE_ALL)
    return Axe().run(page, **options)
