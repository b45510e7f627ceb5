"""The body of an electronic invoice (hoá đơn điện tử), as data for the organisation's provider.

The layout is the format in use up to 2026 (PBan 2.1.0); that of TT 91/2026 was not to be had, so
the version is an argument and the layout stays in this one file.
Source: NĐ 254/2026, TT 91/2026; outline of the format 2.1.0
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from lxml import etree

from haidang.kernel import errors, money

_SYMBOL = re.compile(r"[CK]\d{2}[TDLMNBGHXF][A-Z]{2}")
ANONYMOUS = "Bán cho người tiêu dùng"
_RATES = {"KCT": 0, "KKKNT": 0, "0%": 0, "5%": 5, "8%": 8, "10%": 10}


@dataclass(frozen=True)
class Item:
    """One line: `price_vnd` before tax for one `unit`; `rate` as the format writes it (`KCT`, `5%`)."""

    name: str
    unit: str
    quantity: int
    price_vnd: int
    rate: str = "KCT"

    @property
    def amount_vnd(self):
        return self.quantity * self.price_vnd

    @property
    def tax_vnd(self):
        return int(money.round0(self.amount_vnd * _RATES[self.rate] / 100))


@dataclass(frozen=True)
class Invoice:
    """One invoice; `symbol` is six characters such as `C26TAA`, its year that of `issued_on`."""

    form: int
    symbol: str
    number: int
    issued_on: date
    seller: str
    seller_tax_code: str
    seller_address: str
    items: tuple[Item, ...]
    buyer: str = ANONYMOUS
    title: str = "Hóa đơn bán hàng"
    paid_by: str = "Chuyển khoản"
    version: str = "2.1.0"


def to_xml(invoice):
    """The invoice as XML bytes, unsigned; the provider of the organisation signs and sends it.

    Raises    Incorrect `payments.invoice_unreadable` (facts: field)
    """
    _check(invoice)
    root = etree.Element("HDon")
    data = etree.SubElement(root, "DLHDon", Id="data")
    _put(data, "TTChung", _heading(invoice))
    content = etree.SubElement(data, "NDHDon")
    seller = {
        "Ten": invoice.seller,
        "MST": invoice.seller_tax_code,
        "DChi": invoice.seller_address,
    }
    _put(content, "NBan", seller)
    _put(content, "NMua", {"Ten": invoice.buyer})
    lines = etree.SubElement(content, "DSHHDVu")
    for number, item in enumerate(invoice.items, 1):
        _put(lines, "HHDVu", _line(number, item))
    _put(content, "TToan", _total(invoice.items))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _heading(invoice):
    return {
        "PBan": invoice.version,
        "THDon": invoice.title,
        "KHMSHDon": invoice.form,
        "KHHDon": invoice.symbol,
        "SHDon": invoice.number,
        "NLap": invoice.issued_on.isoformat(),
        "DVTTe": "VND",
        "TGia": 1,
        "HTToan": invoice.paid_by,
    }


def _line(number, item):
    return {
        "TChat": 1,
        "STT": number,
        "THHDVu": item.name,
        "DVTinh": item.unit,
        "SLuong": item.quantity,
        "DGia": item.price_vnd,
        "ThTien": item.amount_vnd,
        "TSuat": item.rate,
    }


def _total(items):
    before = sum(item.amount_vnd for item in items)
    tax = sum(item.tax_vnd for item in items)
    return {
        "TgTCThue": before,
        "TgTThue": tax,
        "TgTTTBSo": before + tax,
        "TgTTTBChu": money.in_words(before + tax),
    }


def _put(parent, tag, values):
    element = etree.SubElement(parent, tag)
    for name, value in values.items():
        etree.SubElement(element, name).text = str(value)


def _check(invoice):
    wrong = (
        ("symbol", not _SYMBOL.fullmatch(invoice.symbol)),
        ("symbol", invoice.symbol[1:3] != f"{invoice.issued_on:%y}"),
        ("number", not 0 < invoice.number < 10**8),
        ("items", not invoice.items),
        ("rate", any(item.rate not in _RATES for item in invoice.items)),
        ("items", any(item.quantity <= 0 or item.price_vnd < 0 for item in invoice.items)),
    )
    for field, is_wrong in wrong:
        if is_wrong:
            raise errors.Incorrect(
                "payments.invoice_unreadable",
                _("Hoá đơn thiếu hoặc sai; kiểm tra ký hiệu, số, các dòng và thuế suất."),
                field=field,
            )
