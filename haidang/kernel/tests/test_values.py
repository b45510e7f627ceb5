"""Ids, money, JSON and errors: the small values everything else is made of."""

import pickle
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.kernel import errors, fhirjson, ids, money


def test_new_ids_are_legal_different_and_in_order_of_time():
    made = [ids.new_id() for _ in range(1000)]

    assert len(set(made)) == 1000
    assert all(ids.is_fhir_id(one) for one in made)
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)


def test_a_stable_id_depends_on_every_part_and_where_it_ends():
    assert ids.stable_id("31001", "A1") == ids.stable_id("31001", "A1")
    assert ids.stable_id("31001", "A1") != ids.stable_id("31001A", "1")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_stable_id_is_a_uuid_of_version_5(part):
    name = f"{len(part)}:{part}"

    assert ids.stable_id(part) == str(uuid.uuid5(ids.NAMESPACE, name))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0 ₫"),
        (1250000, "1.250.000 ₫"),
        (Decimal("999.5"), "999,50 ₫"),
        (Decimal("-1200.004"), "-1.200 ₫"),
    ],
)
def test_money_reads_as_people_write_it(amount, shown):
    assert money.show(amount) == shown


def test_half_a_cent_goes_away_from_zero():
    assert money.round2(Decimal("0.005")) == Decimal("0.01")
    assert money.round2(Decimal("-0.005")) == Decimal("-0.01")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_decimals_come_back_digit_for_digit(number):
    written = fhirjson.dumps({"value": number})

    assert fhirjson.dumps(fhirjson.loads(written)) == written


def test_trailing_zeros_survive():
    assert fhirjson.dumps(fhirjson.loads(b'{"value":80.50}')) == b'{"value":80.50}'


@pytest.mark.parametrize("broken", [b"", b"{", b'{"a":NaN}', b"\xff", b"[" * 100_000])
def test_unreadable_json_is_named_so(broken):
    with pytest.raises(errors.Incorrect) as refused:
        fhirjson.loads(broken)

    assert refused.value.code == "fhirjson.unreadable"


def test_an_error_keeps_its_code_and_facts_across_processes():
    sent = errors.RuleBroken("room.reason", "Câu nói.", earliest="2026-01-29")

    back = pickle.loads(pickle.dumps(sent))

    assert (type(back), back.code, back.message, back.facts) == (
        errors.RuleBroken,
        "room.reason",
        "Câu nói.",
        {"earliest": "2026-01-29"},
    )
