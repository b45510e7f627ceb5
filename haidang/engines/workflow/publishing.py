"""Models of processes: published as new versions, found by key."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import models, process, running
from haidang.kernel import errors


@dataclass(frozen=True)
class Model:
    """A version of a process; running cases keep theirs."""

    key: str
    number: int
    name: str
    process: process.Process
    published_at: datetime


@transaction.atomic
def publish(key, bpmn, *, by):
    """Publish a process (ban hành quy trình); the same file again changes nothing.

    Raises    Incorrect `workflow.model_wrong` (facts: issues); TooLarge `workflow.model_too_large`
    Records   event `workflow.model.published`
    """
    found = process.read(bpmn)
    last = models.Model.objects.select_for_update().filter(key=key).order_by("-number").first()
    if last and bytes(last.bpmn) == bytes(bpmn):
        return describe(last)
    row = models.Model.objects.create(
        key=key,
        number=last.number + 1 if last else 1,
        name=found.name or key,
        bpmn=bpmn,
        by_ref=by.ref,
    )
    ledger.record("workflow.model.published", by=by, facts={"key": key, "number": row.number})
    return describe(row)


@transaction.atomic
def load(key, bpmn, *, by):
    """Bring a process from a file: as `publish`, but what somebody else changed since stays.

    Returns   whether it is a new version
    """
    last = models.Model.objects.select_for_update().filter(key=key).order_by("-number").first()
    if last and (last.by_ref != by.ref or bytes(last.bpmn) == bytes(bpmn)):
        return False
    publish(key, bpmn, by=by)
    return True


def row_of(key, number=None):
    """The newest version of a process, or the one with a number.

    Raises    NotFound `workflow.model_unknown`
    """
    rows = models.Model.objects.filter(key=key).order_by("-number")
    row = (rows.filter(number=number) if number else rows).first()
    if row is None:
        raise errors.NotFound("workflow.model_unknown", _("Không có quy trình này."))
    return row


def model(key, number=None):
    """A version of a process; the newest without a number.

    Raises    NotFound `workflow.model_unknown`
    """
    return describe(row_of(key, number))


def catalogue():
    """The newest version of every process, by name."""
    rows = models.Model.objects.order_by("key", "-number").distinct("key")
    return sorted((describe(row) for row in rows), key=lambda one: one.name)


def versions(key):
    """Every version of a process, newest first."""
    return [describe(row) for row in models.Model.objects.filter(key=key).order_by("-number")]


def describe(row):
    found = running.process_of(bytes(row.bpmn))
    return Model(row.key, row.number, row.name, found, row.published_at)
