"""Sketches (bản đang soạn): what somebody is writing, kept with each step and judged by nobody yet.

A sketch counts its saves: a page that shows an older one is told so and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.forms import models
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors


@dataclass(frozen=True)
class Sketch:
    """Something being written; `kind` says what it will be, `revision` counts its saves."""

    kind: str
    key: str
    content: dict
    revision: int
    by_name: str
    saved_at: datetime


def sketch(kind, key):
    """The sketch of a key, or None."""
    row = models.Sketch.objects.filter(kind=kind, key=key).first()
    return _describe(row) if row else None


def sketches(kind):
    """Every sketch of a kind, the last saved first."""
    return [_describe(row) for row in models.Sketch.objects.filter(kind=kind).order_by("-saved_at")]


@transaction.atomic
def save_sketch(kind, key, content, *, by, revision):
    """Keep a sketch (lưu bản đang soạn).

    revision    the one that was changed; 0 for a new one

    Raises    Conflict `forms.sketch_changed` when somebody saved in between
    """
    row = models.Sketch.objects.select_for_update().filter(kind=kind, key=key).first()
    if (row.revision if row else 0) != revision:
        raise _changed(row)
    row = row or models.Sketch(kind=kind, key=key)
    row.content, row.revision, row.saved_at = content, revision + 1, timezone.now()
    row.by_ref, row.by_name = by.ref, by.name
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as why:
        raise _changed(None) from why
    return _describe(row)


def _changed(row):
    return errors.Conflict(
        "forms.sketch_changed",
        _(
            "{name} vừa sửa bản này ở nơi khác; trang đã mở lại bản mới nhất, hãy làm lại bước vừa rồi."
        ).format(name=row.by_name if row else _("Một người khác")),
    )


@transaction.atomic
def drop_sketch(kind, key, *, by):
    """Throw a sketch away (bỏ bản đang soạn); without one nothing happens.

    Records   event `forms.sketch.dropped` (facts: kind, key)
    """
    if models.Sketch.objects.filter(kind=kind, key=key).delete()[0]:
        ledger.record("forms.sketch.dropped", by=by, facts={"kind": kind, "key": key})


def _describe(row):
    return Sketch(row.kind, row.key, row.content, row.revision, row.by_name, row.saved_at)
