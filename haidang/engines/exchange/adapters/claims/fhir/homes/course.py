"""XML5, the clinical course: ClinicalImpression, and the vital signs written in short form (diễn biến lâm sàng)."""

import re

from haidang.engines.exchange.adapters.claims.fhir import codecs, visit
from haidang.engines.exchange.adapters.claims.fhir.homes import staff
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape
from haidang.kernel import systems

NOTE = Shape(
    "ClinicalImpression",
    Field("DIEN_BIEN_LS", "summary"),
    Field("GIAI_DOAN_BENH", "extension[disease-stage].valueString"),
    Field("HOI_CHAN", "note[]", codecs.wrapped("text")),
    Field("PHAU_THUAT", "extension[operation-note].valueString"),
    Field("THOI_DIEM_DBLS", "effectiveDateTime", codecs.moment),
    Field("NGUOI_THUC_HIEN", "assessor", codecs.first(staff.STAFF)),
)
SHAPES = {("XML5", "note"): NOTE}

_SIGNS = re.compile(r"CSST\s*<([^<>]{1,200})>")
_SIGN = re.compile(r"([A-Z]+?)([0-9]{1,3}(?:[.,][0-9]{1,2})?)(?:/([0-9]{1,3}))?\Z", re.ASCII)

# sign of the short form → (LOINC, name, unit, UCUM)
_MEANING = {
    "M": ("8867-4", "Mạch", "lần/phút", "/min"),
    "T": ("8310-5", "Nhiệt độ", "°C", "Cel"),
    "NT": ("9279-1", "Nhịp thở", "lần/phút", "/min"),
    "SP": ("59408-5", "SpO2", "%", "%"),
}
_PRESSURE = (("8480-6", "Huyết áp tâm thu"), ("8462-4", "Huyết áp tâm trương"))
PANEL = visit.loinc("85353-1", "Dấu hiệu sinh tồn")


def vital_signs(text: str) -> list[dict]:
    """Observation components of `CSST<M75_T37_HA120/70_NT18_SP98_HL2>`; what cannot be read stays in the note alone.

    Source    claims reference, section 4: pulse, temperature, blood pressure, breaths, SpO2, care level
    """
    found = _SIGNS.search(text)
    made = []
    for piece in found[1].split("_") if found else ():
        sign = _SIGN.match(piece.strip())
        if sign:
            made.extend(_components(*sign.groups()))
    return made


def _components(sign, value, second):
    if sign == "HA" and second:
        for (loinc, name), figure in zip(_PRESSURE, (value, second), strict=True):
            yield _component(loinc, name, figure, "mmHg", "mm[Hg]")
    elif sign in _MEANING and not second:
        loinc, name, unit, ucum = _MEANING[sign]
        yield _component(loinc, name, value, unit, ucum)


def _component(loinc, name, figure, unit, ucum):
    amount = {"value": codecs.value_of(figure), "unit": unit, "system": systems.UCUM, "code": ucum}
    return {"code": visit.loinc(loinc, name), "valueQuantity": amount}
