"""Sensitive categories are labelled, and nothing else is."""

import pytest

from haidang.engines.exchange.adapters.claims.fhir import labels, to_fhir
from haidang.engines.exchange.adapters.claims.fhir.tests import r4
from haidang.engines.exchange.adapters.claims.tests import examples


def marks_of(dossier):
    """Resource type to the categories on its resources."""
    found = {}
    for resource in to_fhir.map(dossier, "Patient/p1"):
        codes = {s["code"] for s in resource.get("meta", {}).get("security", ())}
        found.setdefault(resource["resourceType"], set()).update(codes)
    return found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("B20", {"HIV"}), ("B24", {"HIV"}), ("B19", set()), ("B25.1", set()), ("Z21", {"HIV"}),
        ("F20.0", {"MH"}), ("F00", {"MH"}), ("F99", {"MH"}), ("F10.2", {"SUD"}), ("F19", {"SUD"}),
        ("X60", {"MH"}), ("X84", {"MH"}), ("X85", set()),
        ("O04", {"SEX"}), ("O08.9", {"SEX"}), ("O09", set()), ("O80", set()), ("Z30.0", {"SEX"}),
        ("A53.9", {"STD"}), ("A64", {"STD"}), ("A65", set()), ("I10", set()), ("", set()),
    ],
)  # fmt: skip
def test_codes_and_their_categories(code, expected):
    assert labels.categories_of(code) == expected


def test_an_ordinary_visit_carries_no_label():
    assert all(not codes for codes in marks_of(examples.outpatient()).values())


def test_a_sensitive_principal_diagnosis_labels_everything():
    found = marks_of(examples.outpatient(MA_BENH_CHINH="B20"))

    assert all(codes == {"HIV", "R"} for codes in found.values())


def test_another_sensitive_diagnosis_labels_what_speaks_of_diagnoses():
    found = marks_of(examples.outpatient(MA_BENH_KT="F41.1"))

    assert found["Encounter"] == found["Claim"] == {"MH", "R"}
    assert found["MedicationRequest"] == found["Coverage"] == set()


def test_only_the_sensitive_condition_is_labelled_among_conditions():
    made = to_fhir.map(examples.outpatient(MA_BENH_KT="F41.1"), "Patient/p1")

    found = {
        r["code"]["coding"][0]["code"]: bool(r.get("meta"))
        for r in made
        if r["resourceType"] == "Condition"
    }

    assert found == {"I10": False, "F41.1": True}


def test_the_hiv_table_labels_the_whole_visit():
    dossier = examples.outpatient()
    dossier.tables["XML6"] = [
        examples.row("XML6", NGAYKD_HIV="20200101", MA_PHAC_DO_DIEU_TRI="TLD")
    ]

    assert all("HIV" in codes for codes in marks_of(dossier).values())


def test_an_hiv_test_is_labelled_with_its_result_and_its_bill():
    dossier = examples.outpatient()
    dossier.tables["XML3"][1]["TEN_DICH_VU"] = "HIV Ab test nhanh"

    found = marks_of(dossier)

    for kind in ("ServiceRequest", "DiagnosticReport", "Observation", "Claim", "Invoice"):
        assert "HIV" in found[kind], kind
    assert found["Condition"] == found["Encounter"] == set()


def test_a_drug_for_hiv_is_labelled():
    dossier = examples.outpatient()
    dossier.tables["XML2"][0]["TEN_THUOC"] = "Tenofovir + Lamivudin + Dolutegravir"

    found = marks_of(dossier)

    assert "HIV" in found["MedicationRequest"] & found["MedicationDispense"] & found["Claim"]


def test_a_check_in_for_an_hiv_test_labels_its_order():
    row = examples.row("XML0", MA_LK="v", MA_CSKCB="31T01", TEN_DICH_VU="HIV Ab test nhanh")

    made = {r["resourceType"]: r for r in to_fhir.map_check_in(row, "Patient/p1")}

    assert made["ServiceRequest"]["meta"]["security"][0]["code"] == "HIV"
    assert "meta" not in made["Encounter"]


def test_the_labels_are_codes_of_hl7():
    for name in labels.CATEGORIES:
        assert r4.is_known(labels.ACT, name)
