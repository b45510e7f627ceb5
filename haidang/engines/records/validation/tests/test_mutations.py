"""A sound resource with one mutation is refused where it was spoiled, and nothing ever raises."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.records import r4
from haidang.engines.records.validation import (
    explaining,
    invariants,
    narrative,
    references,
    shape,
    walking,
)
from haidang.engines.records.validation.tests import samples

_CALM = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
SOUND = samples.all_of_them()


@st.composite
def spoiled(draw):
    """(resource, expression): a sound one with one value spoiled, and where."""
    resource = copy.deepcopy(draw(st.sampled_from(SOUND)))
    objects = [v for v in walking.visits(resource) if isinstance(v.value, dict)]
    visit = draw(st.sampled_from(objects))
    how = draw(st.sampled_from([_drop, _unknown, _wrong_type, _bad_primitive, _wrong_list]))
    return resource, how(draw, visit)


def _own(visit, wanted):
    """(JSON key, element, type) of the values of an object that satisfy `wanted`."""
    known = r4.elements(visit.kind.name)
    return [(k, *known[k]) for k in visit.value if k in known and wanted(*known[k])]


def _drop(draw, visit):
    found = _own(visit, lambda element, code: element.least > 0)
    if not found:
        return _unknown(draw, visit)
    key, element, _ = draw(st.sampled_from(found))
    visit.value.pop(key)
    visit.value.pop(f"_{key}", None)
    return f"{visit.where}.{element.name}" if visit.value else visit.where


def _unknown(draw, visit):
    visit.value["zz" + draw(st.text("abc", max_size=3))] = draw(st.sampled_from([1, "a", {}, None]))
    return f"{visit.where}.zz"


def _wrong_type(draw, visit):
    found = _own(visit, lambda element, code: not r4.catalogue().primitive(code))
    if not found:
        return _unknown(draw, visit)
    key, element, _ = draw(st.sampled_from(found))
    visit.value[key] = draw(st.sampled_from(["a", 7, True, None]))
    return f"{visit.where}.{element.name}"


def _bad_primitive(draw, visit):
    found = _own(visit, lambda e, code: r4.catalogue().primitive(code) and not e.is_list)
    if not found:
        return _unknown(draw, visit)
    key, element, code = draw(st.sampled_from(found))
    wrong = ["", [], {}, "\x07"] + ([] if code in ("string", "markdown") else ["2024-02-30 25:61"])
    visit.value[key] = draw(st.sampled_from(wrong))
    return f"{visit.where}.{element.name}"


def _wrong_list(draw, visit):
    found = _own(visit, lambda element, code: element.is_list)
    if not found:
        return _unknown(draw, visit)
    key, element, _ = draw(st.sampled_from(found))
    visit.value[key] = []
    return f"{visit.where}.{element.name}"


@_CALM
@given(spoiled())
def test_one_mutation_is_refused_where_it_is(case):
    resource, expression = case

    found = shape.faults(resource)

    assert any(issue.expression.startswith(expression) for issue in found), (expression, found)


_names = st.sampled_from(
    "id status code coding system value subject reference text div contained resourceType name"  # noqa: SIM905
    " extension url valueString _status identifier meta profile section entry period start".split()
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4),
    max_leaves=12,
)


@_CALM
@given(
    st.dictionaries(_names, _JSON, max_size=7),
    st.sampled_from(["Patient", "Observation", "Composition", "Bundle", "Parameters"]),
)
def test_anything_at_all_gets_a_verdict(content, name):
    resource = content | {"resourceType": name}

    is_sound, explained = shape.is_sound(resource, name), explaining.faults(resource, name)

    assert is_sound == (explained == []), explained
    shape.faults(resource)
    narrative.clean(copy.deepcopy(resource))
    if not shape.faults(resource):
        invariants.faults(resource)
        references.contained_faults(resource)
