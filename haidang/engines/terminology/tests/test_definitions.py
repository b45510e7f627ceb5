"""The published R4 definitions are found, and their absence says what to do."""

import pytest

from haidang.engines.terminology import definitions
from haidang.kernel import errors

needs_package = pytest.mark.skipif(
    definitions.package_version() is None, reason="the definitions package is not installed"
)


@needs_package
@pytest.mark.parametrize(
    ("kind", "resource_type", "at_least"),
    [
        ("search-parameters", "SearchParameter", 1300),
        ("profiles-types", "StructureDefinition", 60),
        ("valuesets", "ValueSet", 500),
        ("v3-codesystems", "CodeSystem", 100),
        ("v2-tables", "CodeSystem", 400),
        ("compartments", "CompartmentDefinition", 1),
    ],
)
def test_each_kind_holds_what_its_name_says(kind, resource_type, at_least):
    found = definitions.definitions(kind)

    assert sum(r["resourceType"] == resource_type for r in found) >= at_least


def test_an_unknown_kind_is_refused():
    with pytest.raises(errors.Incorrect) as refused:
        definitions.definitions("profiles-medplum")

    assert refused.value.code == "terminology.definitions_unknown"


def test_a_missing_package_says_which_command_brings_it(tmp_path):
    with pytest.raises(errors.Unavailable) as missing:
        definitions.definitions("valuesets", folder=tmp_path)

    assert "npm ci" in missing.value.message
