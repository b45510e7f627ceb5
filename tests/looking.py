"""Looking at a page with axe."""

from contextlib import suppress

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

# What lies far below has no style yet (content-visibility), and axe would take it for black. It has
# one after the frame that is drawn next; the second is asked for when that one stands. A sheet holds
# for what a script puts there meanwhile, too.
_STYLE_ALL = """async () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".episode { content-visibility: visible !important }");
    document.adoptedStyleSheets.push(sheet);
    const drawn = () => new Promise(requestAnimationFrame);
    await drawn();
    await drawn();
}"""


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
