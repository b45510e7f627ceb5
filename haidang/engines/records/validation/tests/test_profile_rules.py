"""Each rule that a published profile adds to R4 is broken by a counter-example of its own.

The rules are read from the differentials, so that a new one without its counter-example fails here.
"""

import pytest

from haidang.engines.records import r4
from haidang.engines.records.validation.profiles import registry
from haidang.engines.records.validation.tests import tables

PUBLISHED = {each["url"]: each for each in registry.published()}
NARROW = {"minValue": "out_of_bounds", "maxValue": "out_of_bounds", "maxLength": "too_long"}


@pytest.mark.parametrize("url", PUBLISHED)
def test_every_rule_of_a_profile_has_its_counter_example(url):
    asked = {f"{place} {rule}" for place, rule in rules(PUBLISHED[url])}
    shown = {
        f"{case['element']} {case.get('rule') or case['code'].removeprefix('validation.')}"
        for case in tables.of(url)["fails"]
        if "element" in case
    }

    assert asked - shown == set()
    assert {each for each in shown if not each.startswith("https:")} - asked == set()


@pytest.mark.parametrize("url", PUBLISHED)
def test_a_profile_says_only_what_r4_does_not(url):
    repeated = [
        element["id"]
        for element in _elements(PUBLISHED[url])
        if {"min", "max", "type"} & element.keys() and not _narrows(element, _base(element))
    ]

    assert repeated == []


def test_the_rules_of_a_profile_are_all_read():
    """What is derived here is counted by hand for one profile."""
    found = rules(PUBLISHED["https://haidang.vn/fhir/StructureDefinition/vn-organization"])

    assert found == {
        ("Organization.identifier:facility", "missing"),
        ("Organization.identifier:facility", "too_many"),
        ("Organization.identifier:facility", "vn-org-1"),
        ("Organization.identifier:facility.value", "missing"),
        ("Organization.name", "missing"),
    }


def rules(definition):
    """{(element id, rule)}: what a profile asks for besides R4, each once."""
    by_id = {element["id"]: element for element in _elements(definition)}
    found = {(id, rule) for id, element in by_id.items() for rule in _own(element, by_id)}
    return found - _telling_apart(by_id) - _of_ext_1(by_id)


def _own(element, by_id):
    base = _base(element)
    if element.get("min", 0) > max(_implied(element["id"], by_id), 0):
        yield "missing"
    if element.get("max", "*") != "*":
        yield "too_many"
    if any(key.startswith(("fixed", "pattern")) for key in element):
        yield "fixed"
    if base is not None and _types(element) and _types(element) < set(base.types):
        yield "shape"
    if _targets(element):
        yield "reference_type"
    if element.get("binding", {}).get("strength") == "required":
        yield "code"
    if element.get("slicing", {}).get("rules") == "closed":
        yield "slice_closed"
    if element.get("slicing", {}).get("ordered"):
        yield "slice_order"
    yield from (rule["key"] for rule in element.get("constraint", ()))
    yield from (rule for key, rule in NARROW.items() if any(k.startswith(key) for k in element))


def _implied(id, by_id):
    """How many values the slices of an element ask for already."""
    return sum(by_id[each].get("min", 0) for each in _slices(id, by_id))


def _slices(id, by_id):
    return [
        each
        for each, element in by_id.items()
        if "sliceName" in element and each == f"{id}:{element['sliceName']}"
    ]


def _telling_apart(by_id):
    """What tells the values of a slice cannot be broken: another value is of no slice."""
    found = {("Extension.url", "fixed")}
    for id, element in by_id.items():
        for said in element.get("slicing", {}).get("discriminator", ()):
            for place in _slices(id, by_id):
                for step in said["path"].split("."):
                    if step != "$this":
                        place = f"{place}.{step}"
                        found.add((place, "missing"))
                found.add((place, "fixed"))
    return found


def _of_ext_1(by_id):
    """Of an extension that has a value or extensions in it: R4 says already that it has one of both."""
    value, inner = by_id.get("Extension.value[x]", {}), by_id.get("Extension.extension", {})
    if inner.get("max") == "0":
        return {("Extension.extension", "too_many"), ("Extension.value[x]", "missing")}
    return {("Extension.value[x]", "too_many")} if value.get("max") == "0" else set()


def _narrows(element, base):
    return (
        base is None
        or "sliceName" in element
        or element.get("min", 0) > base.least
        or (element.get("max", "*") != "*" and int(element["max"]) < base.most)
        or (bool(_types(element)) and _types(element) < set(base.types))
        or (bool(_targets(element)) and (not base.targets or _targets(element) < set(base.targets)))
    )


def _elements(definition):
    return definition["differential"]["element"]


def _types(element):
    return {each["code"] for each in element.get("type", ())}


def _targets(element):
    return {
        url.rpartition("/")[2]
        for each in element.get("type", ())
        for url in each.get("targetProfile", ())
    }


def _base(element):
    """What R4 says of an element; None of the root."""
    kind, _, rest = element["path"].partition(".")
    found = None
    for name in rest.split(".") if rest else ():
        known = {each.name: each for each in r4.catalogue().kinds[kind].elements}
        found = known[name.removesuffix("[x]")]
        kind = found.inside or found.types[0]
    return found
