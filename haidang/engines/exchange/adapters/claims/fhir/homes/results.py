"""XML4, results: an Observation for each indicator, the reading of an image in its DiagnosticReport (kết quả)."""

import re

from haidang.engines.exchange.adapters.claims.fhir import codecs, names
from haidang.engines.exchange.adapters.claims.fhir.homes import staff
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape
from haidang.kernel import systems

_BOUND = re.compile(r"(<=|>=|<|>|≤|≥)?\s*([0-9]+(?:[.,][0-9]+)?)\Z", re.ASCII)
_SIGNS = {"≤": "<=", "≥": ">="}


def _value(text):
    found = _BOUND.match(text)
    number = codecs.value_of(found[2]) if found else None
    if number is None:
        plain = codecs.text.encode(text)
        return plain and {"valueString": plain}
    quantity = {"value": number}
    if found[1]:
        quantity["comparator"] = _SIGNS.get(found[1], found[1])
    return {"valueQuantity": quantity}


def _value_back(node):
    quantity = node.get("valueQuantity")
    if quantity is None:
        return node.get("valueString")
    return quantity.get("comparator", "") + codecs.show(quantity["value"])


VALUE = codecs.Codec(_value, _value_back, "value[x]")
_SERVICE = Field("MA_DICH_VU", "extension[service].valueCoding", codecs.coding("service"))

_INDICATOR = (
    _SERVICE,
    Field("MA_CHI_SO", "code.coding[]", codecs.coding("lab-indicator")),
    Field("TEN_CHI_SO", "code.text"),
    Field("GIA_TRI", "*", VALUE),
    Field("MO_TA", "note[]", codecs.wrapped("text")),
    Field("KET_LUAN", "interpretation[]", codecs.wrapped("text")),
    Field("NGAY_KQ", "issued", codecs.moment),
    Field("MA_BS_DOC_KQ", "performer", codecs.many(staff.STAFF)),
)
UNIT = Field("DON_VI_DO", "valueQuantity.unit")
MEASURED = Shape("Observation", *_INDICATOR, UNIT)
WORDED = Shape("Observation", *_INDICATOR)  # a unit beside a word is kept as text only


READING = Shape(
    "DiagnosticReport",
    _SERVICE,
    Field("MO_TA", "extension[description].valueString"),
    Field("KET_LUAN", "conclusion"),
    Field("NGAY_KQ", "extension[read-at].valueDateTime", codecs.moment),
    Field("MA_BS_DOC_KQ", "resultsInterpreter", codecs.many(staff.STAFF)),
)

_LOINC = names.column("lab-indicator", "loinc_suggested")


def loinc_of(code: str) -> dict | None:
    """The LOINC coding that our list suggests for an indicator."""
    found = _LOINC.get(code)
    return {"system": systems.LOINC, "code": found} if found else None


SHAPES = {
    ("XML4", "indicator"): MEASURED,
    ("XML4", "words"): WORDED,
    ("XML4", "reading"): READING,
}


def part_of(row) -> str:
    """What a row is: a measured `indicator`, `words` about one, or the `reading` of a whole service (an image, an ECG)."""
    if "valueQuantity" in (_value(row.get("GIA_TRI", "")) or {}):
        return "indicator"
    told = row.get("MA_CHI_SO") or row.get("TEN_CHI_SO") or row.get("GIA_TRI")
    return "words" if told else "reading"
