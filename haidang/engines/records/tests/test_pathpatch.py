"""FHIRPath Patch: each operation, what cannot be done, and lists against Python's own."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engines.records import pathpatch
from haidang.kernel import errors

PERSON = {
    "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1990-02-03",
    "_birthDate": {"extension": [{"url": "urn:x", "valueString": "?"}]},
    "deceasedBoolean": False,
    "name": [{"family": "Nguyễn", "given": ["Văn", "An"]}, {"use": "old", "text": "An cũ"}],
    "identifier": [{"system": "urn:a", "value": "1"}, {"system": "urn:b", "value": "2"}],
    "contact": [{"name": {"text": "Mẹ"}, "telecom": [{"system": "phone", "value": "1"}]}],
}  # fmt: skip


def operation(type, path, **parts):
    listed = [{"name": "type", "valueCode": type}, {"name": "path", "valueString": path}]
    for name, value in parts.items():
        kind = "valueString" if isinstance(value, str) else "valueInteger"
        kind = kind if isinstance(value, str | int) else None
        listed.append({"name": name, kind: value} if kind else {"name": name, **value})
    return {"name": "operation", "part": listed}


def patched(*operations, resource=PERSON):
    return pathpatch.applied(
        resource, {"resourceType": "Parameters", "parameter": list(operations)}
    )


@pytest.mark.parametrize(
    ("made", "where", "expected"),
    [
        (operation("replace", "Patient.gender", value={"valueCode": "male"}), ["gender"], "male"),
        (operation("replace", "gender", value={"valueCode": "male"}), ["gender"], "male"),
        (operation("replace", "Patient.birthDate", value={"valueDate": "1991"}), ["birthDate"], "1991"),
        (operation("replace", "Patient.name[0].given[1]", value="Bình"), ["name", 0, "given"], ["Văn", "Bình"]),
        (operation("replace", "Patient.name.where(use='old').text", value="Bà An"), ["name", 1, "text"], "Bà An"),
        (operation("replace", "Patient.identifier.where(system='urn:b').value", value="9"), ["identifier", 1, "value"], "9"),
        (operation("replace", "Patient.contact[0].telecom.first().value", value="2"), ["contact", 0, "telecom", 0, "value"], "2"),
        (operation("add", "Patient", name="active", value={"valueBoolean": True}), ["active"], True),
        (operation("add", "Patient", name="telecom", value={"valueContactPoint": {"value": "1"}}), ["telecom"], [{"value": "1"}]),
        (operation("add", "Patient.name[0]", name="given", value="Hai"), ["name", 0, "given"], ["Văn", "An", "Hai"]),
        (operation("add", "Patient", name="multipleBirth", value={"valueInteger": 2}), ["multipleBirthInteger"], 2),
        (operation("insert", "Patient.name[0].given", index=1, value="Thị"), ["name", 0, "given"], ["Văn", "Thị", "An"]),
        (operation("move", "Patient.identifier", source=1, destination=0), ["identifier", 0, "value"], "2"),
    ],
)  # fmt: skip
def test_an_operation_changes_what_it_names(made, where, expected):
    found = patched(made)
    for key in where:
        found = found[key]

    assert found == expected


def test_what_was_given_is_not_changed():
    before = copy.deepcopy(PERSON)

    patched(operation("delete", "Patient.name[0]"), operation("delete", "Patient.gender"))

    assert before == PERSON


def test_an_object_is_built_from_its_parts():
    value = {"part": [
        {"name": "name", "part": [{"name": "text", "valueString": "Cha"}]},
        {"name": "telecom", "valueContactPoint": {"value": "3"}},
        {"name": "telecom", "valueContactPoint": {"value": "4"}},
    ]}  # fmt: skip

    found = patched(operation("add", "Patient", name="contact", value=value))

    assert found["contact"][1] == {
        "name": {"text": "Cha"},
        "telecom": [{"value": "3"}, {"value": "4"}],
    }


def test_deleting_takes_the_list_with_its_last_and_the_extensions_with_their_value():
    found = patched(
        operation("delete", "Patient.birthDate"), operation("delete", "Patient.contact[0]")
    )

    assert not {"birthDate", "_birthDate", "contact"} & set(found)


def test_deleting_what_is_not_there_is_no_error():
    assert (
        patched(operation("delete", "Patient.photo"), operation("delete", "Patient.name[7]"))
        == PERSON
    )


def test_a_choice_takes_the_name_of_its_new_type():
    found = patched(operation("replace", "Patient.deceased", value={"valueDateTime": "2026-01-01"}))

    assert found["deceasedDateTime"] == "2026-01-01"
    assert "deceasedBoolean" not in found


@pytest.mark.parametrize(
    "made",
    [
        operation("replace", "Patient.photo", value="x"),
        operation("replace", "Patient.name", value="x"),  # two of them
        operation("delete", "Patient.identifier.where(system.exists())"),
        operation("add", "Patient", name="gender", value={"valueCode": "male"}),
        operation("add", "Patient", name="colour", value="red"),
        operation("add", "Patient", name="deceased", value={"valueBoolean": True}),
        operation("add", "Patient.photo", name="title", value="x"),
        operation("insert", "Patient.name", index=9, value={"valueHumanName": {}}),
        operation("insert", "Patient.gender", index=0, value="x"),
        operation("move", "Patient.name", source=0, destination=2),
        operation("replace", "Patient", value="x"),
        operation("replace", "Patient.deceased", value={"valueQuantity": {}}),
    ],
)
def test_what_cannot_be_done_is_a_broken_rule(made):
    with pytest.raises(errors.RuleBroken):
        patched(made)


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"name": "other", "part": []},
        {"name": "operation"},
        operation("paint", "Patient"),
        operation("delete", "Patient.name.where(("),
        operation("replace", "Patient.gender"),
        operation("insert", "Patient.name", value="x"),
        operation("delete", "Patient." + "a" * 2000),
        {"name": "operation", "part": ["x"]},
    ],
)
def test_what_cannot_be_read_is_incorrect(made):
    with pytest.raises(errors.Incorrect):
        patched(made)


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "insert", "delete", "replace", "move"]),
        st.integers(0, 5), st.integers(0, 5), st.text("abc", min_size=1, max_size=3),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(_STEPS)
def test_operations_on_a_list_do_what_lists_do(steps):
    resource = {"resourceType": "Patient", "name": [{"text": "x", "given": ["m"]}]}
    model = ["m"]

    for kind, one, other, text in steps:
        made, model = _both(kind, one, other, text, model)
        try:
            resource = patched(made, resource=resource)
        except errors.RuleBroken:
            assert model is None
            return
        assert model is not None
        assert resource["name"][0].get("given", []) == model


def _both(kind, one, other, text, model):
    """An operation, and what Python's list becomes by it; None when it cannot be done."""
    path, n = "Patient.name[0].given", len(model)
    if kind == "add":
        return operation("add", "Patient.name[0]", name="given", value=text), [*model, text]
    if kind == "insert":
        fits = model and one <= n
        return operation("insert", path, index=one, value=text), [
            *model[:one],
            text,
            *model[one:],
        ] if fits else None
    if kind == "delete":
        return operation("delete", f"{path}[{one}]"), [*model[:one], *model[one + 1 :]]
    if kind == "replace":
        made = operation("replace", f"{path}[{one}]", value=text)
        return made, [*model[:one], text, *model[one + 1 :]] if one < n else None
    moved = list(model)
    if not (one < n and other < n):
        return operation("move", path, source=one, destination=other), None
    moved.insert(other, moved.pop(one))
    return operation("move", path, source=one, destination=other), moved
