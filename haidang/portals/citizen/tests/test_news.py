"""What a person was told: read at home, marked once, and nobody else's."""

import pytest
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.notify import api as notify
from haidang.kernel import actor as actors

NEWS = "/cong-dan/tin-bao/"
RECEIVED = "procedures.received"


@pytest.fixture
def told(account):
    def tell(count):
        person = account(patient="00000000-0000-4000-8000-00000000c171")
        for number in range(count):
            notify.send(
                RECEIVED,
                to=access.actor_of(person).ref,
                once=str(number),
                by=actors.SYSTEM,
                at=timezone.now(),
                facts={"code": f"H24-{number:03d}"},
                url="/thu-tuc/",
            )
        return person

    return tell


def test_news_is_told_at_home_and_read_on_its_page(told, visitor):
    browser = visitor(told(2))

    assert "Bạn có 2 tin mới" in browser.get("/cong-dan/").content.decode()
    page = browser.get(NEWS).content.decode()
    assert page.count("đã được tiếp nhận") == 2
    browser.post(f"{NEWS}da-doc/")
    assert "tin mới" not in browser.get("/cong-dan/").content.decode()


def test_older_news_is_on_the_next_page(told, visitor):
    browser = visitor(told(31))

    first = browser.get(NEWS).content.decode()
    link = first.partition('href="?truoc=')[2].partition('"')[0]

    assert "H24-030" in first
    assert "H24-000" not in first
    assert "H24-000" in browser.get(f"{NEWS}?truoc={link}").content.decode()


def test_nobody_reads_the_news_of_another(told, account, visitor):
    told(1)

    page = visitor(account("doctor")).get(NEWS).content.decode()

    assert "Chưa có tin nào" in page


def test_the_page_speaks_english(told, visitor, settings):
    browser = visitor(told(1))
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "is received" in browser.get(NEWS).content.decode()
