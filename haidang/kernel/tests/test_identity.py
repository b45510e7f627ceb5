"""Numbers and cards; the examples are the made-up ones of the reference, section 10."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.kernel import errors, identity, systems

CITIZEN_QR = (
    "031070000001|031000001|Nguyễn Văn Mẫu|01011970|Nam|"
    "Số 1 đường Mẫu, phường Mẫu, thành phố Hải Phòng|01012022"
)
INSURANCE_QR = (
    "3199000001|4e677579e1bb856e2056c4836e204de1baab75|01/01/1970|1|-|31 - 001|01/01/2025|-|"
    "05/01/2025|31003199000001|-|4|01/10/2027|0123456789abcdef-0001|4|"
    "42e1baa36f206869e1bb836d2078c3a32068e1bb9969207468c3a06e68207068e1bb912048e1baa369205068c3b26e67|$"
)


@pytest.mark.parametrize(
    ("value", "sex", "year"),
    [
        ("031070000001", "male", 1970),
        ("031170000001", "female", 1970),
        ("031299000001", "male", 2099),
        ("031300000001", "female", 2000),
        ("031 199.000-001", "female", 1999),
    ],
)
def test_a_citizen_id_tells_of_sex_and_year(value, sex, year):
    number = identity.CitizenId.parse(value)

    assert (number.province, number.sex, number.birth_year) == ("031", sex, year)


@pytest.mark.parametrize(
    "value", ["", None, "03107000000", "0310700000011", "03107000000a", "٠٣١٠٧٠٠٠٠٠٠١"]
)
def test_eleven_thirteen_or_odd_digits_are_no_citizen_id(value):
    with pytest.raises(errors.Incorrect, match="12 chữ số"):
        identity.CitizenId.parse(value)


@pytest.mark.parametrize(
    ("birth_date", "sex", "agrees"),
    [
        ("1970-05-01", "male", True),
        ("1970", None, True),
        ("1971-01-01", "male", False),
        ("1969-12-31", "male", False),
        ("1970-05-01", "female", False),
        (None, "unknown", True),
    ],
)
def test_a_record_may_disagree_with_the_number(birth_date, sex, agrees):
    number = identity.CitizenId.parse("031070000001")

    assert number.agrees(birth_date=birth_date, sex=sex) is agrees


@pytest.mark.parametrize(
    ("value", "group", "social"),
    [
        ("GD4313199000001", "GD", "3199000001"),
        ("gd 4 31 3199000001", "GD", "3199000001"),
        ("GD431319900000131001", "GD", "3199000001"),
        ("3199000001", None, "3199000001"),
        ("TE131A000000001", "TE", None),
        ("TE1310000000000", "TE", None),
    ],
)
def test_insurance_cards_of_every_form(value, group, social):
    card = identity.InsuranceCard.parse(value)

    assert (card.group, card.social_insurance) == (group, social)


@pytest.mark.parametrize(
    "value", ["", "GD0313199000001", "GD6313199000001", "0000000000", "GD43131990000"]
)
def test_what_is_no_insurance_card_is_refused(value):
    with pytest.raises(errors.Incorrect, match="15 ký tự"):
        identity.InsuranceCard.parse(value)


def test_the_qr_of_a_citizen_card():
    card = identity.read_qr(CITIZEN_QR)

    assert isinstance(card, identity.CitizenCard)
    assert (card.name, card.birth_date, card.sex) == ("Nguyễn Văn Mẫu", "1970-01-01", "male")
    assert card.issued_on == "2022-01-01"
    assert card.identifiers == [
        (systems.CITIZEN_ID, "031070000001"),
        (systems.OLD_ID_CARD, "031000001"),
    ]


@pytest.mark.parametrize(("written", "read"), [("1970", "1970"), ("051970", "1970-05"), ("", None)])
def test_a_card_may_know_only_part_of_the_birth_date(written, read):
    card = identity.read_qr(CITIZEN_QR.replace("01011970", written))

    assert card.birth_date == read


def test_the_qr_of_an_insurance_card():
    card = identity.read_qr(INSURANCE_QR)

    assert isinstance(card, identity.InsuranceCardScan)
    assert (card.name, card.facility, card.sex) == ("Nguyễn Văn Mẫu", "31001", "male")
    assert (card.valid_from, card.valid_to, card.five_years_on) == (
        "2025-01-01",
        None,
        "2027-10-01",
    )
    assert card.identifiers == [(systems.SOCIAL_INSURANCE, "3199000001")]


def test_an_old_card_with_two_bytes_a_letter_is_read():
    name = "Nguyễn Văn Mẫu".encode("utf-16-be").hex()
    card = identity.read_qr(INSURANCE_QR.replace("4e677579e1bb856e2056c4836e204de1baab75", name))

    assert card.name == "Nguyễn Văn Mẫu"


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("", "identity.qr_unknown"),
        ("https://example.invalid/", "identity.qr_unknown"),
        (CITIZEN_QR.replace("01011970", "31021970"), "identity.qr_broken"),
        (INSURANCE_QR.replace("|4e67", "|4e6"), "identity.qr_broken"),
        (INSURANCE_QR.replace("01/01/2025|-", "01/01/2025|31/12/2024"), "identity.qr_broken"),
    ],
)
def test_a_qr_that_is_not_ours_or_not_whole_says_so(broken, code):
    with pytest.raises(errors.Incorrect) as refusal:
        identity.read_qr(broken)

    assert refusal.value.code == code


@given(st.text())
def test_any_text_is_read_or_refused_by_the_house_words(value):
    try:
        identity.read_qr(value)
    except errors.Incorrect:
        pass


@given(st.sampled_from([CITIZEN_QR, INSURANCE_QR]), st.integers(0, 300), st.text(max_size=3))
def test_a_spoilt_qr_is_read_or_refused_by_the_house_words(good, at, spoil):
    try:
        identity.read_qr(good[:at] + spoil + good[at + 1 :])
    except errors.Incorrect:
        pass


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084-912-345-678", "0912345678"),
        ("+84(0)912345678", "0912345678"),
        ("01683456789", "0383456789"),
        ("0225 3842 000", "02253842000"),
        ("", None),
        (None, None),
        ("12345", None),
        ("0612345678", None),
    ],
)
def test_a_phone_number_has_one_form(written, kept):
    assert identity.phone(written) == kept


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("031070000001", [systems.CITIZEN_ID]),
        ("031000001", [systems.OLD_ID_CARD]),
        ("B1234567", [systems.PASSPORT]),
        ("GD4313199000001", [systems.INSURANCE_CARD, systems.SOCIAL_INSURANCE]),
        ("3199000001", [systems.SOCIAL_INSURANCE]),
        ("Nguyễn Văn Mẫu", []),
        ("", []),
    ],
)
def test_a_typed_number_is_recognised(typed, found):
    assert [system for system, _ in identity.recognise(typed)] == found


def test_a_masked_number_shows_its_end_only():
    assert identity.mask("031070000001") == "••••••••0001"
    assert identity.mask("123") == "•••"
