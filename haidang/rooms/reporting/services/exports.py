"""Files of a report: XLSX, PDF, DHIS2."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.rooms.reporting import models
from haidang.rooms.reporting.selectors import reports
from haidang.rooms.reporting.services import dhis2, keeping, layout, papers, sheets

TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "documents" / "form.typ"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class File:
    """A file to be given out."""

    name: str
    type: str
    content: bytes


def export(report_id, form, *, by, at):
    """A report as a file (tải báo cáo): `xlsx`, `pdf` or `dhis2`.

    A report that is not locked is marked as a draft, and is not given out for DHIS2.

    Raises    NotFound `reporting.report_unknown`, `reporting.format_unknown`; Conflict
              `reporting.not_locked`
    Records   event `reporting.report.exported` (facts: format)
    """
    if form not in FORMATS:
        raise errors.NotFound("reporting.format_unknown", _("Không có loại tệp này."))
    row = models.Report.objects.select_related("definition").filter(pk=report_id).first()
    if row is None or not reports.sees(by, row):
        raise errors.NotFound("reporting.report_unknown", _("Không có báo cáo này."))
    found = FORMATS[form](row, at)
    keeping.note("reporting.report.exported", row, by, format=form)
    return found


def _xlsx(row, _at):
    return File(_name(row, "xlsx"), _XLSX, sheets.workbook(layout.told(row)))


def _dhis2(row, _at):
    if row.state != "locked":
        raise errors.Conflict(
            "reporting.not_locked", _("Chỉ báo cáo đã khóa mới được gửi sang DHIS2.")
        )
    content = json.dumps(dhis2.data_value_set(layout.told(row)), ensure_ascii=False, indent=1)
    return File(_name(row, "dhis2.json"), "application/json", content.encode())


def _pdf(row, at):
    issued = documents.issued(row.paper) if row.paper else None
    if issued and issued.file:
        with documents.open_file(issued.file) as file:
            return File(_name(row, "pdf"), "application/pdf", file.read())
    return File(_name(row, "pdf"), "application/pdf", render(row, at=at).content)


FORMATS = {"xlsx": _xlsx, "pdf": _pdf, "dhis2": _dhis2}


def _name(row, ending):
    return f"{row.form}_{row.unit}_{row.period}.{ending}".lower()


def render(row, *, at, code=""):
    """The paper of a report, in the layout of its form."""
    return documents.render(TEMPLATE, papers.told(layout.told(row), code), at=at)


def issue(row, *, at):
    """Give out the PDF of a report that is being locked, and return its code.

    The unit's seal is put on after the transaction where the house has one; else it is unsigned.
    """
    code = documents.new_code()
    issued = documents.issue(
        render(row, at=at, code=code),
        code=code,
        number=f"{row.form}/{row.unit}/{row.period}",
        title=f"{row.definition.content['number']}: {row.definition.content['title']}",
        org=row.unit,
        about=f"Report/{row.pk}",
        by=actors.SYSTEM,
        at=at,
    )
    if issued.state == "waiting":
        transaction.on_commit(lambda: documents.sign_now(code))
    return code
