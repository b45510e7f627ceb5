"""FHIR JSON with exact decimals: `80.50` goes in and `80.50` comes out."""

import json
from decimal import Decimal, InvalidOperation

import msgspec

from haidang.kernel import errors

_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_LEAST_EXPONENT, _MOST_EXPONENT = -308, 307


def number(text):
    """The Decimal of a number as it is written, when a double of any size can hold one like it.

    R4 gives a `decimal` the limits of XML Schema (datatypes.html#decimal), whose `xs:double` ends
    near 1.8E308. Ours are -308 and 307 for the power of ten of the first digit, so that the amounts
    of searches, which are doubles, stay finite; how many digits there are does not matter.

    Raises    ValueError
    """
    try:
        found = Decimal(text)
    except InvalidOperation as why:
        raise ValueError("Number is out of range") from why
    if not _LEAST_EXPONENT <= found.adjusted() <= _MOST_EXPONENT:
        raise ValueError("Number is out of range")
    return found


_decoder = msgspec.json.Decoder(float_hook=number)
_encoder = msgspec.json.Encoder(decimal_format="number")
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeError)


def loads(data):
    """Read JSON bytes or text; every number with a point or exponent is a Decimal.

    Raises    Incorrect `fhirjson.unreadable` (facts: where)
    """
    try:
        return _decoder.decode(data)
    except _UNREADABLE as why:
        raise _unreadable(why) from why


def received(data):
    """As `loads`, of what somebody sends: no object has a property twice (R4 json.html).

    What is written again as it came has lost nothing, so it held none twice. That takes two
    microseconds; only what was written in another way, `\\u00e9` or `1e2`, is read once more.

    Raises    Incorrect `fhirjson.unreadable`, `fhirjson.twice` (facts: name)
    """
    found = loads(data)
    try:
        if msgspec.json.format(data, indent=-1) != _as_sent(data, _encoder.encode(found)):
            _unique.decode(data if isinstance(data, str) else bytes(data).decode())
    except (*_UNREADABLE, json.JSONDecodeError) as why:
        raise _unreadable(why) from why
    return found


def _as_sent(data, encoded):
    return encoded.decode() if isinstance(data, str) else encoded


def _pairs(pairs):
    seen = set()
    for name, _value in pairs:
        if name in seen:
            raise errors.Incorrect(
                "fhirjson.twice",
                "Nội dung gửi lên có phần tử ghi hai lần; chỉ giữ một rồi gửi lại.",
                name=name[:64],
            )
        seen.add(name)


_unique = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=str, parse_int=str, strict=False)


def _unreadable(why):
    return errors.Incorrect(
        "fhirjson.unreadable",
        "Nội dung gửi lên không phải JSON đọc được; kiểm tra lại tệp rồi gửi lại.",
        where=str(why)[:200],
    )


def dumps(value):
    """Compact JSON bytes; a Decimal is written digit for digit, as a number."""
    return _encoder.encode(value)


def pretty(data):
    """JSON bytes laid out for people: indented, and otherwise digit for digit what it was."""
    return msgspec.json.format(data, indent=2)


def raw(data):
    """JSON bytes that `dumps` writes as they are, so that what is stored is not read to be sent."""
    return msgspec.Raw(data)


def in_language(resource, name, language):
    """The text of an element in a language: as its translation has it, else as it stands.

    Source    FHIR R4, languages.html (the extension "translation")
    """
    for one in resource.get(f"_{name}", {}).get("extension", ()):
        told = {part.get("url"): part for part in one.get("extension", ())}
        if one.get("url") == _TRANSLATION and told.get("lang", {}).get("valueCode") == language:
            return told.get("content", {}).get("valueString", "")
    return resource.get(name, "")
