"""What people answer: started, saved as they go, resumed elsewhere, completed once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.forms import answers as rules
from haidang.engines.forms import form, models, versions
from haidang.engines.ledger import api as ledger
from haidang.kernel import dates, errors, ids


@dataclass(frozen=True)
class Response:
    """The answers of one person to one version of a form."""

    id: str
    form: form.Form
    owner: str
    about: str
    answers: dict
    revision: int
    saved_at: datetime
    completed_at: datetime | None


def start(key, *, by, on, about="", known=None):
    """Start answering a form, with what is known already filled in.

    known    values by the names that the form's `prefill` uses, such as `person.name`

    Raises    NotFound `forms.unknown`
    """
    version = versions.current(key, on)
    row = models.Response.objects.create(
        id=ids.new_id(),
        version=models.Version.objects.get(key=key, number=version.number),
        owner=by.ref,
        about=about,
        answers=_prefilled(version.form.items, known or {}),
    )
    return describe(row)


def _prefilled(items, known):
    found = {}
    for item in items:
        if item.type == "group" and not item.repeats:
            inside = _prefilled(item.items, known)
            if inside:
                found[item.link_id] = inside
        elif item.prefill and known.get(item.prefill) not in (None, ""):
            found[item.link_id] = known[item.prefill]
        elif item.initial is not None:
            found[item.link_id] = item.initial
    return found


@transaction.atomic
def save(response_id, given, *, by, revision):
    """Keep answers, complete or not.

    revision    the one that the page was made from

    Raises    NotFound `forms.response_unknown`; Conflict `forms.saved_elsewhere` (facts:
              revision), `forms.completed`
    """
    row = _open(response_id, by)
    if row.revision != revision:
        raise errors.Conflict(
            "forms.saved_elsewhere",
            _(
                "Tờ khai đã được sửa trên thiết bị khác. Những gì bạn vừa nhập vẫn ở trên trang này;"
                " hãy tải bản mới nhất rồi nhập tiếp."
            ),
            revision=row.revision,
        )
    today = timezone.now().astimezone(dates.HANOI).date()
    row.answers = rules.settle(describe(row).form, given, today=today)
    row.revision += 1
    row.saved_at = timezone.now()
    row.save(update_fields=["answers", "revision", "saved_at"])
    return describe(row)


@transaction.atomic
def complete(response_id, *, by, on):
    """Complete a response (hoàn thành tờ khai), judged by the version it was started with.

    The same again changes nothing.

    Raises    NotFound `forms.response_unknown`; RuleBroken `forms.incomplete` (facts: issues)
    Records   event `forms.response.completed` (facts: key, version)
    """
    row = _mine(response_id, by)
    if row.completed_at:
        return describe(row)
    found = describe(row)
    problems = rules.check(found.form, found.answers, today=on)
    if problems:
        issues = [{"expression": p.path, "message": p.message} for p in problems]
        raise errors.RuleBroken(
            "forms.incomplete", _("Tờ khai còn chỗ cần sửa hoặc điền thêm."), issues=issues
        )
    row.completed_at = timezone.now()
    row.save(update_fields=["completed_at"])
    facts = {"key": found.form.key, "version": found.form.version}
    ledger.record("forms.response.completed", by=by, record=f"Response/{row.pk}", facts=facts)
    return describe(row)


def response(response_id, *, by):
    """A response of the asker's own.

    Raises    NotFound `forms.response_unknown`
    """
    return describe(_mine(response_id, by, lock=False))


def fetch(response_id):
    """A response for whoever holds the matter it belongs to; the caller has checked that.

    Raises    NotFound `forms.response_unknown`
    """
    row = models.Response.objects.select_related("version").filter(pk=response_id).first()
    if row is None:
        raise _unknown()
    return describe(row)


def unfinished(*, by):
    """The asker's responses that wait to be completed, the latest first."""
    rows = models.Response.objects.select_related("version").filter(owner=by.ref, completed_at=None)
    return [describe(row) for row in rows.order_by("-saved_at")[:100]]


def problems(found, *, on):
    """What is still to mend in a response."""
    return rules.check(found.form, found.answers, today=on)


def _open(response_id, by):
    row = _mine(response_id, by)
    if row.completed_at:
        raise errors.Conflict(
            "forms.completed", _("Tờ khai này đã hoàn thành, không sửa được nữa.")
        )
    return row


def _mine(response_id, by, *, lock=True):
    rows = models.Response.objects.select_related("version")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = rows.filter(pk=response_id, owner=by.ref).first()
    if row is None:
        raise _unknown()
    return row


def _unknown():
    return errors.NotFound("forms.response_unknown", _("Không có tờ khai này."))


def describe(row):
    return Response(
        row.pk,
        form.known(row.version.definition),
        row.owner,
        row.about,
        row.answers,
        row.revision,
        row.saved_at,
        row.completed_at,
    )
