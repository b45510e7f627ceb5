"""VietQR: the text inside a bank's QR code, made and read.

Source: the EMVCo merchant-presented QR code with NAPAS account information (tag 38). A text is a
chain of fields, each a two-digit tag, a two-digit length and a value; the last is a checksum.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.payments import banks
from haidang.kernel import errors

_NAPAS, _TO_ACCOUNT = "A000000727", "QRIBFTTA"
_DONG, _COUNTRY = "704", "VN"
_MOST_VND = 9_999_999_999_999
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}")
_PURPOSE = re.compile(r"[A-Z0-9 ]{1,25}")
_NEEDED = ("00", "01", "53", "58", "63")
STATIC, DYNAMIC = "11", "12"


@dataclass(frozen=True)
class Transfer:
    """A transfer that a QR code asks for.

    bank       BIN of the receiving bank, 6 digits
    account    1 to 19 letters and digits
    amount     whole đồng; None in a code that any amount may be paid to
    purpose    capital letters, digits and spaces, at most 25
    name       the receiver as shown, ASCII, at most 25
    city       ASCII, at most 15
    """

    bank: str
    account: str
    amount: int | None = None
    purpose: str = ""
    name: str = ""
    city: str = ""


def text_of(transfer):
    """The text of the QR code for a transfer.

    Raises    Incorrect `payments.bank_unknown`, `payments.account_unreadable`,
              `payments.amount_out_of_range`, `payments.purpose_unreadable`,
              `payments.name_unreadable`
    """
    _check(transfer)
    account = _field("00", transfer.bank) + _field("01", transfer.account)
    napas = _field("00", _NAPAS) + _field("01", account) + _field("02", _TO_ACCOUNT)
    asked = str(transfer.amount) if transfer.amount else ""
    text = (
        _field("00", "01")
        + _field("01", DYNAMIC if asked else STATIC)
        + _field("38", napas)
        + _field("53", _DONG)
        + _field("54", asked)
        + _field("58", _COUNTRY)
        + _field("59", transfer.name)
        + _field("60", transfer.city)
        + _field("62", _field("08", transfer.purpose))
        + "6304"
    )
    return text + crc(text)


def read(text):
    """The transfer that a QR code asks for.

    A dynamic code without amount and a static one with an amount occur, and are read.

    Raises    Incorrect `payments.qr_unreadable` (facts: why)
    """
    fields = _fields(text)
    if list(fields)[-1:] != ["63"] or crc(text[:-4]) != text[-4:].upper():
        raise _unreadable("checksum")
    if any(tag not in fields for tag in _NEEDED) or "38" not in fields:
        raise _unreadable("a needed field is missing")
    beneficiary = _fields(_fields(fields["38"]).get("01", ""))
    amount = fields.get("54", "")
    if amount and not amount.isdigit():
        raise _unreadable("amount")
    return Transfer(
        bank=beneficiary.get("00", ""),
        account=beneficiary.get("01", ""),
        amount=int(amount) if amount else None,
        purpose=_fields(fields.get("62", "")).get("08", ""),
        name=fields.get("59", ""),
        city=fields.get("60", ""),
    )


def crc(text):
    """CRC-16/CCITT-FALSE over the text, as four capital hexadecimal digits."""
    register = 0xFFFF
    for byte in text.encode():
        register ^= byte << 8
        for _bit in range(8):
            register = (register << 1) ^ (0x1021 if register & 0x8000 else 0)
            register &= 0xFFFF
    return f"{register:04X}"


def _field(tag, value):
    return f"{tag}{len(value):02d}{value}" if value else ""


def _fields(text):
    """The fields of a text by tag, in their order."""
    found, at = {}, 0
    while at < len(text):
        tag, length = text[at : at + 2], text[at + 2 : at + 4]
        if not (tag.isdigit() and length.isdigit()):
            raise _unreadable("not a chain of fields")
        value = text[at + 4 : at + 4 + int(length)]
        if len(value) != int(length) or tag in found:
            raise _unreadable("a field is cut off or repeated")
        found[tag] = value
        at += 4 + len(value)
    return found


def _check(transfer):
    if banks.name(transfer.bank) is None:
        raise errors.Incorrect("payments.bank_unknown", _("Không có ngân hàng mang mã BIN này."))
    if not _ACCOUNT.fullmatch(transfer.account):
        raise errors.Incorrect(
            "payments.account_unreadable", _("Số tài khoản gồm 1 đến 19 chữ cái hoặc chữ số.")
        )
    if transfer.amount is not None and not 0 < transfer.amount <= _MOST_VND:
        raise errors.Incorrect(
            "payments.amount_out_of_range", _("Số tiền phải từ 1 đến 9.999.999.999.999 đồng.")
        )
    if transfer.purpose and not _PURPOSE.fullmatch(transfer.purpose):
        raise errors.Incorrect(
            "payments.purpose_unreadable",
            _("Nội dung chuyển khoản gồm chữ in hoa không dấu và chữ số, tối đa 25 ký tự."),
        )
    for value, most in ((transfer.name, 25), (transfer.city, 15)):
        if len(value) > most or not value.isascii():
            raise errors.Incorrect(
                "payments.name_unreadable", _("Tên hiển thị không dấu, tối đa 25 ký tự.")
            )


def _unreadable(why):
    return errors.Incorrect(
        "payments.qr_unreadable", _("Mã QR không đọc được hoặc đã bị sửa."), why=why
    )
