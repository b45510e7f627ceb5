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
        return _look(page, options)
    page.wait_for_load_state()
    return _look(page, options)


def _look(page, options):
    """Axe itself is half a megabyte of script: it is sent to a page once."""
    page.evaluate(_STYLE_ALL)
    there = page.evaluate("typeof axe === 'object'")
    return (Axe("0") if there else Axe()).run(page, **options)
