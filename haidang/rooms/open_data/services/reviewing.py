"""What the department does with a contribution: accept, return with a reason, refuse."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.kernel import errors, text
from haidang.rooms.open_data import models, selectors
from haidang.rooms.open_data.domain import checks, contributions, datasets
from haidang.rooms.open_data.services import contributing, releases, sources


@transaction.atomic
def accept(pk, *, theme="health", no_person="", by, at):
    """Accept a contribution (chấp nhận đóng góp): a data set is released, an observation shown.

    no_person    why what looks like personal data is none; needed when anything does

    Raises    NotAllowed; Conflict `open_data.contribution_state`; Incorrect `open_data.form`;
              RuleBroken `open_data.doubts_unsettled` (facts: columns); as `contributing.read_table`,
              because what was let in then is looked at again now
    Records   event `open_data.contribution.accepted`, and `open_data.release.made`; with doubts
              `open_data.contribution.cleared` (facts: contribution, doubts, reason)
    """
    row = _waiting(pk, by)
    row.state = contributions.move(row.state, "accepted")
    if row.kind == "dataset":
        if theme not in datasets.THEMES:
            raise errors.Incorrect("open_data.form", _("Hãy điền các mục còn thiếu."), fields=["theme"])  # fmt: skip
        row.dataset = _publish(row, theme, no_person, by, at)
    _decided(row, "", by, at)


def _publish(row, theme, no_person, by, at):
    """Release a contributed table; a second one of the same title by the same sender follows the first."""
    sheet = contributing.read_table(row)
    _settle(row, no_person, by)
    content = _definition(row, theme)
    key = content["key"]
    held = models.Contributed.objects.filter(key=key).first()
    if held is None:
        models.Contributed.objects.create(key=key, definition=content, accepted_at=at)
    else:
        held.definition = content | {"version": held.definition["version"] + 1}
        held.save(update_fields=["definition"])
    dataset = selectors.dataset(key)
    rows = [
        {c.name: checks.typed(cell, c.type) for c, cell in zip(dataset.columns, line, strict=True)}
        for line in sheet.rows
    ]
    made = sources.Made(rows, data_at=row.submitted_at)
    releases.keep(dataset, rows, made, before=selectors.newest_release(key), by=by, at=at)
    return key


def _settle(row, no_person, by):
    """Keep why the doubts that the page showed are no people; what stands there stays out of the ledger."""
    told = [
        {"column": one["name"], "code": doubt["code"], "count": doubt["count"]}
        for one in row.columns
        for doubt in one.get("doubts", ())
    ]
    if not told:
        return
    if not no_person.strip():
        raise errors.RuleBroken(
            "open_data.doubts_unsettled",
            _("Hãy xem những chỗ có thể là dữ liệu cá nhân và ghi vì sao vẫn công bố được."),
            columns=sorted({one["column"] for one in told}),
        )
    facts = {"contribution": row.pk, "doubts": told, "reason": no_person.strip()[:2000]}
    ledger.record("open_data.contribution.cleared", by=by, about=None, facts=facts)


def _definition(row, theme):
    shown = contributions.shown_name(row.shown_as, name=row.owner_name, organisation=row.organisation)  # fmt: skip
    return {
        "key": _key(row),
        "version": 1,
        "title": row.title,
        "title_en": row.title,
        "description": row.description,
        "keywords": ["đóng góp"],
        "theme": theme,
        "licence": row.licence,
        "rhythm": "irregular",
        "contact": "Văn phòng Sở Y tế",
        "personal": False,
        "contributor": shown or "Người đóng góp không nêu tên",
        "quality": ["Do người dân, doanh nghiệp đóng góp; Sở Y tế đã xem hình thức và nội dung, không đo đếm lại."],
        "source": {"kind": "contributed", "owner": row.owner},
        "columns": [
            {"name": c["name"], "type": c["type"], "title": c["heading"], "meaning": c["meaning"]}
            for c in row.columns
        ],
    }  # fmt: skip


def _key(row):
    """An address from the title; the one that this sender has already, when it is theirs."""
    plain = (
        re.sub(r"[^a-z0-9]+", "-", text.fold(row.title)).strip("-")[:60].strip("-") or "bo-du-lieu"
    )
    number, key = 2, f"dong-gop-{plain}"
    while (held := models.Contributed.objects.filter(key=key).first()) and held.definition["source"].get("owner") != row.owner:  # fmt: skip
        key, number = f"dong-gop-{plain}-{number}", number + 1
    return key


@transaction.atomic
def send_back(pk, *, reason, by, at):
    """Return a contribution to be corrected (trả lại để sửa).

    Raises    NotAllowed; Conflict `open_data.contribution_state`; RuleBroken `open_data.reason_missing`
    Records   event `open_data.contribution.returned`
    """
    row = _waiting(pk, by)
    row.state = contributions.move(row.state, "returned")
    _decided(row, _reason(reason), by, at)


@transaction.atomic
def refuse(pk, *, reason, by, at):
    """Refuse a contribution (từ chối), and say why.

    Raises    as `send_back`
    Records   event `open_data.contribution.refused`
    """
    row = _waiting(pk, by)
    row.state = contributions.move(row.state, "refused")
    _decided(row, _reason(reason), by, at)


def _waiting(pk, by):
    access.require(by, "open_data.review", org=datasets.DEPARTMENT)
    row = models.Contribution.objects.select_for_update().exclude(state="draft").filter(pk=pk).first()  # fmt: skip
    if row is None:
        raise errors.NotFound("open_data.contribution_unknown", _("Không có đóng góp này."))
    if row.owner == by.ref:
        raise errors.NotAllowed("open_data.own_contribution", _("Người gửi không tự duyệt đóng góp của mình."))  # fmt: skip
    return row


def _reason(words):
    if not words.strip():
        raise errors.RuleBroken("open_data.reason_missing", _("Hãy nêu lý do để người gửi biết phải làm gì."))  # fmt: skip
    return words.strip()[:2000]


def _decided(row, reason, by, at):
    row.reason, row.decided_at, row.decided_by = reason, at, by.name
    row.save()
    facts = {"contribution": row.pk, "kind": row.kind, "state": row.state, "dataset": row.dataset}
    ledger.record(f"open_data.contribution.{row.state}", by=by, about=None, facts=facts)
    notify.send(
        f"open_data.{row.state}", to=row.owner, once=f"open_data/{row.pk}/{at.isoformat()}", by=by, at=at,
        facts={"title": row.title}, url=f"/dong-gop-du-lieu/{row.pk}/",
    )  # fmt: skip
