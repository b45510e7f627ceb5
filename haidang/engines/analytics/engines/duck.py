"""DuckDB with the published views over the lake."""

import contextlib
import re
import tempfile

import duckdb

from haidang.engines.analytics.engines import marts, passes
from haidang.engines.analytics.lake import layout, tables
from haidang.engines.analytics.views import duckdb_sql, published, shapes
from haidang.kernel import errors

#: Functions of our own, so that an indicator's SQL reads the same on both engines.
_MACROS = """
CREATE MACRO days_between(earlier, later) AS date_diff('day', TRY_CAST(left(earlier, 10) AS DATE), TRY_CAST(left(later, 10) AS DATE));
CREATE MACRO age_at(born, day) AS TRY_CAST(left(day, 4) AS INTEGER) - TRY_CAST(left(born, 4) AS INTEGER)
  - CASE WHEN length(born) >= 10 AND substr(born, 6, 5) > substr(day, 6, 5) THEN 1 ELSE 0 END;
CREATE MACRO age_band(age) AS CASE WHEN age < 0 OR age IS NULL THEN NULL WHEN age < 1 THEN '0' WHEN age < 5 THEN '1-4'
  WHEN age < 15 THEN '5-14' WHEN age < 25 THEN '15-24' WHEN age < 45 THEN '25-44' WHEN age < 60 THEN '45-59'
  WHEN age < 75 THEN '60-74' ELSE '75+' END;
"""


class Published(duckdb_sql.DuckDB):
    """For SQL views, which take no parameters: the texts of our own view files as literals."""

    def bound(self, value, type):
        if isinstance(value, bool) or value is None:
            return {True: "true", False: "false", None: "NULL"}[value]
        if isinstance(value, int | float):
            return repr(value)
        return "'" + value.replace("'", "''") + "'"


#: Raised for what stands in the query; others quote what stands in rows.
_OF_QUERY = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
)


class Session:
    """One connection. `lineage` gathers which table versions were read."""

    engine = "duckdb"

    def __init__(self, connection, made=None):
        self._connection = connection
        self._made = made or passes.Passes()

    def rows(self, sql, parameters=None, *, limit=None, sums=False):
        """Rows as dictionaries; `$name` in the SQL is bound to a parameter.

        sums    True when the rows show no keys: then a text that was asked for beforehand may
                read what is kept for it, where keys are numbers
        """
        if sums:
            sql = self._made.cheaper(sql, parameters or {})
        used = {k: v for k, v in (parameters or {}).items() if re.search(rf"\$({k})\b", sql)}
        try:
            found = self._connection.execute(sql, used)
            names = [column[0] for column in found.description]
            held = found.fetchmany(limit) if limit else found.fetchall()
        except duckdb.Error as why:
            raise errors.RuleBroken("analytics.sql_failed", _told(why)) from why
        return [dict(zip(names, row, strict=True)) for row in held]

    def table(self, sql, values, most):
        """Columns and rows as tuples; errors of DuckDB as they are."""
        found = self._connection.execute(sql, values)
        return [column[0] for column in found.description], found.fetchmany(most)

    def stream(self, sql, values):
        """A result to fetch from, batch by batch."""
        return self._connection.execute(sql, values)

    def arrow(self, sql, values, rows):
        """A result as Arrow batches of so many rows."""
        return self._connection.sql(sql, params=values or None).to_arrow_reader(rows)

    def interrupt(self):
        self._connection.interrupt()

    def names(self):
        """The views and marts that can be read."""
        found = self._connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main'"
        ).fetchall()
        return {name for (name,) in found}

    def lineage(self, names):
        """Which version of which table the views stand on: {resource type: version}."""
        return lineage(names)


def _told(why):
    """What DuckDB says of a query, and of rows its kind alone: it is kept, and shown to many."""
    return str(why)[:500] if isinstance(why, _OF_QUERY) else type(why).__name__


@contextlib.contextmanager
def opened(*, within=None, memory="1GB", threads=2, locked=None, asked=(), values=None, texts=None):
    """A session whose views are the published ones, over the lake as it is now.

    locked    a folder: nothing outside it can be read, nothing written, no setting changed
    asked     the SQL texts that will be run for their sums, and `values` their parameters: what
              several of them read of a view is read once; what memory cannot hold goes to disk
    texts     the only SQL texts that will be run, where that is known: a view or mart that none of
              them names is not made, for making one reads the table beneath it
    """
    with tempfile.TemporaryDirectory(prefix="haidang-figures-") as folder:
        connection = duckdb.connect()
        try:
            connection.execute(
                f"SET memory_limit = '{memory}'; SET threads = {int(threads)}; SET TimeZone = 'Asia/Ho_Chi_Minh';"
                f" SET temp_directory = '{folder}'; SET preserve_insertion_order = false"
            )
            connection.execute(_MACROS)
            for name in _named(marts.published(), texts):
                _keep(connection, name)
            if locked:
                _lock(connection, locked)
            for name in _named(published.all(), texts):
                connection.execute(f'CREATE VIEW "{name}" AS {view_sql(name, within=within)}')
            made = passes.plan(asked, values or {})
            for statement in made.statements:
                connection.execute(statement)
            yield Session(connection, made)
        finally:
            connection.close()


def _named(names, texts):
    """Those of the names that stand in one of the texts as words, whoever is meant by them."""
    if texts is None:
        return list(names)
    words = set(re.findall(r"\w+", " ".join(texts).lower()))
    return [name for name in names if name in words]


def _keep(connection, name):
    """Copy a mart into the connection, so that no Python object is within reach of a query."""
    connection.register("given", marts.table(name))
    connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM given')  # noqa: S608 - a name of our own
    connection.unregister("given")


def _lock(connection, folder):
    path = str(folder).replace("'", "''")
    connection.execute(
        f"SET allowed_directories = ['{path}/']; SET python_enable_replacements = false"
    )
    connection.execute(
        "SET temp_directory = ''; SET enable_external_access = false; SET lock_configuration = true"
    )


def view_sql(name, *, within=None):
    """The SQL of a published view over the lake: over typed columns where they hold what it reads."""
    plan, writer = published.made(name), Published()
    return writer.query(plan, scan_sql(writer, plan, within=within))


def scan_sql(writer, plan, *, within=None):
    """The scan of a plan over the lake."""
    source = source_sql(plan.resource, within=within)
    if shapes.covers(layout.shape(plan.resource), plan.shape):
        return writer.typed_scan(plan, source)
    text = f"(SELECT _body AS json FROM {source})"  # noqa: S608 - table expression of our own
    return writer.json_scan(plan, text)


def source_sql(type, *, within=None):
    """The newest versions of a resource type in the lake, as a table expression."""
    table = tables.opened(type, within=within)
    if table is not None and tables.fits(table, type):
        return tables.current(table, type)
    if table is None:
        nothing = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in layout.columns(type))
        return f"(SELECT {nothing} WHERE false)"  # noqa: S608 - names of our own
    own = ", ".join(name for name, *_ in layout.OWN)
    newest = f"(SELECT {own} FROM {tables.current(table, type)})"  # noqa: S608 - names of our own
    return f"({layout.of_text(type, newest)})"


def lineage(names, *, within=None):
    """Which version of which table the views stand on: {resource type: version}."""
    types = {published.all()[name]["resource"] for name in names if name in published.all()}
    found = {type: tables.opened(type, within=within) for type in sorted(types)}
    return {type: table.version() if table is not None else None for type, table in found.items()}
