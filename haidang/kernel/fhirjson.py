"""FHIR JSON with exact decimals: `80.50` goes in and `80.50` comes out."""

from decimal import Decimal

import msgspec

from haidang.kernel import errors

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def loads(data):
    """Read JSON bytes or text; every number with a point or exponent is a Decimal.

    Raises    Incorrect `fhirjson.unreadable` (facts: where)
    """
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as why:
        raise errors.Incorrect(
            "fhirjson.unreadable",
            "Nội dung gửi lên không phải JSON đọc được; kiểm tra lại tệp rồi gửi lại.",
            where=str(why)[:200],
        ) from why


def dumps(value):
    """Compact JSON bytes; a Decimal is written digit for digit, as a number."""
    return _encoder.encode(value)


def pretty(data):
    """JSON bytes laid out for people: indented, and otherwise digit for digit what it was."""
    return msgspec.json.format(data, indent=2)


def raw(data):
    """JSON bytes that `dumps` writes as they are, so that what is stored is not read to be sent."""
    return msgspec.Raw(data)
