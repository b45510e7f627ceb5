"""A report as XLSX, in the layout of its form, with a second sheet that says where numbers come from.

Nothing that people or files wrote becomes a formula: every text is kept as text, and one that a
spreadsheet could take for a formula is marked as quoted too, so that it stays text when the file is
edited or saved as another kind.
"""

import io
import re
from datetime import timedelta

import openpyxl
from django.utils import translation
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from haidang.kernel import dates
from haidang.rooms.reporting.selectors import catalogue

_THIN = Side(style="thin", color="808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY = PatternFill("solid", fgColor="EDEFF2")
_FONT = "Times New Roman"
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
# Control characters that XML does not know.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@translation.override("vi")
def workbook(told):
    """The bytes of an XLSX file of a report (`layout.Told`), Vietnamese whoever asks for it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu"
    first = _head(sheet, told)
    last = _table(sheet, told, first)
    _foot(sheet, told, last + 1)
    _page(sheet, told, first)
    _sources(book.create_sheet("Nguồn số liệu"), told)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(cell, value):
    """Put a text into a cell, whatever it begins with, as text."""
    said = _UNREADABLE.sub(" ", str(value))
    cell.value = said
    cell.data_type = "s"
    if said.lstrip(" ").startswith(_DANGEROUS):
        cell.quotePrefix = True


def _head(sheet, told):
    form, width = told.form, len(told.form.columns) + 2
    _line(sheet, 1, 1, told.corner, bold=True)
    _line(sheet, 2, 1, f"Ban hành theo {form.circular.title}")
    _line(sheet, 1, width, f"Đơn vị báo cáo: {told.unit_name}", right=True)
    _line(sheet, 2, width, f"Đơn vị nhận: {told.reviewer_name}", right=True)
    _line(sheet, 4, 1, form.title.upper(), bold=True, across=width, size=14)
    span = f"{told.period} (từ {dates.show(told.starts_on)} đến hết {_last(told)})"
    _line(sheet, 5, 1, span, across=width)
    if told.draft:
        _line(sheet, 6, 1, "BẢN NHÁP: báo cáo chưa khóa", bold=True, across=width)
    return 8


def _last(told):
    return dates.show(told.ends_on - timedelta(days=1))


def _line(sheet, row, column, said, *, bold=False, across=0, right=False, size=12):
    cell = sheet.cell(row, column)
    text(cell, said)
    cell.font = Font(name=_FONT, size=size, bold=bold)
    if across:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=across)
        cell.alignment = _CENTRE
    elif right:
        cell.alignment = Alignment(horizontal="right")


def _table(sheet, told, first):
    _heads(sheet, told.form, first)
    for place, row in enumerate(told.form.rows, first + 3):
        _row(sheet, told, row, place)
    return first + 2 + len(told.form.rows)


def _heads(sheet, form, first):
    above, below = catalogue.heads(form)
    _header(sheet, first, 1, "STT", rows=2)
    _header(sheet, first, 2, "Nội dung", rows=2)
    column, inner = 3, iter(below)
    for title, columns, rows in above:
        _header(sheet, first, column, title, columns=columns, rows=rows)
        if rows == 1:
            for offset in range(columns):
                _header(sheet, first + 1, column + offset, next(inner))
        column += columns
    for number in range(1, column):
        _header(sheet, first + 2, number, "AB"[number - 1] if number < 3 else str(number - 2))


def _header(sheet, row, column, said, *, columns=1, rows=1):
    cell = sheet.cell(row, column)
    text(cell, said)
    for y in range(row, row + rows):
        for x in range(column, column + columns):
            sheet.cell(y, x).border, sheet.cell(y, x).fill = _BOX, _GREY
    cell.font, cell.alignment = Font(name=_FONT, size=11, bold=True), _CENTRE
    if columns > 1 or rows > 1:
        sheet.merge_cells(
            start_row=row,
            start_column=column,
            end_row=row + rows - 1,
            end_column=column + columns - 1,
        )


def _row(sheet, told, row, place):
    for column, said in ((1, row.code), (2, row.title)):
        cell = sheet.cell(place, column)
        text(cell, said)
        cell.font = Font(name=_FONT, size=11, bold=row.head)
        cell.border = _BOX
        cell.alignment = Alignment(wrap_text=True, vertical="top", indent=row.level if column == 2 else 0)  # fmt: skip
    for number, column in enumerate(told.form.columns, 3):
        cell = sheet.cell(place, number)
        cell.border, cell.font = _BOX, Font(name=_FONT, size=11)
        if not row.head:
            _value(cell, told, f"{row.code}:{column.code}")


def _value(cell, told, key):
    """A number as a number; what has none as its mark, which no sum takes for zero."""
    one = told.results[key]
    cell.alignment = Alignment(horizontal="right", vertical="top", wrap_text=True)
    if one.value is None:
        text(cell, told.mark(key))
        return
    whole = one.value == one.value.to_integral_value()
    cell.value = int(one.value) if whole else float(one.value)
    cell.number_format = "#,##0" if whole else "#,##0.0###"
    if one.corrected:
        cell.font = Font(name=_FONT, size=11, bold=True, italic=True)


def _foot(sheet, told, row):
    said = [f"({n}) {reason}" for reason, n in told.notes.items()]
    if told.corrections:
        said.append("Số in đậm nghiêng là số đơn vị đã sửa; số của hệ thống ở trang Nguồn số liệu.")
    if told.words:
        said.append(f"Giải trình của đơn vị: {told.words}")
    if told.submitted_at:
        said.append(f"Người nộp: {told.submitted_by}, {dates.show_moment(told.submitted_at)}")
    if told.locked_at:
        said.append(f"Duyệt: {told.approved_by}. Khóa lúc {dates.show_moment(told.locked_at)}. Mã kiểm tra (SHA-256): {told.digest}")  # fmt: skip
    if told.notice:
        said.append(told.notice)
    for place, one in enumerate(said, row + 1):
        cell = sheet.cell(place, 1)
        text(cell, one)
        cell.font = Font(name=_FONT, size=10, italic=True)


def _page(sheet, told, first):
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 7, 52
    for number in range(3, len(told.form.columns) + 3):
        sheet.column_dimensions[get_column_letter(number)].width = 15
    sheet.freeze_panes = sheet.cell(first + 3, 3)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)  # fmt: skip
    sheet.print_title_rows = f"{first}:{first + 2}"


_SOURCE_HEADS = ("Ô", "Nội dung", "Cột", "Nguồn", "Số hệ thống, số nhập", "Số sau sửa", "Lý do sửa", "Chỉ tiêu", "Bản định nghĩa", "Lần tính", "Dữ liệu đến")  # fmt: skip


def _sources(sheet, told):
    for number, said in enumerate(_SOURCE_HEADS, 1):
        _header(sheet, 1, number, said)
        sheet.column_dimensions[get_column_letter(number)].width = 18
    sheet.freeze_panes = "A2"
    reasons = {one.cell: one.reason for one in told.corrections}
    titles = {row.code: row.title for row in told.form.rows}
    columns = {one.code: " / ".join(filter(None, (one.group, one.title))) for one in told.form.columns}  # fmt: skip
    place = 2
    for key, cell in told.form.cells.items():
        if cell.source != "none":
            _source(sheet, place, told, cell, titles[cell.row], columns[cell.column], reasons.get(key, ""))  # fmt: skip
            place += 1


def _source(sheet, place, told, cell, title, column, reason):
    one, kept = told.results[cell.key], told.values.get(cell.key)
    given = one.given if one.corrected else one.value
    said = [
        cell.key,
        title,
        column,
        cell.missing or cell.note or ", ".join(cell.parts) or cell.indicator or cell.source,
        given if given is not None else ("" if one.corrected else told.mark(cell.key)),
        one.value if one.corrected else "",
        reason if one.corrected else "",
        kept.indicator if kept else "",
        kept.version if kept and kept.version else "",
        kept.computation if kept and kept.computation else "",
        dates.show_moment(kept.data_at) if kept and kept.data_at else "",
    ]
    for number, value in enumerate(said, 1):
        target = sheet.cell(place, number)
        if isinstance(value, str):
            text(target, value)
        else:
            target.value = value
        target.font = Font(name=_FONT, size=10)
