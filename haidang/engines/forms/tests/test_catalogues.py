"""Choices out of a catalogue: found by words, kept with their system, nothing from outside it."""

from datetime import date
from pathlib import Path

import pytest

from haidang.engines.forms import api as forms
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, systems

TODAY = date(2026, 11, 25)
OCCUPATION = systems.codes("occupation")


def form(**more):
    item = {"link_id": "job", "type": "choice", "text": "Nghề", "value_set": OCCUPATION} | more
    return forms.parse({"key": "nghe", "title": "Nghề", "source": "Thử", "items": [item]})


@pytest.fixture
def lists(db):
    """The national list of occupations."""
    terminology.load_release(
        Path(__file__).parents[4] / "reference/occupation/2020-11-26", actor.SYSTEM
    )


def test_a_code_is_found_by_words_without_marks(lists):
    found, total = forms.search_catalogue(OCCUPATION, "nong")

    assert 0 < len(found) <= total
    assert all(one["system"] == OCCUPATION and one["display"] for one in found)


def test_what_was_chosen_is_kept_with_its_words(lists):
    found, _total = forms.search_catalogue(OCCUPATION, "nong")
    chosen = found[0]

    answers = forms.answers_of(form(), {"job": [f"{OCCUPATION}|{chosen['code']}"]})

    assert answers == {"job": chosen}
    assert forms.check(form(), answers, today=TODAY) == []


@pytest.mark.parametrize(
    "posted", ["khong-co", f"{OCCUPATION}|khong-co", f"{systems.ICD10}|00000", "|"]
)
def test_what_is_not_in_the_catalogue_is_refused_with_its_reason(lists, posted):
    answers = forms.answers_of(form(), {"job": [posted]})

    (problem,) = forms.check(form(), answers, today=TODAY)

    assert "danh mục" in problem.message


def test_a_page_offers_what_was_looked_for_and_keeps_what_was_chosen(lists):
    (chosen,) = forms.search_catalogue(OCCUPATION, "", limit=1)[0]

    (field,) = forms.fields_of(form(), {"job": chosen}, looking={"job": "nong"})

    assert field.looking == "nong"
    assert field.matches[0] == (f"{OCCUPATION}|{chosen['code']}", chosen, True)
    assert len(field.matches) > 1


def test_a_catalogue_that_is_not_there_is_named_before_anybody_depends_on_it(db):
    assert not forms.catalogue_exists("https://haidang.vn/fhir/ValueSet/khong-co")
    assert forms.search_catalogue("https://haidang.vn/fhir/ValueSet/khong-co", "a") == ([], 0)
