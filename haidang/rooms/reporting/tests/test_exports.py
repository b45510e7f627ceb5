"""Files of a report: XLSX read back, PDF, the JSON of DHIS2 against the shape that it documents."""

import io
import json
from datetime import datetime

import jsonschema_rs
import openpyxl
import pypdfium2
import pytest
from click.testing import CliRunner
from django.utils import translation

from haidang.engines.documents import api as documents
from haidang.kernel import dates, errors
from haidang.rooms.reporting import console, models, services
from haidang.rooms.reporting.services import sheets
from haidang.rooms.reporting.tests import people

AT = datetime(2026, 10, 6, 9, tzinfo=dates.HANOI)

#: DHIS2 documentation, "Data values": data value set. Identifiers are UIDs or codes by scheme; codes
#: have at most 50 characters, values at most 50,000, periods one of the syntaxes of period types.
DHIS2 = {
    "type": "object",
    "required": ["dataSet", "completeDate", "period", "orgUnit", "dataValues"],
    "additionalProperties": False,
    "properties": {
        "dataSet": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,50}$"},
        "completeDate": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "period": {"type": "string", "pattern": r"^(\d{4}|\d{6}|\d{4}Q[1-4]|\d{4}S[12])$"},
        "orgUnit": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,50}$"},
        "attributeOptionCombo": {"type": "string"},
        "dataValues": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["dataElement", "categoryOptionCombo", "value"],
                "additionalProperties": False,
                "properties": {
                    "dataElement": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,50}$"},
                    "categoryOptionCombo": {"type": "string", "pattern": "^[A-Za-z0-9_]{1,50}$"},
                    "value": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
                    "comment": {"type": "string", "maxLength": 50000},
                    "followUp": {"type": "boolean"},
                },
            },
        },
    },
}


@pytest.fixture
def report(town):
    services.open_period("6-BCX", "2026-Q3", by=people.officer(), at=AT)
    row = models.Report.objects.get(unit=people.STATION)
    services.fill(row.pk, by=people.clerk(), at=AT)
    services.correct(row.pk, "1.1:total", value="5", reason="=HYPERLINK(\"http://x\") thêm hai lượt", by=people.clerk(), at=AT)  # fmt: skip
    services.write(row.pk, typed={"5:total": "1.250"}, words="+84 là số máy của trạm", revision=2, by=people.clerk(), at=AT)  # fmt: skip
    return row


@pytest.fixture
def locked(report):
    services.correct(report.pk, "1.2:total", value="1260", reason="Cho khớp sổ giấy", by=people.clerk(), at=AT)  # fmt: skip
    services.submit(report.pk, by=people.station_head(), at=AT)
    services.approve(report.pk, by=people.officer(), at=AT)
    services.lock(report.pk, by=people.director(), at=AT)
    report.refresh_from_db()
    return report


def book(report):
    found = services.export(report.pk, "xlsx", by=people.officer(), at=AT)
    return found, openpyxl.load_workbook(io.BytesIO(found.content))


def rows(sheet):
    """{row code: [cells after the title]} of the table."""
    start = next(r for r in range(1, 20) if sheet.cell(r, 1).value == "STT")
    return {
        sheet.cell(r, 1).value: [sheet.cell(r, c).value for c in range(3, 8)]
        for r in range(start + 3, sheet.max_row + 1)
        if sheet.cell(r, 2).value
    }


def test_the_sheet_is_vietnamese_for_an_english_reader_too(report):
    with translation.override("en"):
        _found, read = book(report)

    texts = [str(c.value) for row in read["Biểu"].iter_rows() for c in row if c.value is not None]
    assert any("nguồn" in text for text in texts)


def test_the_sheet_holds_the_form_in_its_layout(report):
    found, read = book(report)
    sheet = read["Biểu"]
    texts = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]

    assert found.name == "6-bcx_31z14_2026-q3.xlsx"
    assert sheet["A1"].value == "Biểu số: 6/BCX"
    assert sheet["A2"].value == "Ban hành theo Thông tư 23/2025/TT-BYT"
    assert "Quý III năm 2026 (từ 01/07/2026 đến hết 30/09/2026)" in texts
    assert "BẢN NHÁP: báo cáo chưa khóa" in texts
    assert "Trong đó" in texts


def test_numbers_are_numbers_and_what_is_missing_is_no_number(report):
    table = rows(book(report)[1]["Biểu"])

    assert table["1.1"] == [5, 2, 2, 0, 2]
    assert table["1"][0] == 6
    assert table["5"][0] == 1250
    assert table["3"][0].startswith("… (")
    assert table["4"][1] == "×"


def test_every_reason_stands_below_the_table(report):
    sheet = book(report)[1]["Biểu"]
    notes = [str(c.value) for c in sheet["A"] if str(c.value).startswith("(")]

    assert any("Chưa có nguồn: Phân loại lượt khám y học cổ truyền" in one for one in notes)


def test_the_second_sheet_keeps_both_values_and_their_sources(report):
    sheet = book(report)[1]["Nguồn số liệu"]
    found = {row[0].value: [c.value for c in row] for row in sheet.iter_rows(min_row=2)}

    assert found["1.1:total"][4:8] == [3, 5, '=HYPERLINK("http://x") thêm hai lượt', "reporting.visits"]  # fmt: skip
    assert found["3:total"][3] == "Phân loại lượt khám y học cổ truyền"


def test_what_people_wrote_never_becomes_a_formula(report):
    read = book(report)[1]
    cells = [cell for sheet in read for row in sheet.iter_rows() for cell in row]

    dangerous = [c for c in cells if isinstance(c.value, str) and c.value.startswith("=")]
    assert dangerous
    assert all(c.data_type == "s" and c.quotePrefix for c in dangerous)
    assert not [c for c in cells if c.data_type == "f"]


@pytest.mark.parametrize(
    "said", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|cmd", "%x"]
)
def test_a_text_that_looks_like_a_formula_is_quoted(said):
    cell = openpyxl.Workbook().active.cell(1, 1)

    sheets.text(cell, said)

    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_control_characters_do_not_break_the_file():
    cell = openpyxl.Workbook().active.cell(1, 1)

    sheets.text(cell, "a\x00b\x0bc")

    assert cell.value == "a b c"


def test_the_json_has_the_shape_that_dhis2_documents(locked):
    found = services.export(locked.pk, "dhis2", by=people.officer(), at=AT)
    told = json.loads(found.content)

    jsonschema_rs.validate(DHIS2, told)
    assert told["dataSet"] == "HP_6_BCX"
    assert told["period"] == "2026Q3"
    assert told["orgUnit"] == people.STATION
    assert told["completeDate"] == "2026-10-06"


def test_a_cell_without_a_number_is_left_out_and_zero_is_sent(locked):
    told = json.loads(services.export(locked.pk, "dhis2", by=people.officer(), at=AT).content)
    values = {(v["dataElement"], v["categoryOptionCombo"]): v for v in told["dataValues"]}

    assert values["HP_6_BCX_1_1", "HP_under5"]["value"] == "0"
    assert values["HP_6_BCX_1_1", "default"]["value"] == "5"
    assert values["HP_6_BCX_1_1", "default"]["comment"].startswith("Sửa từ 3: ")
    assert not [key for key in values if key[0] in ("HP_6_BCX_3", "HP_6_BCX_6")]
    assert len(values) == len(told["dataValues"])


def test_only_a_locked_report_goes_to_dhis2(report):
    with pytest.raises(errors.Conflict) as why:
        services.export(report.pk, "dhis2", by=people.officer(), at=AT)

    assert why.value.code == "reporting.not_locked"


def test_the_pdf_of_a_draft_says_so(report):
    content = services.export(report.pk, "pdf", by=people.officer(), at=AT).content

    text = _text(content)
    assert "BẢN NHÁP" in text
    assert "Biểu số: 6/BCX" in text


def test_the_pdf_of_a_locked_report_is_the_issued_one(locked):
    content = services.export(locked.pk, "pdf", by=people.officer(), at=AT).content
    issued = documents.issued(locked.paper)

    with documents.open_file(issued.file) as file:
        assert content == file.read()
    text = _text(content)
    assert "BẢN NHÁP" not in text
    assert locked.digest[:16] in text
    assert "1.250" in text


def test_an_unknown_kind_of_file_is_not_found(report):
    with pytest.raises(errors.NotFound):
        services.export(report.pk, "exe", by=people.officer(), at=AT)


def test_the_command_prints_the_json_of_a_locked_report(locked):
    done = CliRunner().invoke(console.command, ["export", "6-BCX", people.STATION, "2026-Q3"])

    assert done.exit_code == 0
    jsonschema_rs.validate(DHIS2, json.loads(done.output))


def test_the_command_refuses_in_words(report):
    done = CliRunner().invoke(console.command, ["export", "6-BCX", people.STATION, "2026-Q3"])

    assert done.exit_code == 1
    assert "reporting.not_locked" in done.output


def _text(content):
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)
