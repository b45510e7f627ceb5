"""Each parameter of the terminology operations counts, or is refused; none is passed over."""

import pytest

from haidang.kernel import systems
from haidang.portals.gateway.tests import fruit
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

pytestmark = pytest.mark.django_db

OLD = "2020"
JUICE = f"{systems.BASE}/ConceptMap/juice"


@pytest.fixture
def two_versions(asker, tmp_path):
    """An older list of the same fruit, in which a code is that 2026 no longer has."""
    rows = [*fruit.ROWS, ("kumquat", "Quất", "Kumquat", "citrus", "", "orange")]
    head = "code name_vi name_en parent inactive colour"
    ended = 'system = "fruit"\nvalid_to = 2025-01-01\n'
    fruit.load(tmp_path / "fruit" / "0", "code-system", head, rows, version=OLD, more=ended)
    return asker


def _coding(code, version="", system=fruit.FRUIT):
    return {"system": system, "code": code} | ({"version": version} if version else {})


# ── Code systems ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("coding", "asked", "result", "version"),
    [
        (_coding("kumquat", OLD), [], True, OLD),
        (_coding("kumquat"), [], False, "2026"),
        (_coding("kumquat"), [{"name": "version", "valueString": OLD}], True, OLD),
        (_coding("lime", OLD), [{"name": "version", "valueString": "2026"}], False, "2026"),
    ],
)
def test_a_coding_is_judged_by_the_version_it_names(two_versions, coding, asked, result, version):
    found = fruit.values(
        fruit.post(
            two_versions, "CodeSystem/$validate-code", {"name": "coding", "valueCoding": coding}, *asked
        )
    )  # fmt: skip

    assert (found["result"], found["version"]) == (result, version)
    assert ("message" in found) is not result


def test_a_version_that_is_not_loaded_judges_nothing(two_versions):
    coding = {"name": "coding", "valueCoding": _coding("lime", "1999")}
    refused = fruit.post(two_versions, "CodeSystem/$validate-code", coding)

    assert (refused.status_code, code_of(refused)) == (404, "terminology.system_unknown")


def test_a_coding_is_looked_up_in_the_version_asked_for(two_versions):
    coding = {"name": "coding", "valueCoding": _coding("kumquat")}
    version = {"name": "version", "valueString": OLD}

    found = fruit.values(fruit.post(two_versions, "CodeSystem/$lookup", coding, version))

    assert (found["display"], found["version"]) == ("Quất", OLD)


def test_a_coding_of_one_version_is_not_looked_up_in_another(two_versions):
    coding = {"name": "coding", "valueCoding": _coding("lime", OLD)}
    version = {"name": "version", "valueString": "2026"}

    refused = fruit.post(two_versions, "CodeSystem/$lookup", coding, version)

    assert (refused.status_code, code_of(refused)) == (400, "fhir.one_version_needed")


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (_coding("citrus", OLD), _coding("lime", "2026"), "fhir.one_version_needed"),
        (_coding("citrus", "", "urn:other"), _coding("lime", "", "urn:other"), "fhir.one_system_needed"),
        (_coding("citrus"), _coding("lime", "", "urn:other"), "fhir.one_system_needed"),
    ],
)  # fmt: skip
def test_codes_are_compared_within_one_version_of_one_list(two_versions, one, other, code):
    page = read(Fhir("31001").get(f"CodeSystem?url={fruit.FRUIT}&version=2026"))
    at = f"CodeSystem/{page['entry'][0]['resource']['id']}/$subsumes" if "entry" in page else None
    sent = [{"name": "codingA", "valueCoding": one}, {"name": "codingB", "valueCoding": other}]
    system = {"name": "system", "valueUri": fruit.FRUIT}

    refused = [fruit.post(two_versions, "CodeSystem/$subsumes", system, *sent)]
    refused += [fruit.post(two_versions, at, *sent)] if at else []

    assert {(each.status_code, code_of(each)) for each in refused} == {(400, code)}


def test_the_version_that_only_the_second_code_names_counts(two_versions):
    sent = [
        {"name": "codingA", "valueCoding": _coding("citrus")},
        {"name": "codingB", "valueCoding": _coding("kumquat", OLD)},
    ]

    assert fruit.values(fruit.post(two_versions, "CodeSystem/$subsumes", *sent)) == {
        "outcome": "subsumes"
    }


# ── Value sets ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("left", "total"),
    [(fruit.FRUIT, 0), (f"{fruit.FRUIT}|2026", 0), (f"{fruit.FRUIT}|{OLD}", 5)],
)
@pytest.mark.parametrize("include", [{"system": fruit.FRUIT}, {"valueSet": [fruit.FRUITS]}])
def test_a_system_is_left_out_by_version_and_of_imports_too(asker, include, left, total):
    value_set = {"resourceType": "ValueSet", "status": "active", "compose": {"include": [include]}}

    found = fruit.post(
        asker, "ValueSet/$expand", {"name": "valueSet", "resource": value_set},
        {"name": "exclude-system", "valueUri": left},
    )  # fmt: skip

    assert read(found)["expansion"]["total"] == total


@pytest.mark.parametrize(("asked", "shown"), [("&includeDefinition=true", True), ("", False)])
def test_the_definition_is_shown_of_a_value_set_named_by_its_address_too(asker, asked, shown):
    found = read(asker.get(f"ValueSet/$expand?url={fruit.FRUITS}&count=1{asked}"))

    compose = {"include": [{"system": fruit.FRUIT, "filter": []}]}
    assert found.get("compose") == (compose if shown else None)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"url={fruit.FRUITS}|1&valueSetVersion=2", "fhir.one_version_needed"),
        (f"url={fruit.FRUITS}&contextDirection=incoming", "fhir.parameter_unsupported"),
        (f"url={fruit.FRUITS}&context=x", "fhir.parameter_unsupported"),
    ],
)
def test_what_would_change_an_expansion_is_never_passed_over(asker, query, code):
    assert code_of(asker.get(f"ValueSet/$expand?{query}")) == code


# ── Concept maps, and strict clients ───────────────────────────────────────────────────────


def test_a_version_of_a_map_that_is_not_loaded_is_not_found(asker):
    asked = f"ConceptMap/$translate?url={JUICE}&system={fruit.FRUIT}&code=lime"

    assert fruit.values(asker.get(f"{asked}&conceptMapVersion=2026"))["result"] is True
    assert code_of(asker.get(f"{asked}&conceptMapVersion=1999")) == "terminology.map_unknown"


def test_a_map_is_named_in_one_version(asker):
    asked = f"ConceptMap/$translate?url={JUICE}|2026&system={fruit.FRUIT}&code=lime"

    assert fruit.values(asker.get(f"{asked}&conceptMapVersion=2026"))["result"] is True
    assert code_of(asker.get(f"{asked}&conceptMapVersion=1999")) == "fhir.one_version_needed"


@pytest.mark.parametrize(
    "asked",
    [
        f"CodeSystem/$lookup?system={fruit.FRUIT}&code=lime",
        f"CodeSystem/$validate-code?url={fruit.FRUIT}&code=lime",
        f"CodeSystem/$subsumes?system={fruit.FRUIT}&codeA=lime&codeB=lime",
        f"ValueSet/$expand?url={fruit.FRUITS}&count=1",
        f"ValueSet/$validate-code?url={fruit.FRUITS}&code=lime",
        f"ConceptMap/$translate?system={fruit.FRUIT}&code=lime",
    ],
)
def test_a_strict_client_is_told_of_a_parameter_that_nobody_knows(asker, asked):
    strict = {"Prefer": "handling=strict"}

    assert asker.get(asked, **strict).status_code == 200
    assert asker.get(f"{asked}&colour=green").status_code == 200
    assert code_of(asker.get(f"{asked}&colour=green", **strict)) == "fhir.parameter_unknown"
