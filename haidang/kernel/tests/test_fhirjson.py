"""Numbers keep their digits, and end where R4 lets a `decimal` end (datatypes.html#decimal).

Properties are unique: "Property names SHALL be unique" (json.html).
"""

from decimal import Decimal

import pytest

from haidang.kernel import errors, fhirjson

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


@pytest.mark.parametrize(
    "text",
    ["80.50", "-0.0", "0.0000", "12345678901234567890.1234567890", "1.0E+307", "-1E-308"],
)
def test_a_number_keeps_its_digits(text):
    assert fhirjson.loads(f"[{text}]") == [Decimal(text)]
    assert Decimal(fhirjson.dumps(fhirjson.loads(f"[{text}]"))[1:-1].decode()).as_tuple() == (
        Decimal(text).as_tuple()
    )


@pytest.mark.parametrize(
    "text",
    ["1e308", "1E400", "1E99999999", "-1E-99999999", "1e9999999999999999999", "0e-9999999999999999999"]
    + ["9" * 309 + ".0", "9" * 5000, "NaN", "Infinity"],
)  # fmt: skip
def test_a_number_beyond_a_double_is_refused(text):
    with pytest.raises(errors.Incorrect) as refused:
        fhirjson.loads(f'{{"value": {text}}}')

    assert refused.value.code == "fhirjson.unreadable"


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": 1, "a": 1}',
        '{"a": 1.5, "b": [{"c": [], "d": null, "c": []}]}',
        '{"a": "\\u00e9", "b": 1e2, "a": "x"}',
        '{"a": 1, "\\u0061": 1}',
        ' [ {"a": {"b": {}, "b": {}}} ]\n',
    ],
)
def test_a_property_that_stands_twice_is_refused(text):
    for sent in (text, text.encode(), bytearray(text.encode())):
        with pytest.raises(errors.Incorrect) as refused:
            fhirjson.received(sent)

        assert refused.value.code == "fhirjson.twice"


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"a": [{"a": 1}, {"a": 1}]}}',
        '{"a": "\\u00e9\\/", "b": 1e2, "c": -0.0, "d": 0.00000001}',
        "[]\n",
        '"\\ud83d\\ude00"',
        '{"ệ": "😀\x7f"}',
    ],
)
def test_what_has_every_property_once_is_read(text):
    assert fhirjson.received(text) == fhirjson.received(text.encode()) == fhirjson.loads(text)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":' * 5000, '{"a": 1} {}', "NaN"])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(errors.Incorrect) as refused:
        fhirjson.received(text.encode())

    assert refused.value.code == "fhirjson.unreadable"


@pytest.mark.parametrize(
    ("name", "language", "told"),
    [
        ("title", "en", "Person"),
        ("title", "vi", "Người"),
        ("title", "fr", "Người"),
        ("text", "en", ""),
    ],
)
def test_a_text_is_told_in_the_language_that_was_asked(name, language, told):
    content = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "Person"}]
    beside = {"extension": [{"url": "urn:x"}, {"url": TRANSLATION, "extension": content}]}

    assert fhirjson.in_language({"title": "Người", "_title": beside}, name, language) == told
