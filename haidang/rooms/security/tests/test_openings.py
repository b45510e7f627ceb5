"""The review of emergency openings: by the privacy officer of the place, once, not one's own."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors, ids
from haidang.rooms.security import selectors, services
from haidang.rooms.security.tests.conftest import REASON
from tests import communes

pytestmark = pytest.mark.django_db
LIST = "/an-toan/mo-khan-cap/"


def test_the_officer_concludes_and_the_ledger_says_so(privacy_officer, opening):
    by = access.actor_of(privacy_officer)

    services.review_opening(opening.id, by=by, verdict="justified", note="Đã gọi khoa cấp cứu")

    review = selectors.review(opening.id, by=by)
    assert (review.opening.verdict, review.opening.reviewed_by) == ("justified", by.ref)
    event = ledger.events_about(opening.patient)[0]
    assert (event.name, event.facts["verdict"]) == ("access.glass.reviewed", "justified")


def test_others_do_not_see_the_review(it_officer, nurse, opening, signed_in):
    for account in (it_officer, nurse):
        assert signed_in(account).get(LIST).status_code == 403
        with pytest.raises(errors.NotAllowed):
            selectors.review(opening.id, by=access.actor_of(account))
        with pytest.raises(errors.NotAllowed):
            services.review_opening(
                opening.id, by=access.actor_of(account), verdict="justified", note=""
            )


def test_the_openings_of_another_hospital_are_not_there(person, opening):
    other = access.actor_of(person("privacy.xa", ("privacy_officer", "31002")))

    assert opening.id not in [o.id for o in selectors.openings(by=other, waiting=True)[0]]
    with pytest.raises(errors.NotFound):
        selectors.review(opening.id, by=other)


@pytest.fixture
def commune(db):
    with communes.standing() as code:
        yield code


def test_a_commune_sees_the_openings_of_its_station_only(person, opening, commune):
    doctor = access.actor_of(person("doctor.tram", ("doctor", "31077")))
    here = access.break_glass(doctor, f"Patient/{ids.new_id()}", reason=REASON)
    by = access.actor_of(person("privacy.phuong", ("privacy_officer", commune)))

    assert [o.id for o in selectors.openings(by=by, waiting=True)[0]] == [here.id]
    with pytest.raises(errors.NotFound):
        selectors.review(opening.id, by=by)


def test_the_city_sees_every_opening(person, opening):
    city = access.actor_of(person("privacy.city", ("privacy_officer", None)))

    assert opening.id in [o.id for o in selectors.openings(by=city, waiting=True)[0]]


def test_the_review_shows_what_was_looked_at(person, privacy_officer, opening):
    doctor = access.actor_of(person("doctor.khac", ("doctor", "31001")))
    ledger.looked(by=doctor, about=opening.patient, what="Trang của người khác")

    review = selectors.review(opening.id, by=access.actor_of(privacy_officer))

    assert "Trang của người khác" not in [seen for _at, seen in review.looks]


def test_the_officer_does_it_in_the_browser(privacy_officer, opening, signed_in):
    client, page = signed_in(privacy_officer), f"{LIST}{opening.id}/"
    assert "Cấp cứu tai nạn" in client.get(LIST).content.decode()
    assert "Ghi kết luận" in client.get(page).content.decode()

    empty = client.post(page, {"verdict": "", "note": ""})
    done = client.post(page, {"verdict": "unjustified", "note": "Không có ca cấp cứu"})

    assert empty.status_code == 422
    assert done.url == LIST
    assert "Cấp cứu tai nạn" not in client.get(LIST).content.decode()
    assert "Không có lý do chính đáng" in client.get(f"{LIST}?xong=1").content.decode()
    assert "Ghi kết luận" not in client.get(page).content.decode()


def test_a_list_outside_the_numbers_is_only_the_first_page(privacy_officer, signed_in):
    for odd in ("x", "-1", "9" * 40, "²"):
        assert signed_in(privacy_officer).get(f"{LIST}?truoc={odd}").status_code == 200


def test_an_officer_does_not_conclude_an_opening_of_their_own(person):
    both = person("both.an", ("privacy_officer", "31001"), ("doctor", "31001"))
    by = access.actor_of(both)
    own = access.break_glass(by, f"Patient/{ids.new_id()}", reason=REASON)

    with pytest.raises(errors.NotAllowed) as refused:
        services.review_opening(own.id, by=by, verdict="justified", note="")

    assert refused.value.code == "access.own_opening"
