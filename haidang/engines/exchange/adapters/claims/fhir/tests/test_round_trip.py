"""In and out again: what a dossier says comes back letter by letter, through JSON as the store keeps it."""

import random

import pytest
from hypothesis import HealthCheck, given, settings

from haidang.engines.exchange.adapters.claims import contents, forms, reader, tables
from haidang.engines.exchange.adapters.claims.fhir import from_fhir, to_fhir
from haidang.engines.exchange.adapters.claims.fhir.tests import samples
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.kernel import errors, fhirjson

PERSON = "Patient/p1"
_CALM = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def stored(resources):
    return fhirjson.loads(fhirjson.dumps(resources))


def differences(before, after):
    """(table, row, field, before, after) of every field that did not come back."""
    return [
        (table, place, name, row.get(name), back.get(name))
        for table, rows in before.tables.items()
        for place, (row, back) in enumerate(zip(rows, after.rows(table), strict=True), 1)
        for name in {**row, **back}
        if row.get(name) != back.get(name)
    ]


@_CALM
@given(samples.dossiers())
def test_any_dossier_comes_back_as_it_was(dossier):
    made = to_fhir.map(dossier, PERSON)

    back = from_fhir.dossier(stored(made))

    assert differences(dossier, back) == []
    assert back == dossier
    assert [list(row) for row in back] == [list(row) for row in dossier]
    assert to_fhir.map(back, PERSON) == made


@_CALM
@given(samples.check_ins())
def test_any_check_in_comes_back_row_by_row(dossier):
    made = {}
    for row in dossier.rows("XML0"):
        made |= {(r["resourceType"], r["id"]): r for r in to_fhir.map_check_in(row, PERSON)}

    back = from_fhir.dossier(stored(list(made.values())))

    assert differences(dossier, back) == []
    assert back == dossier


def test_a_usual_visit_leaves_nothing_outside_its_homes():
    dossier = samples.typical()

    resources = to_fhir.map(dossier, PERSON)

    assert b"claims-field" not in fhirjson.dumps(resources)
    assert from_fhir.dossier(stored(resources)) == dossier


def test_the_order_of_the_resources_does_not_matter():
    dossier = samples.typical()
    resources = stored(to_fhir.map(dossier, PERSON, received="2026-03-02T10:00:00+07:00"))

    random.Random(7).shuffle(resources)

    assert from_fhir.dossier(resources) == dossier


def test_rows_in_another_order_keep_their_resources():
    dossier, other = samples.typical(), samples.typical()
    other.tables["XML2"].reverse()
    for place, row in enumerate(other.tables["XML2"], 1):
        row.index = place

    ids = [{r["id"] for r in to_fhir.map(each, PERSON)} for each in (dossier, other)]

    assert ids[0] == ids[1]
    assert from_fhir.dossier(to_fhir.map(other, PERSON)) == other


def test_a_result_added_in_the_middle_leaves_the_others_what_they_were():
    dossier, other = samples.typical(), samples.typical()
    found = other.tables["XML4"]
    found.insert(0, examples.result(dossier.ma_lk, MA_CHI_SO="mới"))
    for place, row in enumerate(found, 1):
        row.index, row["STT"] = place, str(place)

    before, after = (
        {
            r["id"]: r["code"]["coding"][0]["code"]
            for r in to_fhir.map(d, PERSON)
            if r["resourceType"] == "Observation"
        }
        for d in (dossier, other)
    )

    assert before.items() < after.items()


def test_the_same_dossier_gives_the_same_bytes():
    first, again = (fhirjson.dumps(to_fhir.map(samples.typical(), PERSON)) for _ in range(2))

    assert first == again


def test_a_dossier_that_goes_out_leaves_nothing_for_the_next_one():
    from_fhir.dossier(to_fhir.map(examples.outpatient("V1"), "Patient/1"))

    for table in tables.FRAMES:
        for form in tables.FORMS:
            assert set(contents.template(table, form).values()) == {""}
    with pytest.raises(TypeError):
        contents.template("XML1")["MA_LK"] = "V1"


def test_an_older_dossier_goes_out_in_the_newer_form():
    paper = examples.row(
        "XML13",
        1,
        "4750",
        MA_LK="v",
        MA_NOI_DI="31001",
        MA_NOI_DEN="31002",
        PP_DIEU_TRI="Đỡ",
        TEN_THUOC="Thuốc mẫu",
    )
    dossier = examples.outpatient("v")
    dossier.form, dossier.tables["XML13"] = "4750", [paper]

    newer = from_fhir.dossier(to_fhir.map(dossier, PERSON), form="3176")

    assert newer == forms.convert(dossier, "3176")
    assert newer.rows("XML13")[0]["MA_CSKCB_DEN"] == "31002"
    assert newer.rows("XML13")[0]["TINH_TRANG_CT"] == "Đỡ"
    assert list(newer.rows("XML13")[0]) == list(tables.form("3176").tables["XML13"].names)


def test_a_file_comes_out_as_it_went_in():
    dossier = samples.typical()
    for table in ("XML5", "XML7", "XML9", "XML11", "XML13", "XML14"):
        dossier.tables[table] = [samples.full_row(table, "3176")]
    for row in dossier:
        row["MA_LK"] = dossier.ma_lk
    sent = examples.file_of(dossier)

    (received,) = reader.read(sent).dossiers
    back = from_fhir.dossier(stored(to_fhir.map(received, PERSON)))

    assert examples.file_of(back) == sent


@pytest.mark.parametrize(
    "name", ["MA_THE_BHYT", "MA_BENH_KT", "MA_KHOA", "NGAY_TAI_KHAM", "CAN_NANG_CON"]
)
def test_a_field_of_a_thousand_values_makes_no_thousand_resources(name):
    dossier = examples.outpatient(**{name: ";".join(f"2026{place:04}" for place in range(1000))})

    made = to_fhir.map(dossier, PERSON)

    assert len(made) < 100
    assert from_fhir.dossier(stored(made)) == dossier


def test_resources_without_a_visit_are_refused():
    try:
        from_fhir.dossier([{"resourceType": "Patient", "id": "p1"}])
    except errors.Incorrect as refused:
        assert refused.code == "claims.no_visit"
    else:
        raise AssertionError("accepted")
