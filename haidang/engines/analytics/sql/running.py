"""Runs an analyst's query on a locked DuckDB: bounded in rows, time and memory."""

import hashlib
import threading
from dataclasses import dataclass

import duckdb
from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.analytics.engines import duck, marts
from haidang.engines.analytics.lake import feed, layout
from haidang.engines.analytics.sql import guard
from haidang.engines.analytics.views import definition, emitter, plan, published
from haidang.engines.analytics.views import running as views
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors

_MEMORY = "512MB"
_SIMPLE = (str, int, float, bool, type(None))


@dataclass(frozen=True)
class Answer:
    """What a query gave.

    cut       True when there were more rows than may be given
    data_at   when the newest change that was read was written
    """

    columns: list
    rows: list
    cut: bool
    data_at: object


def tables():
    """What may be read: {name: title} of published views and marts."""
    found = {name: content["title"] for name, content in published.all().items()}
    return found | {name: marts.contracts()[name].title for name in marts.published()}


def run_sql(text, parameters=None, *, by, limit=None):
    """Run an analyst's SQL (truy vấn phân tích). The caller has asked whether they may.

    parameters    {name: text, number or flag}, bound and never spliced
    limit         rows at most, never more than HAIDANG_SQL_ROWS

    Raises    Incorrect `analytics.sql_unreadable`, `.sql_refused`, `.sql_parameters`;
              RuleBroken `analytics.sql_failed`, `.sql_too_long`
    Records   event `analytics.sql.run`
    """
    query = guard.check(text, tables())
    values = values_of(query, parameters or {})
    most = min(limit or settings.HAIDANG_SQL_ROWS, settings.HAIDANG_SQL_ROWS)
    answer = _run(f"SELECT * FROM ({query.sql}) AS asked LIMIT {most + 1}", values, most)  # noqa: S608 - judged and rewritten by guard
    _record(text, query.reads, answer, by)
    return answer


def run_definition(content, *, by, limit=None):
    """Run a ViewDefinition over the lake; else as `run_sql`.

    Raises    Incorrect `analytics.view_*`
    """
    made = plan.make(definition.read(content))
    most = min(limit or settings.HAIDANG_SQL_ROWS, settings.HAIDANG_SQL_ROWS)
    writer = duck.duckdb_sql.DuckDB()
    sql = writer.query(made, duck.scan_sql(writer, made))
    answer = _run(f"SELECT * FROM ({sql}) AS asked LIMIT {most + 1}", writer.parameters, most)  # noqa: S608 - from our own compiler
    _record(str(content.get("url") or content.get("name") or ""), [made.resource], answer, by)
    return answer


def values_of(query, given):
    """What is to be bound in a query.

    Raises    Incorrect `analytics.sql_parameters`
    """
    lacking = sorted({*query.names} - {*given})
    odd = sorted(name for name, value in given.items() if not isinstance(value, _SIMPLE))
    if lacking or odd:
        message = _("Thiếu tham số, hoặc tham số không phải giá trị đơn giản: %(names)s.")
        names = ", ".join([*lacking, *odd])[:200]
        raise errors.Incorrect("analytics.sql_parameters", message % {"names": names}, names=names)
    return {name: given[name] for name in query.names}


def _run(sql, values, most):
    with duck.opened(memory=_MEMORY, locked=layout.home(), texts=[sql]) as session:
        place = feed.place()
        late = threading.Timer(settings.HAIDANG_SQL_SECONDS, session.interrupt)
        late.start()
        try:
            columns, rows = session.table(sql, values, most + 1)
        except duckdb.InterruptException as why:
            message = _("Câu truy vấn chạy quá %(seconds)d giây; hãy thêm điều kiện.")
            raise errors.RuleBroken(
                "analytics.sql_too_long", message % {"seconds": settings.HAIDANG_SQL_SECONDS}
            ) from why
        except duckdb.Error as why:
            raise failed(str(why)) from why
        finally:
            late.cancel()
    return Answer(columns, rows[:most], len(rows) > most, place.at)


def failed(told):
    """A fault of the engine, without what it tells of our folders."""
    if emitter.PLURAL in told:
        return views.refused(told)
    told = told.replace(str(layout.home()), "lake").splitlines()[0][:300]
    return errors.RuleBroken(
        "analytics.sql_failed", _("Câu truy vấn không chạy được: %(told)s") % {"told": told}
    )


def _record(text, reads, answer, by):
    """Who asked what of which tables; the text itself may name people, so only its mark is kept."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    facts = {"query": digest, "reads": sorted(reads), "rows": len(answer.rows)}
    ledger.record("analytics.sql.run", by=by, facts=facts)
