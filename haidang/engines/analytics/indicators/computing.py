# ruff: noqa: S608 - the SQL is that of our own indicator files
"""Computes indicators: one SQL each, summed for the whole city and for each breakdown."""

import logging

from django.db import transaction
from django.utils import timezone

from haidang.engines.analytics import engines, models
from haidang.engines.analytics.indicators import catalogue
from haidang.engines.analytics.lake import feed
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors

log = logging.getLogger("haidang.analytics")
_NOTHING = {"breakdown": "", "key": "", "numerator": None, "denominator": None, "row_count": 0}


def compute(code, period, *, by):
    """Compute one indicator for a period and keep it (tính một chỉ tiêu).

    Returns   the row of `models.Computation`; state `no_source` names what does not exist yet
    Records   event `analytics.indicator.computed`
    """
    return compute_many([code], period, by=by)[0]


def compute_many(codes, period, *, by):
    """Compute indicators for one period on one state of the data; see `compute`."""
    wanted = [catalogue.get(code) for code in codes]
    texts = [one.sql for one in wanted if not one.missing()]
    with engines.opened(asked=texts, values=values(period), texts=texts) as session:
        place = feed.place()
        results = [_result(one, period, session) for one in wanted]
    with transaction.atomic():
        kept = [
            _keep(one, period, result, place, by)
            for one, result in zip(wanted, results, strict=True)
        ]
        facts = {"period": period.label, "indicators": len(kept)}
        ledger.record("analytics.indicator.computed", by=by, about=None, facts=facts)
    return kept


def compute_all(period, *, by):
    """Compute every indicator of the catalogue for a period."""
    return compute_many([one.code for one in catalogue.all()], period, by=by)


def values(period):
    """The parameters of an indicator's SQL."""
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def run(indicator, period, session):
    """The figures of an indicator on a session, without keeping them.

    Returns   [{breakdown, key, numerator, denominator, rows}], the whole first (breakdown "")
    """
    summed = session.rows(_summed(indicator), values(period), sums=True)
    found = [row for row in summed if row["key"] is not None]
    whole = [row for row in found if not row["breakdown"]]
    return [*(whole or [_NOTHING]), *(row for row in found if row["breakdown"])]


def counted(indicator, period, session, *, limit, where=()):
    """The rows that an indicator counts, for who may see them.

    where    (breakdown, key) pairs to keep
    """
    given, tests = values(period), []
    for number, (breakdown, key) in enumerate(where):
        if breakdown not in indicator.breakdowns:
            continue
        tests.append(f"CAST({breakdown} AS VARCHAR(200)) = $key{number}")
        given[f"key{number}"] = key
    kept = f" WHERE {' AND '.join(tests)}" if tests else ""
    return session.rows(f"SELECT * FROM ({indicator.sql}) AS counted{kept}", given, limit=limit)  # noqa: S608 - SQL of our own files


def _summed(indicator):
    """One pass over what is counted: the total and a sum for each breakdown."""
    over = {"mean": "sum(CASE WHEN numerator IS NOT NULL THEN 1 END)"}.get(
        indicator.kind, "sum(denominator)"
    )
    has_denominator = indicator.kind in ("share", "ratio", "mean")
    sums = f"sum(numerator) AS numerator, {over if has_denominator else 'NULL'} AS denominator, count(*) AS row_count"
    names = indicator.breakdowns
    if not names:
        return f"SELECT '' AS breakdown, '' AS key, {sums} FROM ({indicator.sql}) AS counted"
    which = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in names)
    key = " ".join(f"WHEN grouping({name}) = 0 THEN CAST({name} AS VARCHAR(200))" for name in names)
    sets = ", ".join(["()", *(f"({name})" for name in names)])
    return (
        f"SELECT CASE {which} ELSE '' END AS breakdown, CASE {key} ELSE '' END AS key, {sums}"
        f" FROM ({indicator.sql}) AS counted GROUP BY GROUPING SETS ({sets})"
    )


def _result(indicator, period, session):
    missing = indicator.missing()
    if missing:
        return {"state": "no_source", "missing": missing, "cells": [], "lineage": {}}
    try:
        cells = run(indicator, period, session)
    except errors.RuleBroken as why:
        # One broken definition must not take the others with it; it shows as what it is.
        log.exception("an indicator cannot be computed", extra={"facts": {"code": indicator.code}})
        return {"state": "failed", "missing": [why.message[:200]], "cells": [], "lineage": {}}
    return {
        "state": "ok" if cells[0]["row_count"] else "empty",
        "missing": [],
        "cells": cells,
        "lineage": {"tables": session.lineage(indicator.reads), "sql": indicator.sql},
        "engine": session.engine,
    }


def value_of(indicator, numerator, denominator):
    """The value of an indicator from its sums, or None where there is nothing to divide by."""
    if numerator is None:
        return None
    if indicator.kind == "yes_no":
        return 1.0 if numerator else 0.0
    if indicator.kind in ("count", "sum"):
        return float(numerator)
    return float(numerator) / float(denominator) * indicator.per if denominator else None


def _keep(indicator, period, result, place, by):
    whole = result["cells"][0] if result["cells"] else {}
    row = models.Computation.objects.create(
        indicator=indicator.code,
        version=indicator.version,
        digest=indicator.digest,
        definition=indicator.content,
        period_start=period.start,
        period_end=period.end,
        state=result["state"],
        missing=result["missing"],
        numerator=whole.get("numerator"),
        denominator=whole.get("denominator"),
        value=value_of(indicator, whole.get("numerator"), whole.get("denominator"))
        if result["state"] == "ok"
        else None,
        row_count=whole.get("row_count", 0),
        data_seq=place.seq,
        data_at=place.at,
        computed_at=timezone.now(),
        computed_by=by.ref,
        engine=result.get("engine", ""),
        lineage=result["lineage"],
    )
    models.Cell.objects.bulk_create(_cells(indicator, row, result["cells"][1:]), batch_size=1000)
    return row


def _cells(indicator, row, cells):
    for cell in cells:
        yield models.Cell(
            computation=row,
            breakdown=cell["breakdown"],
            key=cell["key"],
            numerator=cell["numerator"],
            denominator=cell["denominator"],
            value=value_of(indicator, cell["numerator"], cell["denominator"]),
            row_count=cell["row_count"],
        )
