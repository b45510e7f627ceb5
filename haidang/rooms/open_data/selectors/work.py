"""Contributions: one's own, those that wait for the department, and the desk's view of data sets."""

import json

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.kernel import errors, text
from haidang.rooms.open_data import models
from haidang.rooms.open_data.domain import contributions, datasets, people
from haidang.rooms.open_data.selectors import catalogue, words

_MOST, _EXAMPLES, _FIRST = 100, 3, 20


def mine(by):
    """One's own contributions, newest first."""
    rows = models.Contribution.objects.filter(owner=by.ref).order_by("-begun_at")[:_MOST]
    return [_line(row) for row in rows]


def _line(row):
    state, kind = words.STATES[row.state]
    return {
        "id": row.pk,
        "title": row.title,
        "kind": words.KINDS[row.kind],
        "state": row.state,
        "badge": {"label": state, "kind": kind},
        "at": row.submitted_at or row.begun_at,
        "by": row.owner_name,
    }


def own(pk, *, by):
    """One's own contribution with what its page shows.

    Raises    NotFound `open_data.contribution_unknown`
    """
    row = models.Contribution.objects.filter(pk=pk, owner=by.ref).first()
    if row is None:
        raise errors.NotFound("open_data.contribution_unknown", _("Không có đóng góp này."))
    return _page(row)


def is_desk(by):
    """Whether somebody reviews for the department."""
    return access.may(by, "open_data.review", org=datasets.DEPARTMENT)


def waiting(by, *, state=""):
    """What the department has to look at, the oldest first; or those of one state."""
    access.require(by, "open_data.review", org=datasets.DEPARTMENT)
    rows = models.Contribution.objects.exclude(state="draft")
    if state in ("returned", "accepted", "refused", "withdrawn"):
        return [_line(row) for row in rows.filter(state=state).order_by("-decided_at")[:_MOST]]
    return [_line(row) for row in rows.filter(state="submitted").order_by("submitted_at")[:_MOST]]


def to_review(pk, *, by):
    """One contribution for the department; drafts are their sender's alone.

    Raises    NotAllowed; NotFound `open_data.contribution_unknown`
    """
    access.require(by, "open_data.review", org=datasets.DEPARTMENT)
    row = models.Contribution.objects.exclude(state="draft").filter(pk=pk).first()
    if row is None:
        raise errors.NotFound("open_data.contribution_unknown", _("Không có đóng góp này."))
    page, held = _page(row), _held(row)
    return page | {
        "own": row.owner == by.ref,
        "doubts": _with_examples(held, page["doubts"]),
        "preview": held["rows"][:_FIRST],
    }


def _page(row):
    held = catalogue.everything().get(row.dataset) if row.dataset else None
    return {
        "row": row,
        "line": _line(row),
        "editable": contributions.is_editable(row.state),
        "licence": words.licence(row.licence) if row.licence in datasets.LICENCES else None,
        "shown": contributions.shown_name(row.shown_as, name=row.owner_name, organisation=row.organisation) or _("không nêu tên"),
        "columns": [(one, words.TYPES[one["type"]]) for one in row.columns],
        "dataset": held,
        "doubts": [words.doubt(one, told) | {"at": (number, told["lines"])}
                   for number, one in enumerate(row.columns) for told in one.get("doubts", ())],
    }  # fmt: skip


def _with_examples(held, doubts):
    """Doubts with a few of their places as a reviewer may see them: what looks like a person is masked."""
    rows = dict(zip(held["lines"], held["rows"], strict=True))
    for one in doubts:
        number, lines = one["at"]
        cells = [rows[line][number] for line in lines[:_EXAMPLES] if line in rows]
        one["examples"] = [people.masked(cell, text.fold(one["column"])) for cell in cells]
    return doubts


def _held(row):
    """The table that was sent: {lines, rows}, empty where none was."""
    if not row.table:
        return {"lines": [], "rows": []}
    with documents.open_file(row.table) as file:
        return json.loads(file.read())


def desk(by):
    """Every data set with its newest release, for who may publish."""
    access.require(by, "open_data.review", org=datasets.DEPARTMENT)
    newest = catalogue.newest()
    return [
        {
            "key": one.key,
            "title": words.title(one),
            "rhythm": words.RHYTHMS[one.rhythm],
            "release": newest.get(one.key),
            "contributed": one.source["kind"] == "contributed",
            "revisable": one.source["kind"] == "indicators",
        }
        for one in catalogue.everything().values()
    ]
