# ruff: noqa: S608 - names of our own, and paths of our own folder
"""Delta tables: written with the place in the change sequence in the same commit."""

import threading
from urllib.parse import unquote

import duckdb
import pyarrow
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake

from haidang.engines.analytics.lake import layout

_FEED = "haidang.feed"
_LAYOUT = "haidang.layout"
_WRITER = WriterProperties(compression="ZSTD", max_row_group_size=122_880)
_ROWS_A_BATCH = 20_000
_OWN = threading.local()


def opened(type, *, within=None):
    """The Delta table of a type, or None when nothing of it was ever written."""
    path = str(layout.table(type, within=within))
    return DeltaTable(path) if DeltaTable.is_deltatable(path) else None


def types(*, within=None):
    """The resource types that have a table."""
    base = within or layout.folder()
    return sorted(path.parent.name for path in base.glob("*/_delta_log"))


def files(table):
    """Paths of a table's files; deltalake tells them as addresses, a space as %20 and ử as %E1%BB%AD."""
    return sorted(map(unquote, table.file_uris()))


def place(table):
    """The number of the last change that a table holds."""
    found = table.transaction_version(_FEED) if table is not None else None
    return found or 0


def append(type, rows, seq, *, within=None):
    """Add versions up to change `seq` in one commit; those that are there already are left out.

    rows    tuples in the order of `layout.OWN`

    Returns the table, None when it is new
    """
    table = opened(type, within=within)
    known = place(table)
    fresh = [row for row in rows if row[1] > known]
    if not fresh:
        return table
    if table is not None and not fits(table, type):
        rewrite(type, within=within)
        table = opened(type, within=within)
    _write(type, _typed(type, fresh), "append", seq, within=within, table=table)
    return table


def fits(table, type):
    """True when the table has the columns that the published views ask for now."""
    return table.transaction_version(_LAYOUT) == layout.digest(type)


def rewrite(type, *, within=None):
    """Write a table anew: replaced versions left out, columns of today, a month beside a month.

    Rows of one month lie together, as the feed brought them, so that figures of a quarter read
    the row groups of that quarter; within a month they are sorted by bucket.
    """
    table = opened(type, within=within)
    own = ", ".join(name for name, *_ in layout.OWN if name != "_replaces")
    order = ", ".join(name for name, *_ in layout.OWN)
    with duckdb.connect() as connection:
        kept = f"SELECT {own}, false AS _replaces FROM {current(table, type)}"  # noqa: S608
        query = layout.of_text(type, f"(SELECT {order} FROM ({kept}))")
        month = layout.month(type)
        found = connection.sql(
            f"SELECT * FROM ({query}) ORDER BY {month}, _bucket, _patient, _rid"
        ).to_arrow_reader(_ROWS_A_BATCH)
        _write(type, found, "overwrite", place(table), within=within)


def is_worn(type):
    """True when a fifth of a table's rows may be replaced versions, or its columns are of yesterday."""
    table = opened(type)
    if not fits(table, type):
        return True
    paths = files(table)
    if not paths:
        return False
    with duckdb.connect() as connection:
        counted = "SELECT count(*), count(*) FILTER (WHERE _replaces) FROM read_parquet($files)"
        ((whole, replacing),) = connection.execute(counted, {"files": paths}).fetchall()
    return replacing * 5 > whole


def size(type):
    """{rows, files, bytes, version} of a table."""
    table = opened(type)
    files = pyarrow.table(table.get_add_actions(flatten=True))
    sums = {name: sum(files[name].to_pylist()) for name in ("num_records", "size_bytes")}
    return {
        "rows": sums["num_records"],
        "files": files.num_rows,
        "bytes": sums["size_bytes"],
        "version": table.version(),
    }


def forget(type, patient):
    """Remove the versions of a person's records, and the files in which they stood."""
    table = opened(type)
    gone = table.delete(f"_patient = {int(patient)} AND NOT _deleted")
    if gone["num_deleted_rows"]:
        # Readers of a moment ago may fail and ask again; what had to go is gone.
        table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)


def drop_old_files(type):
    """Remove files that no version of the last hour reads."""
    opened(type).vacuum(retention_hours=1, dry_run=False, enforce_retention_duration=False)


def current(table, type, *, deleted=False):
    """Table expression of the newest versions, over the table's files.

    deleted    True to have the versions that delete, too
    """
    paths = ", ".join("'" + path.replace("'", "''") + "'" for path in files(table))
    if not paths:
        empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in layout.columns(type))
        return f"(SELECT {empty} WHERE false)"  # noqa: S608 - names of our own
    rows = f"read_parquet([{paths}])"
    newer = f"(SELECT _rid, max(_version) AS newest FROM {rows} WHERE _replaces GROUP BY _rid)"  # noqa: S608
    kept = "" if deleted else " WHERE NOT o._deleted"
    return (
        f"(SELECT o.* FROM {rows} AS o ANTI JOIN {newer} AS n"  # noqa: S608
        f" ON o._rid = n._rid AND o._version < n.newest{kept})"
    )


def _typed(type, rows):
    schema = pyarrow.schema([(name, _ARROW[kind]) for name, kind, _ in layout.OWN])
    rows = sorted(rows, key=lambda row: (row[7] is None, row[7], row[6] or 0, row[0], row[2]))
    columns = [
        pyarrow.array(list(values), schema.field(i).type)
        for i, values in enumerate(zip(*rows, strict=True))
    ]
    given = pyarrow.table(columns, schema=schema)
    connection = _workshop()
    connection.register("given", given)
    try:
        return connection.sql(layout.of_text(type, "given")).to_arrow_table()
    finally:
        connection.unregister("given")


def _workshop():
    """A connection of this thread's own: opening one costs more than most of its work."""
    if not hasattr(_OWN, "connection"):
        _OWN.connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    return _OWN.connection


_ARROW = {
    "BIGINT": pyarrow.int64(),
    "INTEGER": pyarrow.int32(),
    "SMALLINT": pyarrow.int16(),
    "BOOLEAN": pyarrow.bool_(),
    "VARCHAR": pyarrow.string(),
    "TIMESTAMPTZ": pyarrow.timestamp("us", tz="UTC"),
}


def _write(type, data, mode, seq, *, within=None, table=None):
    """One commit: the rows, how far the table has followed the changes, and its layout."""
    path = layout.table(type, within=within)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_deltalake(
        table or str(path),
        data,
        mode=mode,
        schema_mode="overwrite" if mode == "overwrite" else None,
        writer_properties=_WRITER,
        commit_properties=CommitProperties(
            app_transactions=[Transaction(_FEED, seq), Transaction(_LAYOUT, layout.digest(type))]
        ),
    )
