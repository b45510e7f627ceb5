"""The invoice body, against the published minimal example."""

from datetime import date

import pytest
from lxml import etree

from haidang.engines.payments import api as payments
from haidang.kernel import errors

VISIT = payments.Item("Khám bệnh", "Lần", 1, 76_000)
INVOICE = payments.Invoice(
    form=2,
    symbol="C26TAA",
    number=42,
    issued_on=date(2026, 11, 23),
    seller="Bệnh viện Mẫu Hải Phòng",
    seller_tax_code="0200000001",
    seller_address="Hải Phòng",
    items=(VISIT,),
)


def _texts(xml):
    return {element.tag: element.text for element in etree.fromstring(xml).iter() if element.text}


def test_the_minimal_invoice_is_as_published():
    found = _texts(payments.invoice_xml(INVOICE))

    assert found["TgTTTBSo"] == "76000"
    assert found["TgTTTBChu"] == "Bảy mươi sáu nghìn đồng"
    assert (found["KHHDon"], found["NLap"], found["TSuat"]) == ("C26TAA", "2026-11-23", "KCT")


def test_tax_is_rounded_once_a_line():
    medicine = payments.Item("Thuốc", "Viên", 3, 1_110, "5%")

    found = _texts(payments.invoice_xml(_with(items=(VISIT, medicine))))

    assert (found["TgTCThue"], found["TgTThue"], found["TgTTTBSo"]) == ("79330", "167", "79497")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"symbol": "C25TAA"}, "symbol"),
        ({"symbol": "X26TAA"}, "symbol"),
        ({"number": 0}, "number"),
        ({"number": 10**8}, "number"),
        ({"items": ()}, "items"),
        ({"items": (payments.Item("x", "y", 0, 1),)}, "items"),
        ({"items": (payments.Item("x", "y", 1, 1, "7%"),)}, "rate"),
    ],
)
def test_an_invoice_that_cannot_be_is_refused(change, field):
    with pytest.raises(errors.Incorrect) as refused:
        payments.invoice_xml(_with(**change))

    assert refused.value.facts == {"field": field}


def _with(**change):
    return payments.Invoice(**(vars(INVOICE) | change))
