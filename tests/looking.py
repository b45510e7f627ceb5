"""Looking at a page with axe."""

from axe_playwright_python.sync_playwright import Axe

# What lies far below has no style yet (content-visibility), and axe would take it for black.
_STYLE_ALL = """() => document.querySelectorAll(".episode").forEach(
    element => { element.style.contentVisibility = "visible"; })"""


def axe(page, **options):
    """What axe finds on a page, all of it styled first."""
    page.evaluate(_STYLE_ALL)
    return Axe().run(page, **options)
