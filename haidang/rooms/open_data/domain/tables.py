"""Tables as CSV and JSON: the same rows always give the same bytes.

CSV: RFC 4180 (CRLF, quotes doubled), UTF-8 with a byte-order mark so that spreadsheets read
Vietnamese, and no text cell that a spreadsheet would run as a formula.
"""

import csv
import io
import json
from datetime import date
from decimal import Decimal

BOM = "\ufeff"
#: What a spreadsheet takes for the beginning of a formula; a tab or return is skipped by some.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula(text):
    """Whether a spreadsheet might run a text cell."""
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS[:4])


def safe_text(text):
    """A text cell that no spreadsheet runs: an apostrophe before what looks like a formula."""
    return f"'{text}" if is_formula(text) else text


def csv_bytes(columns, rows):
    """The rows as CSV.

    columns    Column(name, type, …)
    rows       dictionaries of plain values; None is an empty cell
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, dialect="excel", lineterminator="\r\n")
    writer.writerow([safe_text(column.name) for column in columns])
    for row in rows:
        cells = [_cell(row.get(column.name), column.type) for column in columns]
        # A line that is empty altogether would be no line at all to a reader.
        if cells == [""]:
            out.write('""\r\n')
        else:
            writer.writerow(cells)
    return (BOM + out.getvalue()).encode("utf-8")


def _cell(value, type):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal) and type in ("whole", "number"):
        return number(value)
    if isinstance(value, date):
        return value.isoformat()
    return safe_text(str(value))


def number(value):
    """A number as machines read it: a point, no grouping, `3` and not `3.0`."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value)


def json_bytes(dataset, columns, rows, **about):
    """The rows as JSON with their dictionary: values as they are, no apostrophes."""
    body = {
        "dataset": dataset,
        **about,
        "columns": [
            {"name": c.name, "type": c.type, "title": c.title, "meaning": c.meaning, "unit": c.unit}
            for c in columns
        ],
        "rows": [{c.name: _plain(row.get(c.name)) for c in columns} for row in rows],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _plain(value):
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value
