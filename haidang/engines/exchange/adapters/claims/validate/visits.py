"""A dossier as the rules look at it: numbers as decimals, the parts that many rules ask for worked out once."""

import re
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from haidang.engines.exchange.adapters.claims import contents, dates
from haidang.engines.exchange.adapters.claims.model import Dossier, Row

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,10})?\Z", re.ASCII)
ZERO = Decimal(0)

INPATIENT = frozenset({"03", "04"})
STAYING = frozenset({"03", "04", "06", "09"})
OUT_OF_INSURANCE = frozenset({"9"})
BEDS = frozenset({"14", "15", "16"})
SUPPLIES = frozenset({"10", "11"})
PERFORMED = frozenset({"1", "2", "3", "8", "18"})
_SUPPORTS = ("T_NGUONKHAC_NSNN", "T_NGUONKHAC_VTNN", "T_NGUONKHAC_VTTN", "T_NGUONKHAC_CL")


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """A number as claims write it: `6541`, `6541.000`; None when it is not one."""
    return Decimal(text) if _NUMBER.match(text) else None


class Line(NamedTuple):
    """The amounts of one row of XML2 or XML3, in đồng; ratios in percent.

    price, insured_price   DON_GIA (both, in XML2) or DON_GIA_BV and DON_GIA_BH
    gross, scope           THANH_TIEN_BV and THANH_TIEN_BH
    patient, copay, fund   T_BNTT, T_BNCCT and T_BHTT
    support                T_NGUONKHAC; `supports` are its four parts
    """

    row: Row
    quantity: Decimal
    price: Decimal
    insured_price: Decimal
    service_ratio: Decimal
    fund_ratio: Decimal
    gross: Decimal
    scope: Decimal
    rate: Decimal
    patient: Decimal
    copay: Decimal
    fund: Decimal
    support: Decimal
    supports: Decimal


_AMOUNTS = ("TYLE_TT_BH", "THANH_TIEN_BV", "THANH_TIEN_BH")
_SHARES = ("T_BNTT", "T_BNCCT", "T_BHTT")


def _line(row: Row) -> Line | None:
    """The amounts of a row; None when one of them is no number, which the field rules have said."""
    drug = row.table == "XML2"
    prices = ("DON_GIA", "DON_GIA") if drug else ("DON_GIA_BV", "DON_GIA_BH")
    get = row.get
    values = [number(get(name, "")) for name in ("SO_LUONG", *prices)]
    values.append(Decimal(100) if drug else number(get("TYLE_TT_DV", "")))
    values.extend([number(get(name, "")) for name in _AMOUNTS])
    values.append(number(get("MUC_HUONG", "") or "0"))  # lines outside insurance may leave it empty
    values.extend([number(get(name, "")) for name in _SHARES])
    values.append(number(get("T_NGUONKHAC", "") or "0"))
    parts = [number(get(name, "") or "0") for name in _SUPPORTS]
    if None in values or None in parts:
        return None
    return Line(row, *values, sum(parts))


class Visit:
    """What the rules ask of a dossier."""

    def __init__(self, dossier: Dossier, lists, on, told_on=None):
        self.dossier = dossier
        self.lists = lists
        self.on = on
        self.told_on = told_on
        self.rows = dossier.rows
        self.summary = dossier.summary or Row("XML1", 1, contents.template("XML1"))
        self.kind = self.summary.get("MA_LOAI_KCB", "")
        self.category = self.summary.get("MA_DOITUONG_KCB", "")
        self.started = self.summary.get("NGAY_VAO", "")
        self.ended = self.summary.get("NGAY_RA", "")

    def amount(self, field: str) -> Decimal | None:
        """A number of XML1."""
        return number(self.summary.get(field, ""))

    @cached_property
    def drugs(self) -> list[Line]:
        return [line for line in map(_line, self.rows("XML2")) if line]

    @cached_property
    def services(self) -> list[Line]:
        return [line for line in map(_line, self.rows("XML3")) if line]

    @cached_property
    def lines(self) -> list[Line]:
        return self.drugs + self.services

    @cached_property
    def every_line_counts(self) -> bool:
        """False when a line could not be read; sums over the lines then say nothing."""
        return len(self.lines) == len(self.rows("XML2")) + len(self.rows("XML3"))

    @cached_property
    def cards(self) -> list[str]:
        return self.summary.get("MA_THE_BHYT", "").split(";")

    @property
    def is_insured(self) -> bool:
        return self.category not in OUT_OF_INSURANCE

    @cached_property
    def age_in_years(self) -> int | None:
        """Full years at the start of the visit; None when the birth date is not known."""
        born, at = self.summary.get("NGAY_SINH", "")[:8], dates.day(self.started)
        if at is None or not dates.is_birth(born):
            return None
        month_and_day = born[4:] if born[4:] > "0000" else "0101"
        return at.year - int(born[:4]) - (f"{at:%m%d}" < month_and_day)
