"""A form as a table: what templates loop over, for a report and for an empty form."""

from haidang.engines.analytics import api as analytics
from haidang.rooms.reporting import selectors
from haidang.rooms.reporting.selectors import words


def blank(form):
    """The table of an empty form: each cell says where it comes from."""
    return {"heads": selectors.heads(form), "rows": [_row(form, row, _source) for row in form.rows]}


def filled(page, *, typed=None, wrong=()):
    """The table of a report.

    typed     what was typed and could not be kept: {cell: text}
    wrong     cells of which something is said above the table
    """

    def cell(form, key, column):
        return _cell(page, form.cells[key], column, typed or {}, wrong)

    return {
        "heads": selectors.heads(page.form),
        "rows": [_row(page.form, row, cell) for row in page.form.rows],
    }


def _row(form, row, cell):
    cells = []
    if not row.head:
        named = [(one.code, selectors.column_name(form, one.code)) for one in form.columns]
        cells = [cell(form, f"{row.code}:{code}", name) for code, name in named]
    return {"row": row, "cells": cells, "width": len(form.columns)}


def _source(form, key, column):
    cell = form.cells[key]
    return {"label": column, "cell": cell, "source": words.SOURCES.get(cell.source, "×"), "detail": _detail(cell)}  # fmt: skip


def _detail(cell):
    if cell.indicator:
        return analytics.indicator(cell.indicator).title
    return cell.missing or cell.note


def _cell(page, cell, column, typed, wrong):
    result = page.results[cell.key]
    return {
        "key": cell.key,
        "id": cell.key.replace(":", "-").replace(".", "_"),
        "label": column,
        "said": words.result(result),
        "has_value": result.value is not None,
        "result": result,
        "given": words.number(result.given) or "–",
        "note": cell.note,
        "input": cell.source == "typed" and page.may_fill and not result.corrected,
        "typed": typed.get(cell.key, words.number(result.value)),
        "crossed": result.state == "none",
        "wrong": cell.key in wrong,
    }
