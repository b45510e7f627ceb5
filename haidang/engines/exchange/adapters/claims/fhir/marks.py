"""The marks that make the way back exact (dấu để dựng lại bộ hồ sơ).

claims-row     on every resource or element that holds fields of a row: `XML2/3/order` is the part `order` of the third
               row of XML2
claims-field   a field without a home, or the exact text of one that its home cannot give back: name `XML2/3/DU_PHONG`
               and value; no value means that the field is empty although its home says otherwise
claims-same    fields of a row that repeat what XML1 says, as papers do: `XML13/1 HO_TEN NGAY_SINH`
claims-form    the form that the dossier came in, `4750` or `3176`
"""

import json
from collections.abc import Iterable, Mapping

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.kernel import systems

ROW = systems.extension("claims-row")
FIELD = systems.extension("claims-field")
SAME = systems.extension("claims-same")
FORM = systems.extension("claims-form")


def put_row(node: dict, place: str, part: str) -> None:
    """Say that a resource or element holds the part of a row; `place` is `XML2/3`."""
    node.setdefault("extension", []).append({"url": ROW, "valueString": f"{place}/{part}"})


def put_fields(node: dict, place: str, left: Mapping[str, str]) -> None:
    """Keep the fields that found no exact home, one extension each."""
    if left:
        node.setdefault("extension", []).extend(_field(f"{place}/{n}", t) for n, t in left.items())


def _field(name, text):
    parts = [{"url": "name", "valueString": name}]
    if text:
        parts.append(_value(text))
    return {"url": FIELD, "extension": parts}


def _value(text):
    # A FHIR string holds no odd spaces; such a text is kept as a JSON literal in plain ASCII.
    if codecs.text.encode(text) == text:
        return {"url": "value", "valueString": text}
    return {"url": "json", "valueString": json.dumps(text)}


def put_same(node: dict, place: str, names: Iterable[str]) -> None:
    listed = " ".join([place, *names])
    if listed != place:
        node.setdefault("extension", []).append({"url": SAME, "valueString": listed})


def rows_of(node: Mapping) -> list[tuple[str, int, str]]:
    """(table, row, part) of every row that has a part in this node."""
    found = []
    for mark in node.get("extension", ()):
        if mark["url"] == ROW:
            table, row, part = mark["valueString"].split("/", 2)
            found.append((table, int(row), part))
    return found


def fields_of(node: Mapping) -> dict[tuple[str, int, str], str]:
    """(table, row, field) to exact text."""
    found = {}
    for mark in node.get("extension", ()):
        if mark["url"] == FIELD:
            parts = {part["url"]: part["valueString"] for part in mark["extension"]}
            table, row, name = parts["name"].split("/", 2)
            text = json.loads(parts["json"]) if "json" in parts else parts.get("value", "")
            found[table, int(row), name] = text
    return found


def same_of(node: Mapping) -> list[tuple[str, int, list[str]]]:
    """(table, row, fields that repeat XML1)."""
    found = []
    for mark in node.get("extension", ()):
        if mark["url"] == SAME:
            place, *names = mark["valueString"].split(" ")
            table, row = place.split("/")
            found.append((table, int(row), names))
    return found


def form_of(node: Mapping) -> str | None:
    return next(
        (mark["valueCode"] for mark in node.get("extension", ()) if mark["url"] == FORM), None
    )
