"""XML4, results: an Observation for each indicator, the reading of an image in its DiagnosticReport (kết quả)."""

import re

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.engines.exchange.adapters.claims.fhir.homes import drugs
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape

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

INDICATOR = Shape(
    "Observation",
    _SERVICE,
    Field("MA_CHI_SO", "code.coding[]", codecs.coding("lab-indicator")),
    Field("TEN_CHI_SO", "code.text"),
    Field("GIA_TRI", "*", VALUE),
    Field("MO_TA", "note[]", codecs.wrapped("text")),
    Field("KET_LUAN", "interpretation[]", codecs.wrapped("text")),
    Field("NGAY_KQ", "issued", codecs.moment),
    Field("MA_BS_DOC_KQ", "performer", codecs.many(drugs.STAFF)),
)
# The unit belongs to a measured value; beside a word it stands in an extension (`build.results` decides).
UNIT = Shape("Observation", Field("DON_VI_DO", "valueQuantity.unit"))
READING = Shape(
    "DiagnosticReport",
    _SERVICE,
    Field("MO_TA", "extension[description].valueString"),
    Field("KET_LUAN", "conclusion"),
    Field("NGAY_KQ", "extension[read-at].valueDateTime", codecs.moment),
    Field("MA_BS_DOC_KQ", "resultsInterpreter", codecs.many(drugs.STAFF)),
)

INDICATOR_TIME = codecs.moment
is_service = codecs.is_code

SHAPES = {
    ("XML4", "indicator"): INDICATOR,
    ("XML4", "unit"): UNIT,
    ("XML4", "reading"): READING,
}


def is_reading(row) -> bool:
    """Does the row hold words about the whole service, as an image or an ECG has, and no indicator?"""
    return not (row.get("MA_CHI_SO") or row.get("TEN_CHI_SO") or row.get("GIA_TRI"))
