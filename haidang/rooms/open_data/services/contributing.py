"""What a person or business does: upload a table, describe it, send it, report a wrong figure."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.open_data import models, selectors
from haidang.rooms.open_data.domain import checks, contributions, datasets, sheets

_MOST_OPEN = 20  # drafts and waiting contributions of one person
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def upload(content, *, name, title, description, licence, shown_as, organisation, by, at, into=None):  # fmt: skip
    """Check a table and keep it as a draft (tải bộ dữ liệu lên), or as the correction of a returned one.

    A workbook is kept as it was sent, after `documents` looked at its type and scanned it. A CSV
    is read, and what was read is written anew by us: nothing of the sent bytes is kept. Of a file
    that is refused nothing is kept at all, as it may hold people; the ledger has its digest and faults.

    into     the Contribution that this upload replaces, when it was returned

    Raises    RuleBroken `open_data.table_refused` (facts: problems, each {code, column, lines,
              count, facts}); RuleBroken `open_data.too_many_open`; Incorrect `open_data.form`
              (facts: fields); as `documents.keep`
    Records   event `open_data.contribution.drafted`, or `open_data.upload.refused` (facts: sha256,
              codes)
    """
    access.require(by, "open_data.contribute")
    _check_form(title, description, licence, shown_as, organisation)
    sheet, doubts = _checked_upload(content, by=by)
    file = _kept_workbook(content, name, by)
    columns = _columns(sheet, doubts)
    table = documents.keep_made(_written(sheet), type="application/json", by=by)
    given = {
        "title": title.strip()[:200], "description": description.strip()[:4000], "licence": licence, "shown_as": shown_as,
        "organisation": organisation.strip()[:200], "columns": columns, "row_count": len(sheet.rows),
        "file": file, "file_name": name[:200], "table": table.sha256,
    }  # fmt: skip
    return _keep_draft(given, by=by, at=at, into=into)


def _check_form(title, description, licence, shown_as, organisation):
    wrong = [name for name, value in (("title", title), ("description", description)) if not value.strip()]  # fmt: skip
    wrong += ["licence"] * (licence not in datasets.LICENCES)
    wrong += ["shown_as"] * (shown_as not in contributions.SHOWN_AS)
    wrong += ["organisation"] * (shown_as == "organisation" and not organisation.strip())
    if wrong:
        raise errors.Incorrect("open_data.form", _("Hãy điền các mục còn thiếu."), fields=wrong)


def _checked_upload(content, *, by):
    """The table of an upload; a refusal stands in the ledger, so that it can be talked about."""
    try:
        return checked(content, xlsx=_is_pack(content))
    except errors.RuleBroken as why:
        codes = sorted({one["code"] for one in why.facts["problems"]})
        facts = {"sha256": hashlib.sha256(content).hexdigest(), "codes": codes}
        ledger.record("open_data.upload.refused", by=by, about=None, facts=facts)
        raise


def _is_pack(content):
    return content.startswith(b"PK\x03\x04")


def _kept_workbook(content, name, by):
    """The hash of a workbook that `documents` let in; empty for anything that is no ZIP."""
    if not _is_pack(content):
        return ""
    kept = documents.keep([content], name=name, by=by)
    if kept.type != _XLSX:
        raise _refused([sheets.Problem("not_a_table")])
    return kept.sha256


def checked(content, *, xlsx):
    """(table, doubts) of a file, when nothing is wrong with it; doubts are Problems for a reviewer.

    Raises    RuleBroken `open_data.table_refused` (facts: problems)
    """
    if not xlsx and content[:5] in (b"%PDF-", b"\x89PNG\r") or content[:4] == b"\xd0\xcf\x11\xe0":
        raise _refused([sheets.Problem("not_a_table")])
    sheet, problems = sheets.read(content, xlsx=xlsx)
    personal, doubts = checks.look(sheet) if sheet else ((), ())
    if problems or personal:
        raise _refused([*problems, *personal])
    return sheet, doubts


def _refused(problems):
    told = [
        {"code": p.code, "column": p.column, "lines": list(p.lines), "count": p.count, "facts": p.facts}
        for p in problems
    ]  # fmt: skip
    return errors.RuleBroken("open_data.table_refused", _("Tệp cần sửa trước khi nhận."), problems=told)  # fmt: skip


def _columns(sheet, doubts):
    found = []
    for number, heading in enumerate(sheet.names):
        cells = [row[number] for row in sheet.rows]
        name = checks.name_of(heading, {one["name"] for one in found})
        told = [{"code": d.code, "lines": list(d.lines), "count": d.count} for d in doubts if d.column == heading]  # fmt: skip
        found.append({"name": name, "heading": heading[:200], "type": checks.type_of(cells), "meaning": "", "doubts": told})  # fmt: skip
    return found


def _written(sheet):
    """The table as we keep it: the texts that were read, and nothing else of the file."""
    held = {"names": sheet.names, "rows": sheet.rows, "lines": sheet.lines}
    return json.dumps(held, ensure_ascii=False).encode()


def read_table(row):
    """The table of a contribution, looked at again as on its first day.

    Raises    RuleBroken `open_data.table_refused` (facts: problems)
    """
    with documents.open_file(row.table) as file:
        held = json.loads(file.read())
    rows = tuple(map(tuple, held["rows"]))
    sheet = sheets.Sheet(tuple(held["names"]), rows, tuple(held["lines"]))
    problems = checks.of_sheet(sheet)
    if problems:
        raise _refused(problems)
    return sheet


@transaction.atomic
def _keep_draft(given, *, by, at, into):
    if into is None:
        _check_open(by)
        row = models.Contribution.objects.create(
            kind="dataset", owner=by.ref, owner_name=by.name, begun_at=at, **given
        )
    else:
        row = own(into, by=by, lock=True)
        _check_editable(row, "dataset")
        meanings = {one["heading"]: one["meaning"] for one in row.columns}
        for one in given["columns"]:
            one["meaning"] = meanings.get(one["heading"], "")
        for name, value in given.items():
            setattr(row, name, value)
        row.save()
    _note("open_data.contribution.drafted", row, by)
    return row.pk


def _check_open(by):
    waiting = models.Contribution.objects.filter(owner=by.ref, state__in=("draft", "submitted", "returned"))  # fmt: skip
    if waiting.count() >= _MOST_OPEN:
        raise errors.RuleBroken(
            "open_data.too_many_open",
            _("Bạn đang có {most} đóng góp chưa xong; hãy rút bớt hoặc chờ duyệt.").format(most=_MOST_OPEN),
        )  # fmt: skip


def own(pk, *, by, lock=False):
    """One's own contribution; others' do not exist for the asker.

    Raises    NotFound `open_data.contribution_unknown`
    """
    rows = models.Contribution.objects.filter(pk=pk, owner=by.ref)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise errors.NotFound("open_data.contribution_unknown", _("Không có đóng góp này."))
    return row


def _check_editable(row, kind):
    if not contributions.is_editable(row.state) or row.kind != kind:
        contributions.move(row.state, "submitted")
        raise errors.NotFound("open_data.contribution_unknown", _("Không có đóng góp này."))


@transaction.atomic
def submit(pk, *, meanings, by, at):
    """Describe the columns and send the draft to the department (gửi đóng góp).

    meanings    {column name: what it holds}

    Raises    Conflict `open_data.contribution_state`; RuleBroken `open_data.column_undescribed`
              (facts: columns)
    Records   event `open_data.contribution.submitted`
    """
    access.require(by, "open_data.contribute")
    row = own(pk, by=by, lock=True)
    row.state = contributions.move(row.state, "submitted")
    for one in row.columns:
        one["meaning"] = meanings.get(one["name"], one["meaning"]).strip()[:500]
    bare = [one["name"] for one in row.columns if not one["meaning"]]
    if bare:
        raise errors.RuleBroken("open_data.column_undescribed", _("Hãy cho biết mỗi cột chứa gì."), columns=bare)  # fmt: skip
    row.submitted_at = at
    row.save()
    _note("open_data.contribution.submitted", row, by)


@transaction.atomic
def report(key, *, row_words, column, proposed, words, shown_as, organisation, evidence, by, at):
    """Report that a published figure is wrong (báo sai số liệu), with an optional file as evidence.

    evidence    (name, pieces), or None

    Raises    NotFound `open_data.dataset_unknown`; Incorrect `open_data.form` (facts: fields); as
              `documents.keep`
    Records   event `open_data.contribution.submitted`
    """
    access.require(by, "open_data.contribute")
    dataset = selectors.dataset(key)
    wrong = [n for n, v in (("row_words", row_words), ("words", words)) if not v.strip()]
    wrong += ["column"] * (column not in ("", *dataset.names))
    wrong += ["shown_as"] * (shown_as not in contributions.SHOWN_AS)
    wrong += ["organisation"] * (shown_as == "organisation" and not organisation.strip())
    if wrong:
        raise errors.Incorrect("open_data.form", _("Hãy điền các mục còn thiếu."), fields=wrong)
    _check_open(by)
    kept = documents.keep(evidence[1], name=evidence[0], by=by).sha256 if evidence else ""
    row = models.Contribution.objects.create(
        kind="observation", state="submitted", owner=by.ref, owner_name=by.name, shown_as=shown_as,
        organisation=organisation.strip()[:200], title=dataset.title[:200], description=words.strip()[:4000],
        dataset=key, row_words=row_words.strip()[:500], column=column, proposed=proposed.strip()[:500],
        file=kept, file_name=evidence[0][:200] if evidence else "", begun_at=at, submitted_at=at,
    )  # fmt: skip
    _note("open_data.contribution.submitted", row, by)
    return row.pk


@transaction.atomic
def withdraw(pk, *, by, at):
    """Take a contribution back (rút đóng góp).

    Raises    Conflict `open_data.contribution_state`
    Records   event `open_data.contribution.withdrawn`
    """
    access.require(by, "open_data.contribute")
    row = own(pk, by=by, lock=True)
    row.state = contributions.move(row.state, "withdrawn")
    row.decided_at = at
    row.save()
    _note("open_data.contribution.withdrawn", row, by)


def _note(event, row, by):
    facts = {"contribution": row.pk, "kind": row.kind, "state": row.state}
    ledger.record(event, by=by, about=None, facts=facts)
