"""How one field text becomes one FHIR value, and back (giá trị của một trường).

`encode` answers None when FHIR cannot hold the value at all, and may be lossy otherwise: a shape compares what `decode`
would give back with the text, and keeps the exact text in a `claims-field` extension when they differ. So the way back
is exact by construction, whatever a codec does.
"""

import html
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from haidang.engines.exchange.adapters.claims.fhir import names
from haidang.kernel import systems

_FIGURE = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?\Z", re.ASCII)
_CODE = re.compile(r"[^\s]+( [^\s]+)*\Z")
_DAY = re.compile(r"[0-9]{8}\Z", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]\Z", re.ASCII)
# What the FHIR data type `string` does not hold: odd spaces (a no-break space, say) and control characters.
_ODD = re.compile(r"[^\S \r\n\t]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DIV = '<div xmlns="http://www.w3.org/1999/xhtml">'


class Codec(NamedTuple):
    """`encode(text) -> value | None` and `decode(value) -> text | None` (None: not ours, or nothing in it).

    leaf   where in the value the text stands, for the documentation
    many   does encode give a list, one element for each part between `;`?
    exact  does decode always give the text back? Then nobody needs to look.
    """

    encode: Callable
    decode: Callable
    leaf: str = ""
    many: bool = False
    exact: bool = False


# --- plain texts and numbers ------------------------------------------------------------------


def _tidy(value):
    return value if not _ODD.search(value) else _ODD.sub(" ", value).strip() or None


def _same(value):
    return value


def is_code(value: str) -> bool:
    """Can the text stand in an element of type `code`?"""
    return _CODE.match(value) is not None


def number(text: str) -> int | Decimal | None:
    """A number that JSON writes with exactly these digits, else None (`007`, `5,2`, `-0`)."""
    if not _FIGURE.match(text) or text[0] == "-" and not text.strip("-0."):
        return None
    return Decimal(text) if "." in text else int(text)


@lru_cache(maxsize=4096)
def value_of(text: str) -> int | Decimal | None:
    """A number as people write it, by value: leading zeros and a decimal comma are understood."""
    if not text:
        return None
    plain = text.replace(",", ".", 1).lstrip("0")
    return number(("0" + plain) if not plain or plain[0] == "." else plain)


def show(value) -> str:
    """A JSON number as plain decimal text."""
    return str(value) if type(value) is int else format(Decimal(value), "f")


def _hundredth(text):
    found = value_of(text)
    if found is None:
        return None
    part = Decimal(found).scaleb(-2).normalize()
    return int(part) if part == part.to_integral_value() else part


def _hundredfold(value):
    return show(Decimal(value).scaleb(2).normalize())


text = Codec(_tidy, _same)
code = Codec(lambda v: v if _CODE.match(v) else None, _same)
figure = Codec(value_of, show)
percent = Codec(_hundredth, _hundredfold)


def _whole(text):
    found = value_of(text)
    return found if type(found) is int and -(2**31) < found < 2**31 else None


whole = Codec(_whole, show)
flag = Codec({"0": False, "1": True}.get, {False: "0", True: "1"}.get)


def words(pairs: dict[str, str]) -> Codec:
    """A closed list of codes that FHIR spells in its own words."""
    back = {word: number for number, word in pairs.items()}
    return Codec(pairs.get, back.get)


# --- days and moments, always Hanoi time ------------------------------------------------------


def _is_day(text):
    try:
        return bool(_DAY.match(text)) and bool(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    except ValueError:
        return False


def day_of(text: str) -> str | None:
    """`yyyymmdd…` as a FHIR date."""
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if _is_day(text[:8]) else None


# The moments of a dossier come again within it and hardly ever after.
@lru_cache(maxsize=1024)
def moment_of(text: str) -> str | None:
    """`yyyymmddHHMM`, or a bare day at midnight, as a FHIR instant; 24:00 and odd texts give None."""
    clock = text[8:] or "0000"
    found = day_of(text) if len(text) in (8, 12) and _CLOCK.match(clock) else None
    return found and f"{found}T{clock[:2]}:{clock[2:]}:00+07:00"


def _digits(value):
    return value[:4] + value[5:7] + value[8:10] + value[11:13] + value[14:16]


def _day_digits(value):
    return value[:4] + value[5:7] + value[8:10]


def _day_or_moment(text):
    return day_of(text) if len(text) == 8 else moment_of(text)


moment = Codec(moment_of, _digits)
day = Codec(day_of, _day_digits)
midnight = Codec(moment_of, _day_digits)  # a day where FHIR asks for an instant
when = Codec(_day_or_moment, _digits)  # a day or a moment where FHIR takes both

BIRTH_TIME = "http://hl7.org/fhir/StructureDefinition/patient-birthTime"


def birth_date(text: str) -> str | None:
    """A birth date as far as it is known: `196500000000` is 1965."""
    if len(text) not in (8, 12):
        return None
    known = text[:4] if text[4:8] == "0000" else text[:6] if text[6:8] == "00" else ""
    if not known:
        return day_of(text)
    found = day_of(known.ljust(6, "0")[:4] + (known[4:] or "01") + "01")
    return found and found[: 4 if len(known) == 4 else 7]


def _birth(text):
    day = birth_date(text)
    if day is None:
        return None
    moment = moment_of(text) if text[8:12].strip("0") and len(day) == 10 else None
    time = {"extension": [{"url": BIRTH_TIME, "valueDateTime": moment}]} if moment else None
    return {"birthDate": day, "_birthDate": time} if time else {"birthDate": day}


def _unbirth(node):
    for each in node.get("_birthDate", {}).get("extension", ()):
        if each["url"] == BIRTH_TIME:
            return _digits(each["valueDateTime"])
    known = node.get("birthDate")
    return known and known.replace("-", "").ljust(12, "0")


birth = Codec(_birth, _unbirth, "birthDate")

# --- complex data types -----------------------------------------------------------------------


def _coding_pair(system_name):
    system, shown = system_of(system_name), names.of(system_name)

    def encode(text):
        if not _CODE.match(text):
            return None
        name = shown.get(text)
        if name:
            return {"system": system, "code": text, "display": name}
        return {"system": system, "code": text}

    def decode(value):
        return value.get("code") if value.get("system") == system else None

    return encode, decode


def coding(list_name: str) -> Codec:
    """A code of a national list, with its Vietnamese name when the list is short."""
    return Codec(*_coding_pair(list_name), ".code", exact=True)


def concept(list_name: str, also: dict[str, dict] | None = None) -> Codec:
    """A CodeableConcept of one national code; `also` adds the international coding of a code."""
    one, back = _coding_pair(list_name)

    def encode(text):
        found = one(text)
        if found is None:
            return None
        extra = also.get(text) if also else None
        return {"coding": [found, dict(extra)] if extra else [found]}

    def decode(value):
        return next(filter(None, map(back, value.get("coding", ()))), None)

    return Codec(encode, decode, ".coding.code", exact=True)


def identifier(name: str) -> Codec:
    system = system_of(name)
    return Codec(
        lambda v: {"system": system, "value": v} if not _ODD.search(v) else None,
        lambda v: v.get("value") if v.get("system") == system else None,
        ".value",
    )


def local(name: str) -> Codec:
    """An identifier that counts inside one facility; the facility is added to the system later (`visit.localise`)."""
    prefix = systems.identifier(name) + "/"
    return Codec(
        lambda v: {"system": prefix, "value": v} if not _ODD.search(v) else None,
        lambda v: v.get("value") if v.get("system", "").startswith(prefix) else None,
        ".value",
    )


def reference(kind: str, name: str) -> Codec:
    """A logical reference: the kind of resource and its national number, no id."""
    system, shown = system_of(name), names.of(name)

    def encode(text):
        if _ODD.search(text):
            return None
        made = {"type": kind, "identifier": {"system": system, "value": text}}
        if text in shown:
            made["display"] = shown[text]
        return made

    def decode(value):
        number = value.get("identifier", {})
        return number.get("value") if number.get("system") == system else None

    return Codec(encode, decode, ".identifier.value", exact=True)


def _money(text):
    found = value_of(text)
    return None if found is None else {"value": found, "currency": "VND"}


def _amount(value):
    return show(value["value"]) if "value" in value else None


money = Codec(_money, _amount, ".value")


def quantity(unit: str, ucum: str) -> Codec:
    def encode(text):
        found = value_of(text)
        if found is None:
            return None
        return {"value": found, "unit": unit, "system": systems.UCUM, "code": ucum}

    return Codec(encode, _amount, ".value")


def _narrative(text):
    plain = _tidy(text)
    if plain is None:
        return None
    lines = html.escape(plain, quote=False).replace("\n", "<br/>")
    return {"status": "additional", "div": f"{_DIV}{lines}</div>"}


def _unmarked(value):
    inside = value["div"].removeprefix(_DIV).removesuffix("</div>")
    return html.unescape(inside.replace("<br/>", "\n"))


narrative = Codec(_narrative, _unmarked, ".div")


def wrapped(key: str, inner: Codec = text, **fixed) -> Codec:
    """A value one level down: `wrapped("text")` is a CodeableConcept or an Annotation of that text."""

    def encode(value):
        found = inner.encode(value)
        return None if found is None else {**fixed, key: found}

    def decode(value):
        if key not in value or any(value.get(k) != v for k, v in fixed.items()):
            return None
        return inner.decode(value[key])

    return Codec(encode, decode, f".{key}{inner.leaf}")


MOST = 64  # values in one field; more is not data but an attack or an accident, and stays as text


def many(one: Codec) -> Codec:
    """Values joined by `;`, each an element of the list; elements that decode to None are not ours."""

    def encode(text):
        if ";" not in text:
            only = one.encode(text)
            return None if only is None else [only]
        parts = text.split(";")
        if len(parts) > MOST:
            return None
        made = [one.encode(part) if part else None for part in parts]
        return None if None in made else made

    def decode(values):
        return ";".join(filter(None, map(one.decode, values))) or None

    return Codec(encode, decode, one.leaf, True)


def first(one: Codec) -> Codec:
    """The first of several values where FHIR has room for one; the exact text is kept beside it."""

    def encode(text):
        found = text.partition(";")[0]
        return one.encode(found) if found else None

    return Codec(encode, one.decode, one.leaf)


_KNOWN_SYSTEMS = {
    "icd10": systems.ICD10,
    "icd9cm": systems.ICD9CM,
    "facility": systems.FACILITY,
    "licence": systems.PRACTICE_LICENCE,
    "insurance-card": systems.INSURANCE_CARD,
    "social-insurance": systems.SOCIAL_INSURANCE,
    "commune": systems.COMMUNE,
}


def system_of(name: str) -> str:
    """The address behind a short name: a well-known system, or one of our own lists."""
    return _KNOWN_SYSTEMS.get(name) or systems.codes(name)
