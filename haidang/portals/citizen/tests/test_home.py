"""A person sees the family's cards and who looked at the own record."""

from dataclasses import replace

from django.urls import reverse

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import actor as actors
from haidang.portals.citizen import family

HOME = "/cong-dan/"


def page_of(visitor, account):
    answer = visitor(account).get(HOME)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_own_card_comes_first_and_leads_to_the_record(account, visitor, person):
    page = page_of(visitor, account(patient=person.id))

    assert person.name in page
    assert "Bạn, " in page
    assert reverse("health_record:see_family_record", args=[person.id]) in page


def test_an_account_without_a_record_is_told_how_to_begin(account, visitor):
    page = page_of(visitor, account(patient="00000000-0000-4000-8000-00000000c171"))

    assert "Chưa có hồ sơ nào gắn với tài khoản này" in page


def test_who_looked_is_told_but_not_oneself(account, visitor, person):
    own, doctor = account(patient=person.id), account("doctor")
    for by in (access.actor_of(own), access.actor_of(doctor)):
        ledger.looked(by=by, about=person.ref, what="health_record.see_person")

    looks = page_of(visitor, own).partition('id="looks"')[2].partition("</section>")[0]

    assert looks.count('<strong class="block">') == 1


def test_nobody_looked_yet(account, visitor, person):
    assert "Gần đây chưa có ai xem hồ sơ của bạn." in page_of(visitor, account(patient=person.id))


def test_staff_are_led_to_their_own_home(account, visitor):
    assert visitor(account("nurse")).get(HOME).headers["Location"] == "/lam-viec/"


def test_the_switcher_knows_the_family_after_the_home_page(account, visitor, person, monkeypatch):
    child = people.person(people.find("nguyen", by=actors.SYSTEM)[0].ref)
    own = account(patient="00000000-0000-4000-8000-00000000c171")
    monkeypatch.setattr(family.access, "family_of", lambda _account: {child.id})
    monkeypatch.setattr(
        family.people,
        "persons",
        lambda refs: {"a": child, "b": replace(child, name="Nguyễn Văn Con")},
    )
    client = visitor(own)

    client.get(HOME)
    page = client.get(HOME).content.decode()

    assert "Đổi người trong nhà" in page
    assert page.count("Nguyễn Văn Con") == 2, "on the card and in the switcher"


def test_one_alone_needs_no_switcher(account, visitor, person):
    assert "Đổi người trong nhà" not in page_of(visitor, account(patient=person.id))
