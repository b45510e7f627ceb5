"""The numbers under which confidential records are found by their labels.

Source: HL7 v3-Confidentiality (R restricted, V very restricted) and the information sensitivity
policies of HL7 v3-ActCode, which count as restricted.
"""

import functools

from haidang.engines.records import binary, kinds
from haidang.engines.records.index import hashing

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SENSITIVE = (
    "ETH", "ETHUD", "OPIOIDUD", "GDIS", "HIV", "MST", "PREGNANT", "SCA", "SDV", "SEX", "SPI", "STD", "TBOO",
    "VIO", "BH", "COGN", "DVD", "EMOTDIS", "MH", "PSY", "PSYTHPN", "SUD", "ADOL", "CEL", "VIP",
)  # fmt: skip
_RESTRICTED = [(CONFIDENTIALITY, "R"), *((ACT_CODE, code) for code in SENSITIVE)]
_VERY = [(CONFIDENTIALITY, "V")]


@functools.cache
def numbers(type):
    """(restricted, very restricted): numbers, signed as the database keeps them."""
    return tuple([number(type, *pair) for pair in pairs] for pairs in (_RESTRICTED, _VERY))


def above(type, ceiling):
    """The numbers of labels that a ceiling (`N`, `R` or None) hides."""
    restricted, very = numbers(type)
    return frozenset({"N": [*restricted, *very], "R": very}.get(ceiling, ()))


def rows():
    """(type number, restricted, very restricted) of every type, for the table of labels."""
    return [(number, *numbers(type)) for type, number in kinds.CODES.items()]


def number(type, system, code):
    """The number of one label on resources of one type, signed as the database keeps it."""
    path = hashing.path(f"{type}.meta.security:token")
    return binary.signed(hashing.token(path, system, code)[1])
