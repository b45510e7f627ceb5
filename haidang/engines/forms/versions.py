"""Versions of forms: written as a draft, published with a date, never changed afterwards."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.forms import form, models
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors


@dataclass(frozen=True)
class Version:
    """A version of a form, with its definition as an officer edits it."""

    key: str
    number: int
    form: form.Form
    definition: dict
    valid_from: date | None
    valid_to: date | None
    published_at: datetime | None


@transaction.atomic
def save_draft(definition, *, by):
    """Save the draft of a form (bản nháp); there is at most one for each key.

    Raises    Incorrect `forms.definition_unreadable` (facts: issues)
    Records   event `forms.version.saved`
    """
    found = form.parse(definition)
    row = (
        models.Version.objects.select_for_update().filter(key=found.key, published_at=None).first()
    )
    row = row or models.Version(key=found.key, number=_next(found.key))
    row.definition = definition | {"version": row.number}
    row.by_ref = by.ref
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as why:
        raise errors.Conflict(
            "forms.draft_taken", _("Người khác vừa tạo bản nháp của biểu mẫu này; hãy mở bản đó.")
        ) from why
    ledger.record("forms.version.saved", by=by, facts={"key": found.key, "number": row.number})
    return describe(row)


def _next(key):
    last = models.Version.objects.filter(key=key).order_by("-number").first()
    return last.number + 1 if last else 1


@transaction.atomic
def publish(key, *, by, valid_from, valid_to=None):
    """Publish the draft of a form (ban hành) from a day on; the one before it ends there.

    Raises    NotFound `forms.no_draft`; RuleBroken `forms.dates_wrong`
    Records   event `forms.version.published` (facts: key, number, valid_from)
    """
    row = models.Version.objects.select_for_update().filter(key=key, published_at=None).first()
    if row is None:
        raise errors.NotFound("forms.no_draft", _("Biểu mẫu này không có bản nháp."))
    if valid_to and valid_to <= valid_from:
        raise errors.RuleBroken("forms.dates_wrong", _("Ngày hết hiệu lực phải sau ngày bắt đầu."))
    row.valid_from, row.valid_to, row.published_at = valid_from, valid_to, timezone.now()
    models.Version.objects.filter(key=key).exclude(published_at=None).filter(
        Q(valid_to=None) | Q(valid_to__gt=valid_from)
    ).update(valid_to=valid_from)
    row.save()
    facts = {"key": key, "number": row.number, "valid_from": valid_from.isoformat()}
    ledger.record("forms.version.published", by=by, facts=facts)
    return describe(row)


@transaction.atomic
def load(definition, *, by):
    """Bring a form from a file: published from its own date, once for each change of the file."""
    found = form.parse(definition)
    last = models.Version.objects.filter(key=found.key).exclude(published_at=None)
    last = last.order_by("-number").first()
    if last and _content(last.definition) == _content(definition):
        return describe(last)
    save_draft(_plain(definition), by=by)
    return publish(
        found.key, by=by, valid_from=found.valid_from or date(2025, 1, 1), valid_to=found.valid_to
    )


def _content(definition):
    return {k: v for k, v in _plain(definition).items() if k != "version"}


def _plain(value):
    """As JSON keeps it: dates of YAML become text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def current(key, on):
    """The version in force on a day.

    Raises    NotFound `forms.unknown`
    """
    rows = models.Version.objects.filter(key=key, valid_from__lte=on).exclude(published_at=None)
    row = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("-number").first()
    if row is None:
        raise errors.NotFound("forms.unknown", _("Không có biểu mẫu này vào ngày đó."))
    return describe(row)


def versions(key):
    """Every version of a form, newest first, the draft among them."""
    return [describe(row) for row in models.Version.objects.filter(key=key).order_by("-number")]


def catalogue():
    """The newest version of every form, by key."""
    rows = models.Version.objects.order_by("key", "-number").distinct("key")
    return [describe(row) for row in rows]


def describe(row):
    return Version(
        row.key,
        row.number,
        form.known(row.definition),
        row.definition,
        row.valid_from,
        row.valid_to,
        row.published_at,
    )
