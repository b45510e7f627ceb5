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

    assert "`bin/run`" in missing.value.message


def test_what_was_made_of_the_definitions_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr(definitions, "BUILD", tmp_path / "build")
    made = []

    def make():
        made.append(1)
        return {"Patient": ["name"]}

    found = [definitions.compiled("x", dict[str, list[str]], make, layout=n) for n in (1, 1, 2)]

    assert found == [{"Patient": ["name"]}] * 3
    assert len(made) == 2  # anew for another layout


def test_a_build_that_is_broken_or_cannot_be_written_stops_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(definitions, "BUILD", tmp_path / "file" / "build")
    (tmp_path / "file").write_text("no folder")

    assert definitions.compiled("x", list[int], lambda: [1], layout=1) == [1]

    monkeypatch.setattr(definitions, "BUILD", tmp_path)
    definitions.compiled("x", list[int], lambda: [1], layout=1)
    (broken,) = tmp_path.glob("x-*.json")
    broken.write_text("[")
    assert definitions.compiled("x", list[int], lambda: [2], layout=1) == [2]
