"""Each page that a menu leads to, for each kind of account, on a phone and on a desk.

axe finds nothing, the browser complains about nothing (so the content security policy holds),
and nothing has to be scrolled sideways on a phone.
"""

from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.journey

ACCOUNTS = [
    "bacsi.demo",
    "hoso.demo",
    "tramtruong.demo",
    "cntt.demo",
    "dulieu.demo",
    "quantri.demo",
    "nguoidan.demo",
]
_LINKS = "nav a[href^='/'], main a[href^='/']"
_MOST = 14
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("username", ACCOUNTS)
def test_every_page_of_an_account_is_clean(visit, accessible, username):
    page = visit(username)
    sideways = {}

    for address in _within_reach(page):
        page.set_viewport_size(DESK)
        answer = page.goto(address)
        assert answer.status == 200, (address, answer.status)
        accessible(page)
        page.set_viewport_size(PHONE)
        accessible(page)
        if page.evaluate(_WIDER) > 0:
            sideways[address] = page.evaluate(_WIDER)

    assert sideways == {}
    assert page.complaints == []


def _within_reach(page):
    """The home page and what it links to, one address of each kind."""
    seen = {_kind(page.url): page.url}
    for link in page.locator(_LINKS).all():
        address = link.get_attribute("href").split("#")[0]
        if address and not address.endswith((".pem", ".py", ".json", ".xml")):
            seen.setdefault(_kind(address), address)
    return list(seen.values())[:_MOST]


def _kind(address):
    """An address with its opaque ids left out: one person page is like another."""
    path = urlsplit(address).path
    return "/".join("*" if any(c.isdigit() for c in part) else part for part in path.split("/"))
