"""Answers of a form as a FHIR R4 QuestionnaireResponse and back.

Source: FHIR R4 questionnaireresponse.html
"""

from decimal import Decimal

from haidang.engines.forms import questionnaire
from haidang.kernel import systems


def response_to_fhir(found, answers, *, authored, subject=None, completed=True):
    """The QuestionnaireResponse of answers."""
    resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{systems.BASE}/Questionnaire/{found.key}|{found.version}",
        "status": "completed" if completed else "in-progress",
        "subject": {"reference": subject} if subject else None,
        "authored": authored.isoformat(timespec="seconds"),
        "item": _answers_out(found.items, answers),
    }
    return {name: value for name, value in resource.items() if value}


def _answers_out(items, answers):
    shown = []
    for item in items:
        value = answers.get(item.link_id)
        if value is None or item.type == "display":
            continue
        values = value if isinstance(value, list) else [value]
        named = {"linkId": item.link_id, "text": item.text}
        if item.type == "group":
            shown += [named | {"item": _answers_out(item.items, one)} for one in values]
        else:
            shown.append(named | {"answer": [_answer_out(item, one) for one in values]})
    return shown


def _answer_out(item, value):
    if item.type == "decimal":
        value = Decimal(value)
    if item.type == "quantity":
        value = {name: each for name, each in value.items() if each}
        value["value"] = Decimal(value["value"])
    if item.open and "text" in value:
        return {"valueString": value["text"]}
    if item.type == "attachment":
        value = {"contentType": value["type"], "title": value["name"], "size": value["size"]}
    return {questionnaire.value_name(item): value}


def response_from_fhir(found, resource):
    """The answers in a QuestionnaireResponse to this form; what it does not ask is left out."""
    return _answers_in(found.items, resource.get("item", []))


def _answers_in(items, given):
    found = {}
    for item in items:
        mine = [each for each in given if each.get("linkId") == item.link_id]
        if not mine:
            continue
        if item.type == "group":
            values = [_answers_in(item.items, each.get("item", [])) for each in mine]
        else:
            values = [_answer_in(item, a) for each in mine for a in each.get("answer", [])]
        if values:
            found[item.link_id] = values if item.repeats else values[0]
    return found


def _answer_in(item, answer):
    name, value = next(((k, v) for k, v in answer.items() if k.startswith("value")), ("", None))
    if item.type == "attachment" and isinstance(value, dict):
        named = {"type": value.get("contentType", ""), "name": value.get("title", "")}
        return {"id": value.get("id", ""), "size": value.get("size", 0), **named}
    if item.type == "quantity" and isinstance(value, dict):
        kept = {name: value[name] for name in ("unit", "code", "system") if name in value}
        return {"value": str(value.get("value", "")), **kept}
    if item.open and name == "valueString":
        return {"text": value}
    return str(value) if item.type == "decimal" else value
