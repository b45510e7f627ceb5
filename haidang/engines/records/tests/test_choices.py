"""Each choice of docs/decisions/0017 where R4 leaves one: what is found, and what is not."""

import pytest

from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems

pytestmark = pytest.mark.usefixtures("everything_open")
UCUM = "http://unitsofmeasure.org"


def patient(id, **more):
    return {"resourceType": "Patient", "id": id, **more}


def visit(id, subject, **more):
    return {"resourceType": "Encounter", "id": id, "status": "finished", "subject": {"reference": subject}, **more}  # fmt: skip


def result(id, **more):
    return {"resourceType": "Observation", "id": id, "status": "final", "code": {"coding": [{"system": "urn:c", "code": "Glucose"}]}, **more}  # fmt: skip


@pytest.fixture
def city():
    records.save_all(
        [
            patient("an", gender="male", birthDate="1980-05-17", name=[{"text": "Nguyễn Văn An"}, {"text": "Trần An"}],
                    identifier=[{"system": "urn:id", "value": "Ab1"}, {"value": "Ab2"}],
                    telecom=[{"system": "phone", "value": "0912"}]),
            patient("binh", gender="female", birthDate="1992", name=[{"text": "Đặng Thị Bình"}]),
            patient("cuc", name=[{"text": "Vũ Cúc"}]),
            visit("open", "Patient/an", period={"start": "2026-03-01"}),
            visit("night", "Patient/an/_history/1", period={"start": "2026-02-28T23:30:00Z", "end": "2026-03-01T00:30:00Z"}),
            visit("ours", f"{systems.BASE}/Patient/binh", period={"start": "2025-01-01", "end": "2025-02-01"}),
            visit("undated", "Patient/cuc"),
            result("exact", valueQuantity={"value": 5.4, "unit": "mmol/l", "system": UCUM, "code": "mmol/L"}, effectiveDateTime="2026-03-01"),
            result("near", valueQuantity={"value": 5.449, "unit": "mmol/L"}, effectiveDateTime="2026-03"),
            result("gram", valueQuantity={"value": 0.0054, "unit": "mol/L", "system": UCUM, "code": "mol/L"}),
            result("held", contained=[patient("in", gender="male")], subject={"reference": "#in"}),
            result("parts", component=[{"code": {"coding": [{"code": "a"}]}, "valueQuantity": {"value": 1}},
                                        {"code": {"coding": [{"code": "b"}]}, "valueQuantity": {"value": 9}}]),
            {"resourceType": "ValueSet", "id": "v", "status": "active", "url": "http://x.vn/vs/a", "title": "Danh mục giá"},
            {"resourceType": "PlanDefinition", "id": "plan", "status": "active", "library": ["http://x.vn/library/l|2"]},
            {"resourceType": "List", "id": "some", "status": "current", "mode": "working", "entry": [
                {"item": {"reference": "Patient/an"}}, {"item": {"reference": "Patient/binh"}, "deleted": True}]},
            {"resourceType": "Organization", "id": "ward", "name": "Trạm y tế Hải An"},
            {"resourceType": "MolecularSequence", "id": "dna", "coordinateSystem": 0,
             "referenceSeq": {"chromosome": {"coding": [{"system": "urn:chr", "code": "1"}]}, "windowStart": 10, "windowEnd": 90},
             "variant": [{"start": 100, "end": 101}, {"start": 345, "end": 347}, {"start": 400}]},
        ],
        by=actor.SYSTEM,
    )  # fmt: skip


FOUND = [
    # dates
    ("day_in_hanoi_time", "Encounter", "date=2026-03-01", ["night"]),
    ("eq_holds_the_whole", "Observation", "date=2026-03-01", ["exact"]),
    ("eq_of_a_month_holds_the_day", "Observation", "date=2026-03", ["exact", "near"]),
    ("an_open_end_has_no_end", "Encounter", "date=gt2030", ["open"]),
    ("an_open_end_is_not_within", "Encounter", "date=2026", ["night"]),
    ("ge_overlaps_above_or_within", "Encounter", "date=ge2026-03-01", ["night", "open"]),
    ("sa_starts_after", "Encounter", "date=sa2026-02-28", ["night", "open"]),
    ("nothing_has_no_order", "Encounter", "date=lt2030", ["night", "open", "ours"]),
    ("two_dates_are_of_one_value", "Encounter", "date=ge2025&date=lt2025-06", ["ours"]),
    # tokens
    ("a_code_of_any_system", "Patient", "identifier=ab1", ["an"]),
    ("bar_means_no_system", "Patient", "identifier=|Ab1", []),
    ("bar_finds_without_system", "Patient", "identifier=|Ab2", ["an"]),
    ("case_is_not_compared", "Observation", "code=urn:c|glucose&_id=exact", ["exact"]),
    ("an_implied_system_is_not_compared", "Patient", "gender=urn:whatever|male", ["an"]),
    ("a_phone_by_its_value", "Patient", "phone=0912", ["an"]),
    ("not_holds_without_a_value", "Patient", "gender:not=male", ["binh", "cuc"]),
    ("not_of_several_is_none_of_them", "Patient", "gender:not=male,female", ["cuc"]),
    ("missing_asks_the_element", "Patient", "gender:missing=true", ["cuc"]),
    # strings
    ("marks_and_case_are_folded", "Patient", "name=DANG", ["binh"]),
    ("a_name_by_any_word", "Patient", "name=an", ["an"]),
    ("a_name_by_words_on", "Patient", "name=van an", ["an"]),
    ("not_from_within_a_word", "Patient", "name=guyen", []),
    ("exact_is_the_whole_as_written", "Patient", "name:exact=Trần An", ["an"]),
    ("exact_is_no_part", "Patient", "name:exact=Trần", []),
    ("contains_is_folded_too", "Patient", "name:contains=GUYE", ["an"]),
    ("other_strings_from_their_start", "ValueSet", "title=gia", []),
    ("other_strings_on_from_there", "ValueSet", "title=danh muc gia", ["v"]),
    ("the_name_of_a_place_from_its_start", "Organization", "name=tram y te", ["ward"]),
    ("the_name_of_a_place_by_no_other_word", "Organization", "name=hai an", []),
    # numbers and quantities
    ("digits_written_are_the_precision", "Observation", "value-quantity=5.4", ["exact", "near"]),
    ("more_digits_are_more_exact", "Observation", "value-quantity=5.40", ["exact"]),
    ("greater_is_exact", "Observation", "value-quantity=gt5.4", ["near"]),
    ("units_are_not_converted", "Observation", f"value-quantity=0.0054|{UCUM}|mmol/L", []),
    ("a_unit_without_system_is_code_or_words", "Observation", "value-quantity=lt6||mmol/L", ["exact", "near"]),
    ("a_composite_is_of_one_component", "Observation", "component-code-value-quantity=a$9", []),
    ("a_composite_finds_its_component", "Observation", "component-code-value-quantity=a$1", ["parts"]),
    ("a_composite_of_three_is_of_one_variant", "MolecularSequence", "chromosome-variant-coordinate=1$gt300$lt200", []),
    ("a_composite_of_three_finds_its_variant", "MolecularSequence", "chromosome-variant-coordinate=urn:chr|1$345$347", ["dna"]),
    ("a_composite_of_three_needs_all", "MolecularSequence", "chromosome-variant-coordinate=1$400$gt0", []),
    ("a_part_from_the_root_is_compared_too", "MolecularSequence", "chromosome-variant-coordinate=2$345$347", []),
    ("a_composite_of_three_in_an_element", "MolecularSequence", "chromosome-window-coordinate=1$le10$ge90", ["dna"]),
    # references and addresses
    ("an_id_alone_of_any_target", "Encounter", "subject=an", ["night", "open"]),
    ("a_version_is_the_resource", "Encounter", "subject=Patient/an", ["night", "open"]),
    ("our_own_address_is_the_resource", "Encounter", "subject=Patient/binh", ["ours"]),
    ("contained_resources_are_not_searched", "Observation", "subject.gender=male", []),
    ("a_chain_may_ask_of_any_target", "Encounter", "subject.gender=male", ["night", "open"]),
    ("not_in_a_chain_is_of_the_target", "Encounter", "subject:Patient.gender:not=male", ["ours", "undated"]),
    ("a_canonical_without_its_version", "PlanDefinition", "depends-on=http://x.vn/library/l", ["plan"]),
    ("a_canonical_with_its_version", "PlanDefinition", "depends-on=http://x.vn/library/l|2", ["plan"]),
    ("a_canonical_of_another_version", "PlanDefinition", "depends-on=http://x.vn/library/l|3", []),
    ("a_uri_to_the_letter", "ValueSet", "url=http://X.vn/vs/a", []),
    ("below_goes_by_steps_of_the_path", "ValueSet", "url:below=http://x.vn/v", []),
    ("a_list_as_it_stands_now", "Patient", "_list=some", ["an"]),
]  # fmt: skip


@pytest.mark.parametrize(("type", "query", "ids"), [case[1:] for case in FOUND], ids=[c[0] for c in FOUND])  # fmt: skip
def test_search_chooses(city, type, query, ids):
    assert sorted(each.id for each in records.search(type, query, strict=True).matches) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("_sort=gender", ["binh", "an", "cuc"]), ("_sort=-gender", ["an", "binh", "cuc"]),
        ("_sort=birthdate", ["an", "binh", "cuc"]), ("_sort=-birthdate", ["binh", "an", "cuc"]),
        ("_sort=name", ["binh", "an", "cuc"]), ("_sort=-name", ["cuc", "an", "binh"]), ("", ["an", "binh", "cuc"]),
    ],
)  # fmt: skip
def test_what_has_no_value_comes_last_and_the_first_of_several_speaks(city, query, ids):
    assert [each.id for each in records.search("Patient", query, strict=True).matches] == ids


@pytest.mark.parametrize("query", ["gender=", "colour=red", "_contained=true", "_containedType=contained", "_total=some", "_summary=x", "_count=x", "_sort=colour", "gender:exact=male"])  # fmt: skip
def test_what_is_not_understood_is_left_out_or_under_strict_refused(city, query):
    assert records.search("Patient", query).self_query == ""
    with pytest.raises(errors.Incorrect):
        records.search("Patient", query, strict=True)


def test_what_r4_has_as_its_default_may_be_said(city):
    assert len(records.search("Patient", "_contained=false&_total=none", strict=True).matches) == 3


def test_an_estimate_is_an_exact_count_and_what_is_included_is_not_counted(city):
    page = records.search("Encounter", "subject=an&_include=Encounter:subject&_total=estimate&_count=1", strict=True)  # fmt: skip

    assert (page.total, len(page.matches), [one.ref for one in page.included]) == (2, 1, ["Patient/an"])  # fmt: skip


def test_a_count_of_none_asks_for_no_page(city):
    for query in ("_count=0", "_count=0&_total=none", "_count=0&_total=accurate"):
        page = records.search("Patient", query, strict=True)

        assert (page.total, page.matches, page.next_cursor) == (3, [], None)


def test_a_condition_of_a_write_must_say_something(city):
    with pytest.raises(errors.Incorrect):
        records.create_if_none(patient("x"), "_sort=name", by=actor.SYSTEM)
    with pytest.raises(errors.PreconditionFailed):
        records.create_if_none(patient("x"), "gender:not=other", by=actor.SYSTEM)
    assert records.delete_matching("Patient", "gender=other", by=actor.SYSTEM) == []
    with pytest.raises(errors.PreconditionFailed):
        records.delete_matching("Patient", "gender=male,female", by=actor.SYSTEM)


def test_a_value_set_that_is_not_here_is_an_error_and_no_empty_answer(city):
    with pytest.raises(errors.HaidangError):
        records.search("Observation", "code:in=http://x.vn/vs/unknown", strict=True)


def test_what_is_pointed_at_may_be_deleted(city):
    records.delete("Patient/an", by=actor.SYSTEM)

    ids = [one.id for one in records.search("Encounter", "subject=Patient/an", strict=True).matches]
    assert sorted(ids) == ["night", "open"]
    assert records.search("Encounter", "subject.gender=male", strict=True).matches == []
