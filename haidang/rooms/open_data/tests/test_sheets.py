"""What is wrong with a table that somebody sends, named so that they can put it right."""

import io
import random
import zipfile

import openpyxl
import pytest

from haidang.rooms.open_data.domain import checks, sheets

GOOD = "Xã,Số giường,Năm\r\nHồng Bàng,12,2025\r\nLê Chân,-3,2025\r\n"


def problems(text, encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    sheet, found = sheets.read(content)
    return [*found, *(checks.of_sheet(sheet) if sheet else ())]


def codes(text, encoding="utf-8"):
    return [one.code for one in problems(text, encoding)]


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_good_table_is_read_in_every_encoding_of_unicode(encoding):
    sheet, found = sheets.read(GOOD.encode(encoding))

    assert found == []
    assert sheet.names == ("Xã", "Số giường", "Năm")
    assert sheet.rows[0] == ("Hồng Bàng", "12", "2025")
    assert checks.of_sheet(sheet) == []


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_delimiters_are_told_by_the_heading(mark):
    sheet, found = sheets.read(GOOD.replace(",", mark).encode())

    assert (len(sheet.names), found) == (3, [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tên,Số\nHải,1\n".encode("cp1258", "replace").replace(b"?", b"\xea"), "broken_encoding"),
        ("Xã,Số\nHồng Bàng,1\n".encode().decode("cp1252", "replace").encode(), "garbled"),
        (b"a,b\n\x00,1\n", "not_text"),
        (b"   \n", "empty"),
        (b"x" * (sheets.MOST_BYTES + 1), "too_large"),
        ("a,b\n1\n1,2,3\n", "ragged"),
        ("a,b\n", "no_rows"),
        (",,\n1,2,3\n", "no_header"),
        ("a,,c\n1,2,3\n", "column_unnamed"),
        ("a,A\n1,2\n", "column_twice"),
        ('a,b\n"x,1\n', "quotes"),
        ("a,b\n" + "y" * 3000 + ",1\n", "cell_too_long"),
        (",".join(f"c{n}" for n in range(70)) + "\n" + ",".join("1" * 70) + "\n", "too_many_columns"),
        ("a,b\n=HYPERLINK(1),2\n", "formula"),
        ("a,b\n@x,2\n", "formula"),
        ("=a,b\n1,2\n", "formula"),
        ("mã,số\n031190000016,2\n", "personal_citizen_id"),
        ("mã,số\n031 190 000 016,2\n", "personal_citizen_id"),
        ("ghi chú,số\nBà Thử (CCCD 031190000016) đã nhận,2\n", "personal_citizen_id"),
        ("ghi chú,số\nsố:031-190-000-016;,2\n", "personal_citizen_id"),
        ("ghi chú,số\nThẻ GD 4 31 0000000001 còn hạn,2\n", "personal_insurance"),
        ("mã,số\n０３１１９０００００１６,2\n", "personal_citizen_id"),
        ("mã,số\n031190\u200b000016,2\n", "personal_citizen_id"),
        ("mã,số\n031\u2013190\u2013000\u2013016,2\n", "personal_citizen_id"),
        ("mã,số\n031\u00a0190\u00a0000\u00a0016,2\n", "personal_citizen_id"),
        ("liên hệ,số\n0912\u2060345678,2\n", "personal_phone"),
        ("thư,b\nai＠thu.vn,2\n", "personal_email"),
        ("CCCD,số\nx,2\n", "personal_citizen_id"),
        ("liên hệ,số\n0912 345 678,2\n", "personal_phone"),
        ("liên hệ,số\n+84912345678,2\n", "personal_phone"),
        ("ghi chú,số\nGọi anh Thử 0912.345.678 nhé,2\n", "personal_phone"),
        ("thẻ,số\nGD4310000000001,2\n", "personal_insurance"),
        ("Số BHXH,b\n1,2\n", "personal_insurance"),
        ("thư,b\nai@thu.vn,2\n", "personal_email"),
        ("Mã bệnh nhân,b\n1,2\n", "personal_patient"),
        ("Họ và tên,Ngày sinh\nx y,01/02/1990\n", "personal_name_birth"),
        ("Người,Năm sinh\nNguyễn Văn Thử,1990\nTrần Thị Thử,1991\n", "personal_name_birth"),
        ("Họ,Tên,Năm sinh\nx,Thử,1990\ny,Thử,1991\n", "personal_name_birth"),
        ("A,B,Năm sinh\nNguyễn,Thử,1990\nTrần,Thử,1991\n", "personal_name_birth"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(text, code):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "chênh lệch,b\n-5,1\n+3.2,2\n-,3\n",
        "Tên đơn vị,Năm\nNguyễn Trãi,2020\n",
        "Người ký,Ngày ký\nTrần Thử,01/02/2024\n",
        "Mã số thuế,b\n0312345678,1\n",
        "mã hàng,b\n893000000012,1\n",
        "mã lô,b\n4031190000016,1\n",
        "số đo,b\n0.031190000016,1\n",
    ],
)
def test_what_only_looks_alike_is_let_through(text):
    assert codes(text) == []


def test_a_problem_names_its_lines():
    (found,) = problems("a,b\n1,2\n1\n3,4\n5\n")

    assert (found.code, found.lines, found.count) == ("ragged", (3, 5), 2)


def test_quoted_lines_are_counted_as_the_file_has_them():
    (found,) = problems('a,b\n"x\ny",1\n=1,2\n')

    assert found.lines == (4,)


def test_a_workbook_is_read_by_its_first_sheet():
    content = workbook(["Xã", "Số"], ["Hồng Bàng", 12], ["Lê Chân", 3.5], [None, None])

    sheet, found = sheets.read(content, xlsx=True)

    assert (sheet.rows, found) == ((("Hồng Bàng", "12"), ("Lê Chân", "3.5")), [])


def test_a_formula_in_a_workbook_is_found():
    sheet, _found = sheets.read(workbook(["a", "b"], ["=1+1", 2]), xlsx=True)

    assert [one.code for one in checks.of_sheet(sheet)] == ["formula"]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 not really",
        packed({"xl/workbook.xml": "<a/>"}),
        packed({"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    ],
)
def test_a_broken_or_hostile_workbook_is_not_opened(content):
    assert [one.code for one in sheets.read(content, xlsx=True)[1]] == ["workbook_broken"]


def test_a_workbook_that_unpacks_to_far_too_much_is_not_opened():
    content = packed({"xl/workbook.xml": "<a/>", "xl/sheet.bin": b"\0" * (sheets.MOST_UNPACKED + 1)})  # fmt: skip

    assert [one.code for one in sheets.read(content, xlsx=True)[1]] == ["too_large"]


@pytest.mark.parametrize(
    "members",
    [
        {"xl/worksheets/sheet1.xml": b"<a>" + b" " * 8_000_000 + b"</a>"},  # 1 : 1000
        {"xl/sharedStrings.xml": random.Random(1).randbytes(sheets.MOST_STRINGS + 1)},
    ],
)
def test_one_part_that_unpacks_to_far_too_much_is_enough(members):
    content = packed({"xl/workbook.xml": "<a/>"} | members)

    assert [one.code for one in sheets._of_xlsx(content)[1]] == ["too_large"]


@pytest.mark.parametrize(
    "members",
    [
        {f"xl/{n}.xml": "<a/>" for n in range(sheets.MOST_PARTS + 1)},
        {"xl/s.dat": "<!-- " + "x" * 300_000 + ' --><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
        {"xl/s.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16")},
    ],
)
def test_parts_without_number_and_entities_anywhere_are_not_opened(members):
    assert [one.code for one in sheets._of_xlsx(packed(members))[1]] == ["workbook_broken"]


def test_a_far_row_or_column_costs_no_more_than_what_may_be_sent():
    far = workbook(["a", "b"], [1, 2])
    for place, code in (("XFD2", ""), ("A1048576", "too_many_rows")):
        book = openpyxl.load_workbook(io.BytesIO(far))
        book.active[place] = 1
        out = io.BytesIO()
        book.save(out)

        _sheet, found = sheets.read(out.getvalue(), xlsx=True)

        assert [one.code for one in found] == [code] * bool(code)


def test_columns_get_names_for_machines():
    taken = set()
    for heading in ("Số giường (2025)", "số giường 2025", "2025", "***"):
        taken.add(checks.name_of(heading, taken))

    assert taken == {"so_giuong_2025", "so_giuong_2025_2", "c_2025", "column"}


@pytest.mark.parametrize(
    ("cells", "type"),
    [
        (["1", "-20", ""], "whole"),
        (["1", "2.5"], "number"),
        (["2026-01-02"], "date"),
        (["01", "2"], "text"),
        (["1,5"], "text"),
        (["", ""], "text"),
    ],
)
def test_a_column_gets_the_type_that_fits_every_cell(cells, type):
    assert checks.type_of(cells) == type


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Số giường (2025)", "so_giuong_2025"), ("Diện tích (m²)", "dien_tich_m"), ("2025", "c_2025"), ("Кровати", "column"),
        ("ID", "c_id"), ("Visit", "c_visit"), ("Period", "c_period"), ("Suppressed", "c_suppressed"),
    ],
)  # fmt: skip
def test_every_heading_has_a_name_that_may_be_published(heading, name):
    assert checks.name_of(heading, set()) == name


def test_the_second_of_two_long_headings_keeps_within_what_a_name_may_have():
    first = checks.name_of("9" + "a" * 80, set())

    assert len(checks.name_of("9" + "a" * 80, {first})) <= 41


@pytest.mark.parametrize("cell", ["2025-02-30", "2025-13-01", "20250201", "2025-W01-1"])
def test_what_is_no_day_is_a_text(cell):
    assert checks.type_of(["2025-02-01", cell]) == "text"
