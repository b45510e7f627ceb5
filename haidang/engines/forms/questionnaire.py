"""A form as a FHIR R4 Questionnaire and back.

What R4 has no element for stands in extensions: the standard ones of R4 and SDC where they exist
(minValue, maxValue, regex, hidden hints as `display` children), ours for the rest.
Source: FHIR R4 questionnaire.html
"""

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.engines.forms import coding, form, markup, value_sets
from haidang.kernel import errors, systems

_HL7 = "http://hl7.org/fhir/StructureDefinition"
_MIN, _MAX, REGEX = f"{_HL7}/minValue", f"{_HL7}/maxValue", f"{_HL7}/regex"
_MIME = f"{_HL7}/mimeType"
_CONTROL = f"{_HL7}/questionnaire-itemControl"
_CALCULATED = systems.extension("form-calculation")
_PREFILL = systems.extension("form-prefill")
_FORMAT = systems.extension("form-format")
_UNIT, _UNIT_OPTION = f"{_HL7}/questionnaire-unit", f"{_HL7}/questionnaire-unitOption"
XHTML, MARKDOWN = f"{_HL7}/rendering-xhtml", f"{_HL7}/rendering-markdown"
#: What a form of ours holds of the extensions of a question, and of its words.
HELD_ON_ITEM = frozenset((_MIN, _MAX, _MIME, _UNIT, _UNIT_OPTION, _FORMAT, _PREFILL, _CALCULATED))
HELD_ON_WORDS = frozenset((XHTML, MARKDOWN, coding.TRANSLATION))
_READ_AS = {
    "url": "string",
    "open-choice": "choice",
    "dateTime": "date",
    "time": "string",
    "reference": "string",
    "question": "string",
}
_ANSWER = {
    "boolean": "valueBoolean",
    "integer": "valueInteger",
    "decimal": "valueDecimal",
    "date": "valueDate",
    "choice": "valueCoding",
    "quantity": "valueQuantity",
    "attachment": "valueAttachment",
}


def to_fhir(found, *, status="active"):
    """The Questionnaire of a form."""
    asked = {item.link_id: item for item in found.everything()}
    resource = {
        "resourceType": "Questionnaire",
        "url": f"{systems.BASE}/Questionnaire/{found.key}",
        "version": str(found.version),
        "name": found.key.replace("-", "_"),
        "title": found.title,
        "status": status,
        "subjectType": ["Patient"],
        "contained": _catalogues(found),
        "copyright": found.source,
        "effectivePeriod": _period(found),
        "item": [_item_out(each, asked) for each in found.items],
    }
    if found.title_en:
        resource["_title"] = coding.in_english(found.title_en)
    return {name: value for name, value in resource.items() if value}


def _catalogues(found):
    """A value set for each question that may be answered with any code of a system."""
    return [
        value_sets.of_system(item.value_set) | {"id": _local(item.value_set)}
        for item in {i.value_set: i for i in found.everything()}.values()
        if value_sets.is_system(item.value_set)
    ]


def _local(address):
    return re.sub(r"[^A-Za-z0-9]+", "-", address.partition("//")[2])[-60:].strip("-")


def _bound(item):
    if value_sets.is_system(item.value_set):
        return f"#{_local(item.value_set)}"
    return item.value_set or None


def _period(found):
    days = {"start": found.valid_from, "end": found.valid_to}
    return {name: day.isoformat() for name, day in days.items() if day}


def _item_out(item, asked):
    children = [_hint(item)] if item.hint else []
    children += [_item_out(each, asked) for each in item.items]
    shown = {
        "extension": _extensions(item),
        "linkId": item.link_id,
        "code": [coding.code_out(each) for each in item.codes],
        "text": item.text,
        "_text": _words_out(item),
        "type": "open-choice" if item.open else item.type,
        "enableWhen": [_condition_out(each, asked[each.question]) for each in item.enable_when],
        "enableBehavior": item.enable_behavior if len(item.enable_when) > 1 else None,
        "required": item.required or None,
        "repeats": item.repeats or None,
        "readOnly": (item.read_only or bool(item.calculated)) or None,
        "maxLength": item.max_length if item.type in ("string", "text") else None,
        "answerValueSet": None if item.options else _bound(item),
        "answerOption": [coding.option_out(each) for each in item.options],
        "initial": [{value_name(item): item.initial}] if item.initial is not None else None,
        "item": children,
    }
    return {name: value for name, value in shown.items() if value not in (None, [], {})}


def _words_out(item):
    """What stands beside the words of a question: English, and how they look."""
    found = coding.in_english(item.text_en)["extension"] if item.text_en else []
    if item.text_xhtml:
        found.append({"url": XHTML, "valueString": item.text_xhtml})
    if item.text_markdown:
        found.append({"url": MARKDOWN, "valueMarkdown": item.text_markdown})
    return {"extension": found} if found else None


def _hint(item):
    control = {
        "coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]
    }
    found = {
        "extension": [{"url": _CONTROL, "valueCodeableConcept": control}],
        "linkId": f"{item.link_id}_hint",
        "text": item.hint,
        "type": "display",
    }
    return found | ({"_text": coding.in_english(item.hint_en)} if item.hint_en else {})


def _extensions(item):
    found = []
    for url, value in ((_MIN, item.min_value), (_MAX, item.max_value)):
        if value is not None:
            found.append({"url": url, **_limit_out(item, value)})
    found += [{"url": _MIME, "valueCode": each} for each in item.accept]
    found += [{"url": _UNIT_OPTION, "valueCoding": _unit_out(each)} for each in item.units]
    if item.pattern:
        found.append({"url": REGEX, "valueString": item.pattern})
    if item.format:
        found.append({"url": _FORMAT, "valueCode": item.format})
    if item.prefill:
        found.append({"url": _PREFILL, "valueString": item.prefill})
    if item.calculated:
        text = f"{item.calculated.function}({','.join(item.calculated.of)})"
        found.append({"url": _CALCULATED, "valueString": text})
    return found


def _unit_out(unit):
    return {"system": unit.system or systems.UCUM, "code": unit.code, "display": unit.display}


def _limit_out(item, value):
    if value == "today":
        return {"valueString": "today"}
    if isinstance(value, Decimal):
        return {"valueInteger": int(value)} if item.type == "integer" else {"valueDecimal": value}
    return {"valueDate": value}


def _condition_out(condition, asked):
    """An `enableWhen`, with the answer in the type of the question that it looks at."""
    answer = condition.answer
    found = {"question": condition.question, "operator": condition.operator}
    if isinstance(answer, bool):
        return found | {"answerBoolean": answer}
    if asked.type == "choice":
        known = [one for one in asked.options if one.code == str(answer)]
        return found | {
            "answerCoding": coding.coding_out(known[0]) if known else {"code": str(answer)}
        }
    if asked.type == "quantity":
        return found | {"answerQuantity": {"value": answer}}
    if asked.type == "date":
        return found | {"answerDate": str(answer)}
    if isinstance(answer, int):
        return found | {"answerInteger": answer}
    if isinstance(answer, Decimal | float):
        return found | {"answerDecimal": answer}
    return found | {"answerString": str(answer)}


def value_name(item):
    """The element of an answer to an item: valueString, valueCoding …"""
    return _ANSWER.get(item.type, "valueString")


def from_fhir(resource, *, taken=()):
    """The definition of a form, from a Questionnaire that anybody made.

    taken    names that questions may not have, because a form has them already

    Link ids such as `/55757-9` become names; the answers that conditions name follow them. What is
    asked below a question comes in a group after it, shown once the question has an answer.

    Raises    Incorrect `forms.not_a_questionnaire`, `forms.definition_unreadable`
    """
    if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":
        raise errors.Incorrect("forms.not_a_questionnaire", _("Đây không phải một Questionnaire."))
    names = _names(resource.get("item", []), taken)
    inside = {f"#{each.get('id')}": each for each in resource.get("contained", [])}
    title = resource.get("title") or resource.get("name") or "Questionnaire"
    period = resource.get("effectivePeriod", {})
    definition = {
        "key": _key(resource),
        "title": title,
        "title_en": coding.english(resource.get("_title")),
        "source": resource.get("copyright")
        or resource.get("publisher")
        or resource.get("url", title),
        "valid_from": period.get("start", "")[:10] or None,
        "valid_to": period.get("end", "")[:10] or None,
        "items": _items_in(resource.get("item", []), names, inside),
    }
    form.parse(definition)
    return definition


def _key(resource):
    text = resource.get("url", "").rpartition("/")[2] or resource.get("name") or "questionnaire"
    found = re.sub(r"[^a-z0-9]+", "-", _plain(text)).strip("-")[:60]
    return found if found[:1].isalpha() else f"q-{found}"


def _names(items, taken):
    """A name of ours for each link id, in their order and without doubles."""
    found, used = {}, set(taken)
    for item in _every(items):
        link_id = str(item.get("linkId", ""))
        name = re.sub(r"[^a-z0-9]+", "_", _plain(link_id)).strip("_") or "item"
        name = (name if name[0].isalpha() else f"q_{name}")[:50]
        base, number = name, 2
        while name in used:
            name, number = f"{base}_{number}", number + 1
        used.add(name)
        found[link_id] = name
    return found


def _every(items):
    for item in items:
        yield item
        yield from _every(item.get("item", []))


def _plain(text):
    marks_off = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in marks_off if not unicodedata.combining(c))


def _items_in(items, names, inside):
    return [each for item in items for each in _item_in(item, names, inside)]


def _item_in(item, names, inside):
    """An item as ours; two when more is asked below a question."""
    found = {
        "link_id": names[str(item.get("linkId", ""))],
        "type": _READ_AS.get(item.get("type"), item.get("type")),
        "text": _words_in(item),
        "text_en": coding.english(item.get("_text")),
        "codes": coding.codes_in(item),
        **_looks_in(item),
        "required": item.get("required", False) and not left_to_machines(item),
        "repeats": item.get("repeats", False),
        "read_only": item.get("readOnly", False),
        "open": item.get("type") == "open-choice",
        **_catalogue_in(item.get("answerValueSet", ""), inside),
        "enable_when": [_condition_in(each, names) for each in item.get("enableWhen", [])],
        "enable_behavior": item.get("enableBehavior", "all"),
        "initial": _initial_in(item),
        **_help_in(item),
        **_from_extensions(item, names),
    }
    if item.get("answerOption"):
        found["options"] = [coding.option_in(each) for each in item["answerOption"]]
    if item.get("maxLength"):
        found["max_length"] = item["maxLength"]
    own = {name: value for name, value in found.items() if value not in (None, "", [], False)}
    below = _items_in(_below(item), names, inside)
    if own["type"] == "group":
        return [own | {"items": below}]
    return [own, _group_of(own, below)] if below else [own]


def _words_in(item):
    """The words of a question, its number in front."""
    words = f"{item.get('prefix', '')} {item.get('text', '')}".strip()
    return words or str(item.get("linkId", ""))


def _looks_in(item):
    """The words with their looks: XHTML made safe, markdown as it was written."""
    told = {
        each.get("url"): each.get("valueMarkdown") or each.get("valueString")
        for each in (item.get("_text") or {}).get("extension", [])
    }
    xhtml = markup.safe(told.get(XHTML) or "")
    return {"text_xhtml": xhtml, "text_markdown": told.get(MARKDOWN) or ""}


def _group_of(question, below):
    """What is asked below a question, once it is answered (R4: such items stand under its answer)."""
    answered = {"question": question["link_id"], "operator": "exists", "answer": True}
    return {
        "link_id": f"{question['link_id'][:52]}_below",
        "type": "group",
        "text": question["text"],
        "text_en": question.get("text_en", ""),
        "enable_when": [answered],
        "items": below,
    }


def _catalogue_in(address, inside):
    """Where a choice's answers come from: a contained value set is a list, or stands for a system."""
    if address not in inside:
        return {"value_set": address.partition("|")[0]}
    listed = inside[address].get("expansion", {}).get("contains", [])
    included = inside[address].get("compose", {}).get("include", [])
    for each in included:
        listed += [one | {"system": each.get("system", "")} for one in each.get("concept", [])]
    if listed or not included:
        return {"options": [coding.option_in({"valueCoding": one}) for one in listed]}
    return {"value_set": included[0].get("system") or included[0].get("valueSet", [""])[0]}


def _help_in(item):
    """The first hint becomes a line of the item."""
    for each in filter(is_help, item.get("item", [])):
        return {"hint": each.get("text", ""), "hint_en": coding.english(each.get("_text"))}
    return {}


def _below(item):
    return [each for each in item.get("item", []) if not is_help(each)]


def left_to_machines(item):
    """Whether only a machine could answer: nobody may write, and nothing here fills it in."""
    fills = {_CALCULATED, _PREFILL}
    urls = {each.get("url") for each in item.get("extension", [])}
    return bool(item.get("readOnly") and not item.get("initial") and not fills & urls)


def is_help(item):
    return item.get("type") == "display" and any(
        each.get("url") == _CONTROL for each in item.get("extension", [])
    )


def _condition_in(condition, names):
    answer = next((v for k, v in condition.items() if k.startswith("answer")), None)
    return {
        "question": names.get(condition.get("question"), condition.get("question")),
        "operator": condition.get("operator", "="),
        "answer": answer.get("value", answer.get("code")) if isinstance(answer, dict) else answer,
    }


def _initial_in(item):
    for each in item.get("initial", []):
        return next((v for k, v in each.items() if k.startswith("value")), None)
    return None


def _from_extensions(item, names):
    found = {}
    for extension in item.get("extension", []):
        value = next((v for k, v in extension.items() if k.startswith("value")), None)
        match extension.get("url"):
            case url if url == _MIN:
                found["min_value"] = value
            case url if url == _MAX:
                found["max_value"] = value
            case url if url == REGEX and form.is_safe(str(value)):
                found["pattern"] = value
            case url if url == _MIME:
                found.setdefault("accept", []).append(value)
            case url if url in (_UNIT, _UNIT_OPTION):
                found.setdefault("units", []).append(coding.option_in({"valueCoding": value}))
            case url if url == _FORMAT:
                found["format"] = value
            case url if url == _PREFILL:
                found["prefill"] = value
            case url if url == _CALCULATED:
                function, _, of = str(value).rstrip(")").partition("(")
                found["calculated"] = {function: [names.get(n, n) for n in of.split(",")]}
    return found
