"""Numbers keep their digits, and end where R4 lets a `decimal` end (datatypes.html#decimal)."""

from decimal import Decimal

import pytest

from haidang.kernel import errors, fhirjson


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
