"""A procedure's form as a FHIR Questionnaire: what one that comes in would bring, and ours going out."""

import json
from dataclasses import dataclass
from decimal import Decimal

from haidang.engines.forms import api as forms
from haidang.kernel import errors
from haidang.rooms.procedures.selectors import catalogue, editing


@dataclass(frozen=True)
class Look:
    """What a Questionnaire would bring into a form, before anybody takes it.

    items     questions as a definition holds them, under names that are free in the form
    fields    the same as the applicant would see them, those with conditions too
    left      (`forms.NotHeld`, how many more places) for each thing that is not held; what one
              question has many times, as the scores of its options, is told once
    """

    title: str
    items: list
    fields: list
    left: list


def look(key, content):
    """What a Questionnaire, as text or bytes, would bring into the form of a procedure.

    Raises    NotFound `procedures.unknown`; as `forms.read_questionnaire`; Incorrect
              `forms.definition_unreadable` (facts: issues)
    """
    taken = _names(editing.writing(key).definition)
    resource = forms.read_questionnaire(content)
    definition = forms.from_fhir(resource, taken=taken)
    forms.parse(definition)
    shown = forms.parse(definition | {"items": _always(definition["items"])})
    fields = forms.fields_of(shown, {})
    return Look(shown.title, definition["items"], fields, _once(forms.not_held(resource)))


def _once(left):
    found = {}
    for one in left:
        found.setdefault((one.of, one.what, one.instead), []).append(one)
    return [(same[0], len(same) - 1) for same in found.values()]


def _always(items):
    """The questions without their conditions, groups once, so that an officer sees every one."""
    return [
        {name: value for name, value in item.items() if name != "enable_when"}
        | ({"repeats": False} if item["type"] == "group" else {})
        | ({"items": _always(item["items"])} if item.get("items") else {})
        for item in items
    ]


def _names(definition):
    """Every name that the form uses already, those of shared blocks too."""
    own = definition.get("form") or []
    there = [
        one
        for item in own
        for one in (catalogue.block(item["block"]) if "block" in item else [item])
    ]
    return {line.name for line in forms.building.outline(there)}


def given_out(key):
    """The form as it stands on the desk, as the text of a Questionnaire.

    Raises    NotFound `procedures.unknown`; Incorrect `forms.definition_unreadable`
    """
    writing = editing.writing(key)
    form = editing.read_form(writing.definition | {"version": writing.number or 1})
    status = "active" if writing.number and not writing.revision else "draft"
    resource = forms.to_fhir(form, status=status)
    resource["url"] = resource["url"].rpartition("/")[0] + f"/{key}"
    resource["name"] = key.replace("-", "_")
    resource["version"] = str(writing.number or 1)
    return json.dumps(resource, ensure_ascii=False, indent=2, default=_number)


def _number(value):
    if not isinstance(value, Decimal):
        raise TypeError(type(value))
    return int(value) if value == value.to_integral_value() else float(value)


def sentences(why):
    """Why a Questionnaire is refused, each place on its own line."""
    listed = why.facts.get("issues") if isinstance(why, errors.HaidangError) else ()
    return [f"{one['expression']}: {one['message']}" for one in listed or ()][:50]
