"""Publishing a plan: data, checked, kept by version."""

from datetime import date
from pathlib import Path

from django.db import transaction

from haidang.engines.analytics import api as analytics
from haidang.engines.ledger import api as ledger
from haidang.kernel import yamlfile
from haidang.rooms.plan import domain, models

_FOLDER = Path(__file__).resolve().parents[1] / "data" / "plans"


def load_files(*, by):
    """Publish the plans that come with the product; one that somebody else changed since stays.

    Returns    how many were new or changed
    """
    before = models.Version.objects.count()
    for path in sorted(_FOLDER.glob("*.yaml")):
        definition = yamlfile.read(path)
        newest = (
            models.Version.objects.filter(key=definition.get("key")).order_by("-number").first()
        )
        if newest is None or newest.by_ref == by.ref:
            publish(definition, by=by)
    return models.Version.objects.count() - before


@transaction.atomic
def publish(definition, *, by):
    """Publish a version of a plan (ban hành kế hoạch); the same content again changes nothing.

    Raises    Incorrect `plan.plan_wrong`; NotFound `analytics.indicator_unknown`
    Records   event `plan.plan.published` (facts: key, number)
    """
    plan = domain.read(definition)
    for code in plan.indicators:
        analytics.indicator(code)
    content = _plain(definition)
    rows = models.Version.objects.select_for_update().filter(key=plan.key)
    newest = rows.order_by("-number").first()
    if newest and newest.definition == content:
        return newest.pk
    number = newest.number + 1 if newest else 1
    row = models.Version.objects.create(
        key=plan.key,
        number=number,
        definition=content,
        valid_from=plan.valid_from,
        by_ref=by.ref,
    )
    facts = {"key": plan.key, "number": number}
    ledger.record("plan.plan.published", by=by, org=domain.DEPARTMENT, facts=facts)
    return row.pk


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
