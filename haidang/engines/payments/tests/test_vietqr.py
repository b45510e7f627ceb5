"""VietQR texts: the published examples, refusals, and a reading by an independent decoder."""

import io

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from haidang.engines.payments import banks, vietqr
from haidang.kernel import errors

ANY_AMOUNT = vietqr.Transfer("970436", "1234567890")
BILL = vietqr.Transfer("970436", "1234567890", 185_000, "HPVP26112300042")
# Source: the worked examples of the VietQR description.
EXAMPLES = [
    (
        ANY_AMOUNT,
        "00020101021138540010A00000072701240006970436011012345678900208QRIBFTTA"
        "53037045802VN6304BE57",
    ),
    (
        BILL,
        "00020101021238540010A00000072701240006970436011012345678900208QRIBFTTA"
        "530370454061850005802VN62190815HPVP26112300042630456DB",
    ),
]
FROM_A_HOSPITAL = (
    "00020101021238550010A000000727012500069704180111310070001230208QRIBFTTA5204806253037045405760005802VN"
    "5923BENH VIEN MAU HAI PHONG6009HAI PHONG62390111261123000430820VP 31007 2611230004363048842"
)


@pytest.mark.parametrize(("transfer", "text"), EXAMPLES)
def test_a_transfer_becomes_the_published_text(transfer, text):
    assert vietqr.text_of(transfer) == text
    assert vietqr.read(text) == transfer


def test_the_checksum_has_its_published_check_value():
    assert vietqr.crc("123456789") == "29B1"


def test_a_code_with_merchant_fields_is_read():
    found = vietqr.read(FROM_A_HOSPITAL)

    assert found == vietqr.Transfer(
        "970418",
        "31007000123",
        76_000,
        "VP 31007 26112300043",
        "BENH VIEN MAU HAI PHONG",
        "HAI PHONG",
    )


@pytest.mark.parametrize("text", [*(text for _, text in EXAMPLES), FROM_A_HOSPITAL])
@pytest.mark.parametrize("spoil", ["last", "cut", "tail", "length"])
def test_a_spoiled_code_is_refused(text, spoil):
    spoiled = {
        "last": text[:-1] + ("0" if text[-1] != "0" else "1"),
        "cut": text[:-9],
        "tail": text + "9900",
        "length": text[:2] + "99" + text[4:],
    }[spoil]

    with pytest.raises(errors.Incorrect, match="QR"):
        vietqr.read(spoiled)


@pytest.mark.parametrize("text", ["", "6304", "không phải mã", "00020101021163041D3A"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(errors.Incorrect):
        vietqr.read(text)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bank": "111111"}, "payments.bank_unknown"),
        ({"account": "12-34"}, "payments.account_unreadable"),
        ({"account": "1" * 20}, "payments.account_unreadable"),
        ({"amount": 0}, "payments.amount_out_of_range"),
        ({"amount": -1}, "payments.amount_out_of_range"),
        ({"amount": 10**13}, "payments.amount_out_of_range"),
        ({"purpose": "Viện phí"}, "payments.purpose_unreadable"),
        ({"purpose": "A" * 26}, "payments.purpose_unreadable"),
        ({"name": "Bệnh viện"}, "payments.name_unreadable"),
    ],
)
def test_what_a_bank_could_not_carry_is_never_written(change, code):
    values = vars(BILL) | change

    with pytest.raises(errors.Incorrect) as refused:
        vietqr.text_of(vietqr.Transfer(**values))

    assert refused.value.code == code


@given(
    st.sampled_from(sorted(banks.everyone())),
    st.from_regex(r"\A[A-Za-z0-9]{1,19}\Z"),
    st.none() | st.integers(1, 9_999_999_999_999),
    st.from_regex(r"\A([A-Z0-9][A-Z0-9 ]{0,23})?\Z"),
)
def test_what_is_written_is_read_back(bank, account, amount, purpose):
    transfer = vietqr.Transfer(bank, account, amount, purpose)

    assert vietqr.read(vietqr.text_of(transfer)) == transfer


def test_another_decoder_reads_the_picture():
    picture = io.BytesIO()
    segno.make(vietqr.text_of(BILL), error="m").save(picture, kind="png", scale=4)

    (seen,) = zxingcpp.read_barcodes(Image.open(picture))

    assert vietqr.read(seen.text) == BILL
