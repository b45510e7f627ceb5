"""Searches that ask somebody else too: value sets, hierarchies, lists and places."""

import unicodedata
from types import SimpleNamespace

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.search import symbols
from haidang.kernel import actor, errors, systems

pytestmark = pytest.mark.usefixtures("everything_open")
ICD = "http://hl7.org/fhir/sid/icd-10"
SETS = {
    "urn:hypertension": ["I10", "I11"],
    f"{ICD}?fhir_vs=isa/I10-I15": ["I10-I15", "I10", "I11"],
    "urn:empty": [],
}


def condition(id, code):
    return {
        "resourceType": "Condition",
        "id": id,
        "code": {"coding": [{"system": ICD, "code": code}]},
    }


def location(id, latitude, longitude):
    return {
        "resourceType": "Location",
        "id": id,
        "position": {"latitude": latitude, "longitude": longitude},
    }


@pytest.fixture
def city(monkeypatch):
    def expand(url, *, count, beside):
        members = [SimpleNamespace(system=ICD, code=code) for code in SETS[url]]
        return SimpleNamespace(total=len(members), contains=members)

    def lookup(system, code):
        ancestors = {"I10": ("I00-I99", "I10-I15"), "I10-I15": ("I00-I99",), "I00-I99": ()}
        return SimpleNamespace(ancestors=ancestors[code]) if code in ancestors else None

    monkeypatch.setattr(symbols.terminology, "expand", expand)
    monkeypatch.setattr(symbols.terminology, "lookup", lookup)
    records.save_all(
        [
            condition("high", "I10"), condition("heart", "I11"), condition("sugar", "E11"), condition("block", "I10-I15"),
            location("opera", 20.8561, 106.6837), location("airport", 20.8194, 106.7250), location("hanoi", 21.0285, 105.8542),
            {"resourceType": "Location", "id": "nowhere"},
            {"resourceType": "List", "id": "watched", "entry": [
                {"item": {"reference": "Condition/sugar"}}, {"item": {"reference": "Location/opera"}},
                {"item": {"reference": "Condition/high"}, "deleted": True}]},
            {"resourceType": "List", "id": "named", "entry": [
                {"item": {"reference": f"{systems.BASE}/Condition/high"}}, {"item": {"reference": "Condition/heart/_history/1"}},
                {"item": {"reference": "https://elsewhere.vn/fhir/Condition/sugar"}}]},
        ],
        by=actor.SYSTEM,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("type", "query", "ids"),
    [
        ("Condition", "code:in=urn:hypertension", ["heart", "high"]),
        ("Condition", "code:not-in=urn:hypertension", ["block", "sugar"]),
        ("Condition", "code:in=urn:empty", []),
        ("Condition", f"code:below={ICD}|I10-I15", ["block", "heart", "high"]),
        ("Condition", f"code:above={ICD}|I10", ["block", "high"]),
        ("Condition", f"code:above={ICD}|E11", ["sugar"]),
        ("Condition", "_list=watched", ["sugar"]),
        ("Condition", "_list=unknown", []),
        ("Condition", "_list=named", ["heart", "high"]),
        ("Condition", "_list=List/watched", ["sugar"]),
        ("Condition", "_list=no/id/at all", []),
        ("Location", "near=20.8561|106.6837|1|km", ["opera"]),
        ("Location", "near=20.8561|106.6837|7|km", ["airport", "opera"]),
        ("Location", "near=20.8561|106.6837|200000|m", ["airport", "hanoi", "opera"]),
        ("Location", "near=20.8561|106.6837", ["airport", "opera"]),
        ("Location", "near=21.8561|106.6837|111.19493", ["opera"]),  # straight to the south
        ("Location", "near=21.8561|106.6837|111.1949", []),
    ],
)
def test_search_finds(city, type, query, ids):
    assert sorted(each.id for each in records.search(type, query, strict=True).matches) == ids


@pytest.mark.parametrize(
    ("type", "query"),
    [("Location", "near=here"), ("Condition", "code:below=I10"), ("Observation", "value-quantity=heavy"),
     ("Observation", "date=yesterday"), ("Observation", "component-code-value-quantity=8480-6"),
     ("Observation", "value-quantity=5|mg"), ("Patient", "active:missing=perhaps")],
)  # fmt: skip
def test_what_cannot_be_read_is_said(city, type, query):
    with pytest.raises(errors.Incorrect) as refused:
        records.search(type, query, strict=True)

    assert refused.value.code == "records.search_unreadable"


def test_a_cursor_belongs_to_one_query(city):
    page = records.search("Location", "_count=1")

    with pytest.raises(errors.Incorrect):
        records.search("Location", "_count=2", cursor=page.next_cursor)
    with pytest.raises(errors.Incorrect):
        records.search("Location", "_count=1", cursor=page.next_cursor[:-1] + "x")


def test_an_escaped_comma_is_part_of_the_value():
    records.save(
        {"resourceType": "Organization", "id": "o", "name": "Sở Y tế, Hải Phòng"}, by=actor.SYSTEM
    )

    assert len(records.search("Organization", [("name", r"so y te\, hai")]).matches) == 1
    assert len(records.search("Organization", [("name", "nothing,so y")]).matches) == 1


def test_includes_may_go_on():
    made = [
        {"resourceType": "Organization", "id": "city"},
        {"resourceType": "Organization", "id": "ward", "partOf": {"reference": "Organization/city"}},
        {"resourceType": "Patient", "id": "p", "managingOrganization": {"reference": "Organization/ward"}},
    ]  # fmt: skip
    records.save_all(made, by=actor.SYSTEM)

    once = records.search("Patient", "_include=Patient:organization")
    further = records.search(
        "Patient", "_include=Patient:organization&_include:iterate=Organization:partof"
    )

    assert [each.id for each in once.included] == ["ward"]
    assert sorted(each.id for each in further.included) == ["city", "ward"]


def test_what_points_at_another_type_is_missing_where_one_type_is_meant():
    subjects = {"of-one": "Patient/an", "of-a-place": "Location/ward", "of-nobody": None}
    made = [
        {"resourceType": "Observation", "id": id, **({"subject": {"reference": to}} if to else {})}
        for id, to in subjects.items()
    ]
    records.save_all([{"resourceType": "Patient", "id": "an"}, {"resourceType": "Location", "id": "ward"}, *made], by=actor.SYSTEM)  # fmt: skip

    def found(query):
        return sorted(each.id for each in records.search("Observation", query, strict=True).matches)

    assert found("patient:missing=true") == ["of-a-place", "of-nobody"]
    assert found("patient:missing=false") == ["of-one"]
    assert found("subject:missing=true") == ["of-nobody"]


def test_documents_are_found_by_what_they_do_to_another():
    """R4 has the parts of `relationship` crossed: the reference is the target, as in R5."""
    related = [{"code": "replaces", "target": {"reference": "DocumentReference/old"}}, {"code": "signs", "target": {"reference": "DocumentReference/other"}}]  # fmt: skip
    made = [{"resourceType": "DocumentReference", "id": id} for id in ("old", "other")]
    records.save_all([*made, {"resourceType": "DocumentReference", "id": "new", "relatesTo": related}], by=actor.SYSTEM)  # fmt: skip

    def found(value):
        asked = [("relationship", value)]
        return [each.id for each in records.search("DocumentReference", asked, strict=True).matches]

    for written in ("DocumentReference/old", "old", f"{systems.BASE}/DocumentReference/old"):
        assert found(f"{written}$replaces") == ["new"]
    assert found("DocumentReference/old$signs") == []
    assert found("https://elsewhere.vn/DocumentReference/old$replaces") == []
    assert found("DocumentReference/none$signs,other$signs") == ["new"]


@pytest.mark.parametrize("query", ["name=,", "name= ", "name=, ,", "name:contains=,", "organization.name=,", "_has:Encounter:subject:class=,", "_sort=,", "_id=,"])  # fmt: skip
def test_nothing_between_commas_is_no_condition(query):
    """As the beginning of a name it would find everybody, and a conditional delete take them."""
    records.save_all([{"resourceType": "Patient", "id": id, "name": [{"text": "An"}]} for id in ("one", "two")], by=actor.SYSTEM)  # fmt: skip

    page = records.search("Patient", query)

    assert (len(page.matches), page.self_query) == (2, "")
    with pytest.raises(errors.Incorrect) as refused:
        records.search("Patient", query, strict=True)
    assert refused.value.code == "records.search_empty"


def test_what_stands_between_commas_besides_counts_alone():
    made = [{"resourceType": "Patient", "id": name, "name": [{"text": name}]} for name in ("An", "Chi")]  # fmt: skip
    result = {"resourceType": "Observation", "code": {"text": "Đường huyết"}}
    records.save_all([*made, result], by=actor.SYSTEM)

    def found(type, name, value):
        return [each.id for each in records.search(type, [(name, value)], strict=True).matches]

    assert found("Patient", "name", ",,chi") == found("Patient", "name", "chi, ") == ["Chi"]
    assert found("Patient", "name", "\u0301") == found("Patient", "name:contains", "\u0301") == []
    assert found("Observation", "code:text", "\u0301") == []
    assert len(found("Observation", "code:text", "\u0301,duong")) == 1


def test_the_whole_text_is_the_same_composed_or_in_parts():
    whole = "Phạm Gia Thuỳ"
    made = [
        {"resourceType": "Patient", "id": form, "name": [{"text": unicodedata.normalize(form, whole)}]}
        for form in ("NFC", "NFD")
    ]  # fmt: skip
    records.save_all(made, by=actor.SYSTEM)

    for form in ("NFC", "NFD"):
        asked = [("name:exact", unicodedata.normalize(form, whole))]
        assert len(records.search("Patient", asked, strict=True).matches) == 2
    assert records.search("Patient", [("name:exact", "Phạm Gia Thùy")]).matches == []


ODD = ["_id:not=one", "_id:text=one", "_id:in=one", "_list:missing=true", "_count:exact=1", "_sort:desc=_id", "_total:not=none"]  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_a_modifier_that_means_nothing_there_is_not_passed_over(query):
    """Otherwise `_id:not=one` finds the one, and a conditional delete takes it."""
    records.save_all([{"resourceType": "Patient", "id": id} for id in ("one", "two")], by=actor.SYSTEM)  # fmt: skip

    page = records.search("Patient", query)

    assert (len(page.matches), page.self_query) == (2, "")
    with pytest.raises(errors.Incorrect):
        records.search("Patient", query, strict=True)
    with pytest.raises(errors.Incorrect):
        records.delete_matching("Patient", query, by=actor.SYSTEM)


@pytest.mark.parametrize(
    ("query", "code", "name", "sentence"),
    [
        ("code=", "records.search_empty", "code", "“code” không có giá trị"),
        ("_count=x", "records.search_unreadable", "_count", "Giá trị của “_count” không đọc được"),
        (
            "_total=all",
            "records.search_unreadable",
            "_total",
            "Giá trị của “_total” không đọc được",
        ),
        ("nonsense=1", "records.search_unknown", "nonsense", "Không tìm kiếm được theo “nonsense”"),
    ],
)
def test_a_refusal_tells_which_parameter_it_is_and_what_is_wrong(query, code, name, sentence):
    with pytest.raises(errors.Incorrect) as refused:
        records.search("Observation", query, strict=True)

    assert (refused.value.code, refused.value.facts["name"]) == (code, name)
    assert sentence in refused.value.message
