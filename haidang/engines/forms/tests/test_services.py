"""Versions and responses: drafts, dates, two devices, and what the ledger says."""

import copy
from datetime import date

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.forms import models
from haidang.engines.forms.tests.examples import GOOD, LICENCE
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors

OFFICER = actor.Actor(ref="Practitioner/chuyen-vien", name="Chuyên viên", kind="staff", org="31")
CITIZEN = actor.Actor(ref="Person/nguoi-dan", name="Người dân", kind="citizen")
OTHER = actor.Actor(ref="Person/nguoi-khac", name="Người khác", kind="citizen")
ON = date(2026, 11, 25)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    return forms.load(LICENCE, by=OFFICER)


@pytest.fixture
def response(published):
    known = {"person.name": "Trần Thị Thử", "person.citizen_id": "031190000016"}
    return forms.start("cap-giay-phep", by=CITIZEN, on=ON, about="Case/1", known=known)


def _changed():
    definition = copy.deepcopy(LICENCE)
    definition["items"].append({"link_id": "phone", "type": "string", "text": "Điện thoại"})
    return definition


def test_a_file_is_loaded_once(published):
    assert forms.load(copy.deepcopy(LICENCE), by=OFFICER).number == published.number
    assert forms.load(_changed(), by=OFFICER).number == published.number + 1


def test_a_new_version_begins_where_the_old_one_ends(published):
    forms.save_draft(_changed(), by=OFFICER)
    forms.publish("cap-giay-phep", by=OFFICER, valid_from=date(2026, 12, 1))

    assert forms.current("cap-giay-phep", date(2026, 11, 30)).number == 1
    assert forms.current("cap-giay-phep", date(2026, 12, 1)).number == 2
    with pytest.raises(errors.NotFound):
        forms.current("cap-giay-phep", date(2025, 12, 31))
    names = [event.name for event in ledger.events(names=("forms.*",))]
    assert names == ["forms.version.saved", "forms.version.published"] * 2


def test_there_is_one_draft_and_it_is_needed_to_publish(published):
    first = forms.save_draft(_changed(), by=OFFICER)
    again = forms.save_draft(_changed(), by=OFFICER)

    assert first.number == again.number == 2
    with pytest.raises(errors.RuleBroken):
        forms.publish("cap-giay-phep", by=OFFICER, valid_from=ON, valid_to=ON)
    with pytest.raises(errors.NotFound):
        forms.publish("khong-co", by=OFFICER, valid_from=ON)


def test_what_is_known_is_filled_in(response):
    assert response.answers["applicant"]["name"] == "Trần Thị Thử"


def test_answers_are_saved_as_they_come_and_completed_once(response):
    part = forms.save(response.id, {"applicant": {"name": "T"}}, by=CITIZEN, revision=0)
    with pytest.raises(errors.RuleBroken) as refused:
        forms.complete(response.id, by=CITIZEN, on=ON)
    whole = forms.save(response.id, GOOD, by=CITIZEN, revision=part.revision)

    done = forms.complete(whole.id, by=CITIZEN, on=ON)
    again = forms.complete(whole.id, by=CITIZEN, on=ON)

    assert {i["expression"] for i in refused.value.facts["issues"]} >= {"profession", "diploma"}
    assert done.completed_at == again.completed_at
    assert len(list(ledger.events(names=("forms.response.completed",)))) == 1
    with pytest.raises(errors.Conflict):
        forms.save(whole.id, {}, by=CITIZEN, revision=2)


def test_a_second_device_that_is_behind_loses_nothing_and_overwrites_nothing(response):
    forms.save(response.id, GOOD, by=CITIZEN, revision=0)

    with pytest.raises(errors.Conflict) as refused:
        forms.save(response.id, {}, by=CITIZEN, revision=0)

    assert refused.value.facts["revision"] == 1
    assert forms.response(response.id, by=CITIZEN).answers["agrees"] is True


def test_nobody_reads_or_writes_the_answers_of_another(response):
    for act in (
        lambda: forms.response(response.id, by=OTHER),
        lambda: forms.save(response.id, GOOD, by=OTHER, revision=0),
        lambda: forms.complete(response.id, by=OTHER, on=ON),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert forms.unfinished(by=OTHER) == []
    assert [one.id for one in forms.unfinished(by=CITIZEN)] == [response.id]


def test_a_response_is_judged_by_the_version_it_was_started_with(response):
    forms.save_draft(_changed(), by=OFFICER)
    forms.publish("cap-giay-phep", by=OFFICER, valid_from=date(2026, 1, 2))

    assert forms.response(response.id, by=CITIZEN).form.version == 1
    assert models.Version.objects.count() == 2
