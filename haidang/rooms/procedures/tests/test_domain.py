"""Rules of the room, as tables."""

from datetime import date

import pytest

from haidang.kernel import errors
from haidang.rooms.procedures import domain

PHARMACY = {
    "key": "du-dieu-kien",
    "code": "SYT.08",
    "name": "Cấp giấy chứng nhận",
    "sector": "Dược phẩm",
    "summary": "Để mở nhà thuốc.",
    "who": "Hộ kinh doanh",
    "basis": ["Luật Dược"],
    "term": 30,
    "term_unit": "day",
    "process": "inspection",
    "result": "Giấy chứng nhận",
    "result_code": "KQ.SYT.08",
    "overrides": [
        {"source": "NQ", "valid_from": "2026-07-01", "valid_to": "2027-03-01", "term": 20}
    ],
}


@pytest.mark.parametrize(
    ("day", "term", "source"),
    [
        (date(2026, 6, 30), 30, ""),
        (date(2026, 7, 1), 20, "NQ"),
        (date(2027, 2, 28), 20, "NQ"),
        (date(2027, 3, 1), 30, ""),
    ],
)
def test_a_resolution_changes_a_procedure_between_two_days(day, term, source):
    found = domain.on(domain.procedure(PHARMACY), day)

    assert (found.term, found.changed_by) == (term, source)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": " "}, "name"),
        ({"basis": []}, "basis"),
        ({"level": "some"}, "level"),
        ({"level": "partial"}, "partial_reason"),
        ({"term": -1}, "term"),
        ({"term_unit": "week"}, "term_unit"),
        ({"fee_vnd": 5}, "fee_source"),
        ({"fee_vnd": True}, "fee_vnd"),
    ],
)
def test_a_definition_that_is_not_whole_is_refused_where_it_lacks(change, where):
    with pytest.raises(errors.Incorrect) as refused:
        domain.procedure(PHARMACY | change)

    assert where in [issue["expression"] for issue in refused.value.facts["issues"]]


@pytest.mark.parametrize(
    ("state", "target", "allowed"),
    [
        ("draft", "submitted", True),
        ("submitted", "processing", True),
        ("processing", "supplement", True),
        ("supplement", "processing", True),
        ("decided", "returned", True),
        ("draft", "decided", True),
        ("returned", "processing", False),
        ("refused", "processing", False),
        ("decided", "withdrawn", False),
        ("draft", "returned", False),
    ],
)
def test_the_steps_between_states(state, target, allowed):
    if allowed:
        domain.check_step(state, target)
    else:
        with pytest.raises(errors.Conflict):
            domain.check_step(state, target)


def test_every_state_has_a_national_code():
    assert set(domain.STATES.values()) <= set(range(11))


def test_what_is_missing_is_asked_for_once_and_in_full():
    whole = domain.Supplement(("Ảnh 4x6",), "Ảnh mờ")

    domain.check_supplement(0, whole)
    with pytest.raises(errors.RuleBroken):
        domain.check_supplement(1, whole)
    for lacking in (domain.Supplement((), "x"), domain.Supplement(("x",), " ")):
        with pytest.raises(errors.Incorrect):
            domain.check_supplement(0, lacking)
