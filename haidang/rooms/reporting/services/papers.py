"""A report for its paper: what the template of forms reads."""

from datetime import timedelta

from django.conf import settings
from django.utils import translation

from haidang.engines.documents import api as documents
from haidang.kernel import dates
from haidang.rooms.reporting.selectors import catalogue, words


@translation.override("vi")
def told(report, code):
    """A report (`layout.Told`) as plain values; `code` is that of an issued paper, or empty."""
    form = report.form
    above, below = catalogue.heads(form)
    last = dates.show(report.ends_on - timedelta(days=1))
    return {
        "number": form.number,
        "label": report.corner,
        "circular": form.circular.title,
        "title": form.title,
        "unit": report.unit_name,
        "reviewer": report.reviewer_name,
        "period": report.period,
        "span": f"{dates.show(report.starts_on)} – {last}",
        "draft": report.draft,
        "above": above,
        "below": below,
        "columns": len(form.columns),
        "rows": [_row(report, one) for one in form.rows],
        "notes": [[str(n), reason] for reason, n in report.notes.items()],
        "corrections": [_correction(form, one) for one in report.corrections],
        "words": report.words,
        **_signing(report),
        "qr": _qr(code),
        "qr_label": f"Quét để kiểm tra, hoặc nhập mã {code}" if code else "",
        "notice": report.notice,
    }


def _row(report, row):
    cells = [] if row.head else [report.mark(f"{row.code}:{c.code}") for c in report.form.columns]
    return {"code": row.code, "title": row.title, "head": row.head, "level": row.level, "cells": cells}  # fmt: skip


def _correction(form, one):
    before, after = (words.number(value) or "–" for value in (one.before, one.value))
    return [
        catalogue.cell_name(form, one.cell),
        before,
        after,
        one.reason,
        f"{one.by_name}, {dates.show_moment(one.at)}",
    ]


def _signing(report):
    place = ""
    if report.submitted_at:
        day = report.submitted_at.astimezone(dates.HANOI)
        place = f"Hải Phòng, ngày {day:%d tháng %m năm %Y}"
    approved = ""
    if report.locked_at:
        approved = f"Duyệt: {report.approved_by}; khóa lúc {dates.show_moment(report.locked_at)}."
    return {
        "place": place,
        "submitted_by": report.submitted_by,
        "approved": approved,
        "digest": report.digest,
    }


def _qr(code):
    address = settings.HAIDANG_ADDRESS.rstrip("/")
    return documents.qr(f"{address}/kiem-tra-ket-qua/?so={code}") if code else ""
