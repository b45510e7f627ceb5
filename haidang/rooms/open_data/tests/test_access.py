"""Who may do what: each permission allowed and refused on the same set-up."""

import pytest

from haidang.kernel import errors
from haidang.rooms.open_data import selectors, services
from haidang.rooms.open_data.tests import people
from haidang.rooms.open_data.tests.test_contributions import AT, MEANINGS, sent, state, uploaded

pytestmark = pytest.mark.usefixtures("folders")


def test_a_citizen_contributes():
    assert state(uploaded(by=people.contributor())) == "draft"


@pytest.mark.parametrize("who", [people.doctor, people.officer])
def test_staff_do_not_contribute(who):
    with pytest.raises(errors.NotAllowed):
        uploaded(by=who())


def test_an_officer_reviews():
    pk = sent()

    assert selectors.to_review(pk, by=people.officer())["row"].pk == pk
    services.accept(pk, by=people.officer(), at=AT)

    assert state(pk) == "accepted"


@pytest.mark.parametrize(
    "who", [people.doctor, people.officer_elsewhere, people.somebody, people.contributor]
)
def test_nobody_else_reviews(who):
    pk = sent()

    for act in (
        lambda: services.accept(pk, by=who(), at=AT),
        lambda: services.send_back(pk, reason="x", by=who(), at=AT),
        lambda: services.refuse(pk, reason="x", by=who(), at=AT),
        lambda: selectors.to_review(pk, by=who()),
        lambda: selectors.waiting(who()),
        lambda: selectors.desk(who()),
    ):
        with pytest.raises(errors.NotAllowed):
            act()
    assert state(pk) == "submitted"


def test_another_does_not_even_learn_that_it_is_there():
    pk = uploaded()

    for act in (
        lambda: selectors.own(pk, by=people.somebody()),
        lambda: services.submit(pk, meanings=MEANINGS, by=people.somebody(), at=AT),
        lambda: services.withdraw(pk, by=people.somebody(), at=AT),
        lambda: uploaded(by=people.somebody(), into=pk),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert state(pk) == "draft"
    assert selectors.mine(people.somebody()) == []


def test_a_draft_is_its_senders_alone():
    pk = uploaded()

    with pytest.raises(errors.NotFound):
        selectors.to_review(pk, by=people.officer())
    assert selectors.waiting(people.officer()) == []
