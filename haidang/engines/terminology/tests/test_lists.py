"""Lists in memory, as the claims rules ask them; ICD-10 by the day the visit ends."""

from datetime import date

import pytest

from haidang.engines.terminology import api as terminology
from haidang.engines.terminology.tests import factories
from haidang.kernel import systems

pytestmark = pytest.mark.django_db
BEFORE, CHANGED = date(2026, 6, 30), date(2026, 7, 1)


def _icd10(*, complete=True):
    old = [factories.concept("A90", "Sốt Dengue")]
    new = [
        factories.concept(
            "A97", "Bệnh sốt xuất huyết Dengue", properties={"has_specific_child": True}
        ),
        factories.concept("A97.0", "Không có dấu hiệu cảnh báo", parent="A97"),
        factories.concept("A90-A99", "Sốt do virus", properties={"notSelectable": True}),
    ]
    factories.load(
        factories.system(
            old, url=systems.ICD10, version="old", valid_to=CHANGED, complete=complete
        ),
        factories.system(
            new, url=systems.ICD10, version="new", valid_from=CHANGED, complete=complete
        ),
    )


def test_a_diagnosis_is_judged_by_the_list_of_its_day():
    _icd10()
    lists = terminology.lists()

    assert lists.icd10("A90", BEFORE) == terminology.Flags()
    assert lists.icd10("A90", CHANGED) is None
    assert lists.icd10("A97", CHANGED).has_specific_child
    assert lists.icd10("a970*", CHANGED) == terminology.Flags()


def test_a_block_is_no_diagnosis():
    _icd10()

    assert not terminology.lists().has("icd10", "A90-A99", CHANGED)
    assert terminology.icd10("A90-A99", on=CHANGED) is None
    assert terminology.lookup(systems.ICD10, "A90-A99", on=CHANGED)


@pytest.mark.parametrize(("complete", "known"), [(True, True), (False, False)])
def test_only_a_complete_list_makes_an_absent_code_an_unknown_one(complete, known):
    _icd10(complete=complete)

    assert terminology.lists().known("icd10", CHANGED) is known
    assert not terminology.lists().known("no-such-list")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a000", "A00.0"), ("A00.0", "A00.0"), ("A00", "A00"), (" A18.0† ", "A18.0"),
        ("G01*", "G01"), ("M0000", "M00.00"), ("Đau đầu", "Đau đầu"), ("", ""),
    ],
)  # fmt: skip
def test_a_diagnosis_is_read_however_it_is_written(written, read):
    assert terminology.normal_icd10(written) == read


def test_the_picture_is_kept_until_something_is_loaded(django_assert_num_queries):
    factories.load(factories.system(complete=True))
    lists = terminology.lists()
    lists.has("fruit", "lime")

    with django_assert_num_queries(1):
        assert terminology.lists() is lists
        assert lists.has("fruit", "lime")
    factories.load(factories.system([factories.concept("fig")]), checksum="two", force=True)

    assert terminology.lists().has("fruit", "fig")


def test_a_property_of_a_code_is_told():
    factories.load()

    assert terminology.lists().properties("fruit", "lime") == {"colour": "green"}
    assert terminology.lists().properties("fruit", "kiwi") is None
