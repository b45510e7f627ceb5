"""XML1, the person as the facility states them (người bệnh theo lời khai của cơ sở): a Patient.

Two resources come from these lines: the Patient that `people` merges into the person's own record, and the same words
kept unchanged inside the Claim, because the person's record moves on while a dossier says what it said.
"""

import re

from haidang.engines.exchange.adapters.claims.fhir import codecs, names
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape
from haidang.kernel import systems

_KINDS_OF_NUMBER = (
    (re.compile(r"[0-9]{12}\Z", re.ASCII), systems.CITIZEN_ID),
    (re.compile(r"[0-9]{9}\Z", re.ASCII), systems.OLD_ID_CARD),
    (re.compile(r"[A-Z][0-9]{7,8}\Z", re.ASCII), systems.PASSPORT),
)
ACCOUNT = systems.identifier("e-identification-account")
_NUMBERS = {system for _, system in _KINDS_OF_NUMBER} | {ACCOUNT}

SEX = codecs.words({"1": "male", "2": "female", "3": "unknown"})


def number_system(text: str) -> str:
    """The system that a value of SO_CCCD belongs to, told by its form."""
    return next((system for form, system in _KINDS_OF_NUMBER if form.match(text)), ACCOUNT)


def _number(text):
    plain = codecs.text.encode(text)
    return plain and {"system": number_system(plain), "value": plain}


personal_number = codecs.Codec(
    _number, lambda v: v.get("value") if v.get("system") in _NUMBERS else None, ".value"
)


def _place(system):
    def encode(text):
        if not codecs.is_code(text):
            return None
        name = names.places().get(text)
        return {"system": system, "code": text, **({"display": name} if name else {})}

    return codecs.Codec(encode, lambda v: v.get("code"), ".code")


province = _place(systems.codes("province"))
district = _place(systems.codes("district"))
commune = _place(systems.COMMUNE)

FIELDS = (
    Field("MA_BN", "identifier[mrn]", codecs.local("mrn")),
    Field("SO_CCCD", "identifier[personal-number]", personal_number),
    Field("HO_TEN", "name[].text"),
    Field("NGAY_SINH", "*", codecs.birth),
    Field("GIOI_TINH", "gender", SEX),
    Field("DIEN_THOAI", "telecom[phone]", codecs.wrapped("value", system="phone")),
    Field("DIA_CHI", "address[].text"),
    Field("MATINH_CU_TRU", "address[].extension[province].valueCoding", province),
    Field("MAHUYEN_CU_TRU", "address[].extension[district].valueCoding", district),
    Field("MAXA_CU_TRU", "address[].extension[commune].valueCoding", commune),
    Field(
        "MA_QUOCTICH",
        "extension[patient-nationality].extension[code].valueCodeableConcept",
        codecs.concept("nationality"),
    ),
    Field("MA_DANTOC", "extension[ethnicity].valueCoding", codecs.coding("ethnic-group")),
    Field("MA_NGHE_NGHIEP", "extension[occupation].valueCoding", codecs.coding("occupation")),
)
PERSON = Shape("Claim.contained[Patient]", *FIELDS)
SHAPES = {("XML1", "person"): PERSON}
