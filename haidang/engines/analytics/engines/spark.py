"""Apache Spark with the published views over the lake: the same views and indicators on a cluster."""

import contextlib
import re

from haidang.engines.analytics.engines import duck, marts
from haidang.engines.analytics.lake import layout, tables
from haidang.engines.analytics.views import published, running, shapes, spark_running, spark_sql
from haidang.kernel import errors

_FUNCTIONS = """
CREATE OR REPLACE TEMPORARY FUNCTION days_between(earlier STRING, later STRING) RETURNS INT
  RETURN date_diff(TRY_CAST(left(later, 10) AS DATE), TRY_CAST(left(earlier, 10) AS DATE));
CREATE OR REPLACE TEMPORARY FUNCTION age_at(born STRING, day STRING) RETURNS INT
  RETURN TRY_CAST(left(day, 4) AS INT) - TRY_CAST(left(born, 4) AS INT)
  - CASE WHEN length(born) >= 10 AND substr(born, 6, 5) > substr(day, 6, 5) THEN 1 ELSE 0 END;
CREATE OR REPLACE TEMPORARY FUNCTION age_band(age INT) RETURNS STRING
  RETURN CASE WHEN age < 0 OR age IS NULL THEN NULL WHEN age < 1 THEN '0' WHEN age < 5 THEN '1-4'
  WHEN age < 15 THEN '5-14' WHEN age < 25 THEN '15-24' WHEN age < 45 THEN '25-44' WHEN age < 60 THEN '45-59'
  WHEN age < 75 THEN '60-74' ELSE '75+' END;
"""


class Session:
    """What `duck.Session` is, on Spark."""

    engine = "spark"

    def rows(self, sql, parameters=None, *, limit=None, sums=False):
        """Rows as dictionaries; `$name` in the SQL is bound to a parameter. `sums` changes nothing."""
        used = {k: v for k, v in (parameters or {}).items() if re.search(rf"\$({k})\b", sql)}
        text = re.sub(r"\$(\w+)", r":\1", sql)
        try:
            found = spark_running.session().sql(text, args=used)
            held = found.limit(limit).collect() if limit else found.collect()
        except Exception as why:
            raise errors.RuleBroken("analytics.sql_failed", _told(why)) from why
        return [row.asDict(recursive=True) for row in held]

    def lineage(self, names):
        return duck.lineage(names)


def _told(why):
    """As `duck._told`."""
    of_query = type(why).__name__ in ("AnalysisException", "ParseException")
    return str(why)[:500] if of_query else type(why).__name__


@contextlib.contextmanager
def opened(*, within=None, asked=(), values=None, texts=None):
    """A session whose views are the published ones, over the lake as it is now.

    asked, values, texts    as in `duck.opened`; Spark keeps nothing, its cluster reads side by side
    """
    session = spark_running.session()
    for statement in _FUNCTIONS.split(";"):
        if statement.strip():
            session.sql(statement)
    for name in published.all():
        _view(session, name, within)
    for name in marts.published():
        table = marts.table(name)
        fields = ", ".join(f"`{f.name}` {_TYPES[str(f.type)]}" for f in table.schema)
        rows = [tuple(row.values()) for row in table.to_pylist()]
        session.createDataFrame(rows, fields).createOrReplaceTempView(name)
    yield Session()


_TYPES = {"string": "string", "int64": "bigint", "double": "double", "bool": "boolean"}


def _view(session, name, within):
    plan, writer = published.made(name), spark_sql.Spark()
    source = f"lake_{plan.resource.lower()}"
    _source(session, plan.resource, source, within)
    if shapes.covers(layout.shape(plan.resource), plan.shape):
        query = writer.query(plan, writer.typed_scan(plan, source))
    else:
        query = writer.query(plan, writer.json_scan(plan, f"(SELECT _body AS json FROM {source})"))  # noqa: S608 - a name of our own
    try:
        session.sql(query, args=writer.parameters).createOrReplaceTempView(name)
    except Exception as why:
        raise running.refused(str(why)) from why


def _source(session, type, name, within):
    """The newest versions of a resource type in the lake, as a temporary view."""
    table = tables.opened(type, within=within)
    files = tables.files(table) if table is not None else []
    if not files:
        fields = ", ".join(
            f"`{key}` {spark_sql.column_type(child)}"
            for key, child in layout.shape(type).children.items()
        )
        own = ", ".join(f"`{key}` {_OWN.get(kind, kind)}" for key, kind, _m in layout.OWN)
        session.createDataFrame(
            [], f"{own}{', ' + fields if fields else ''}"
        ).createOrReplaceTempView(name)
        return
    session.read.parquet(*files).createOrReplaceTempView(f"{name}_versions")
    newest = (
        f"SELECT _rid, max(_version) AS newest FROM {name}_versions WHERE _replaces GROUP BY _rid"  # noqa: S608 - names of our own
    )
    session.sql(
        f"SELECT o.* FROM {name}_versions AS o LEFT ANTI JOIN ({newest}) AS n"  # noqa: S608 - names of our own
        " ON o._rid = n._rid AND o._version < n.newest WHERE NOT o._deleted"
    ).createOrReplaceTempView(name)


_OWN = {"VARCHAR": "STRING", "TIMESTAMPTZ": "TIMESTAMP"}
