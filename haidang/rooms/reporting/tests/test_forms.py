"""The forms that come with the product: sound, dated, and each cell with a source or its name."""

import dataclasses
from datetime import date

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.kernel import errors
from haidang.rooms.reporting import selectors
from haidang.rooms.reporting.selectors import catalogue

FORMS = selectors.forms()
IDS = [form.code for form in FORMS]


def test_there_are_more_than_ten_forms_of_every_level_and_period():
    assert len(FORMS) >= 20
    assert {form.level for form in FORMS} == {"station", "facility", "department"}
    assert {form.period for form in FORMS} == {"month", "quarter", "half", "year"}


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_a_form_names_its_circular_and_its_units(form):
    assert form.circular.title
    assert form.valid_from >= form.circular.valid_from
    assert form.title
    assert form.title_en
    assert set(form.units) <= set(places.FACILITY_KINDS)
    assert form.to in {"", *places.FACILITY_KINDS}


@pytest.mark.parametrize("form", FORMS, ids=IDS)
def test_every_cell_has_a_source_or_says_what_it_waits_for(form):
    for cell in form.cells.values():
        if cell.source == "missing":
            assert len(cell.missing) > 5, cell.key
        if cell.source == "typed":
            assert cell.note, f"{cell.key}: which book"
        if cell.source == "indicator":
            indicator = analytics.indicator(cell.indicator)
            assert set(cell.where) <= set(selectors.key_of(indicator)[1:]), cell.key


@pytest.mark.parametrize("form", [f for f in FORMS if f.indicators], ids=lambda f: f.code)
def test_every_indicator_knows_the_unit_that_reports(form):
    for code in form.indicators:
        indicator = analytics.indicator(code)
        own = {"facility", "unit", "commune"} & set(indicator.breakdowns)
        assert selectors.key_of(indicator)[:1] in (["facility"], ["commune"], ["scope"]) or own


@pytest.mark.parametrize("day", [date(2025, 7, 1), date(2027, 2, 28)])
def test_the_circular_of_2025_is_in_force_until_its_last_day(day):
    assert selectors.form("6-BCX", on=day).circular.code == "TT23-2025"


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2027, 3, 1)])
def test_no_form_is_used_on_a_day_without_its_circular(day):
    with pytest.raises(errors.NotFound):
        selectors.form("6-BCX", on=day)


def test_a_kept_form_is_the_same_form():
    for form in FORMS:
        content, circular, digest = catalogue.content_of(form)

        assert catalogue.form_of(content, circular) == form
        assert len(digest) == 64


def test_an_aggregated_form_adds_up_its_form_cell_by_cell():
    city, station = selectors.form("6-BCX-TP"), selectors.form("6-BCX")

    assert city.rows == station.rows
    assert {c.source for c in city.cells.values()} <= {"units", "sum", "ratio", "none"}


def test_two_files_for_one_day_are_refused():
    form = selectors.form("6-BCX")
    later = dataclasses.replace(form, valid_from=date(2026, 1, 1))

    with pytest.raises(ValueError, match="two files apply"):
        catalogue._check_overlaps([form, later])
