"""Numbers of documents (số và ký hiệu văn bản): without gaps, without doubles, in order of time.

A register is one row. A number is taken by one statement inside the transaction that issues the
document: the row stays locked until that transaction ends, so that two issues wait for each
other, and one that is rolled back gives its number back.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.documents import kinds
from haidang.kernel import dates, errors

_TAKE = """
INSERT INTO documents_register AS register (unit, kind, series, year, last, last_on)
VALUES (%s, %s, %s, %s, 1, %s)
ON CONFLICT (unit, kind, series, year)
DO UPDATE SET last = register.last + 1, last_on = EXCLUDED.last_on
WHERE register.last_on <= EXCLUDED.last_on
RETURNING last
"""


@dataclass(frozen=True)
class Number:
    """A number that was taken, and how it is written (`12/QĐ-SYT`)."""

    number: int
    year: int
    symbol: str


def take_number(kind, *, unit, on, drafter="", series=""):
    """Take the next number of a register (lấy số văn bản), within the caller's transaction.

    kind       code of one of the kinds; each has a register of its own
    unit       letters of the issuing agency, such as SYT
    on         the date that the document bears
    drafter    letters of the unit that drafted it; a letter's symbol ends with them (`345/SYT-NVY`)
    series     a register apart, such as that of secret documents

    Raises     NotFound `documents.kind_unknown`; RuleBroken `documents.number_out_of_order` (facts:
               last_on) when the register has gone on to a later day
    Source     Nghị định 30/2020/NĐ-CP, Điều 15, Phụ lục I phần II mục 3: numbers begin with 01 on
               1 January and end on 31 December
    """
    found = kinds.kind(kind)
    row = (unit, kind, series, on.year)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [*row, on])
        taken = cursor.fetchone()
        if taken is None:
            raise _out_of_order(cursor, row)
    return Number(taken[0], on.year, symbol(found, taken[0], unit=unit, drafter=drafter))


def symbol(kind, number, *, unit, drafter=""):
    """How a number of a kind is written: `12/QĐ-SYT`, and `345/SYT-NVY` for a letter."""
    parts = [kind.letters, unit] if kind.letters else [unit, drafter]
    return f"{number:02d}/{'-'.join(part for part in parts if part)}"


def _out_of_order(cursor, row):
    cursor.execute(
        "SELECT last_on FROM documents_register"
        " WHERE unit = %s AND kind = %s AND series = %s AND year = %s",
        row,
    )
    last = cursor.fetchone()[0]
    return errors.RuleBroken(
        "documents.number_out_of_order",
        _("Sổ đã cấp số cho ngày {day}; văn bản phải mang ngày đó hoặc muộn hơn.").format(
            day=dates.show(last)
        ),
        last_on=last.isoformat(),
    )
