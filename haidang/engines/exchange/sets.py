"""Many rows of one table with one statement: they travel as JSON, typed by the table itself.

The ORM builds an expression for every value of every row, which cost as much as the reading of
the dossiers.
"""

from django.db import connection

from haidang.kernel import fhirjson


def insert(table, columns, rows, after=""):
    """Insert objects by their attributes; return what `after` (ON CONFLICT …, RETURNING …) gives.

    columns   names of columns, which are names of attributes
    """
    names = ", ".join(f'"{name}"' for name in columns)
    return _run(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM {_rows(table)} {after}",  # noqa: S608
        columns,
        rows,
    )


def update(table, key, columns, rows):
    """Write the columns of objects whose `key` is in the table."""
    changes = ", ".join(f'"{name}" = fresh."{name}"' for name in columns)
    _run(
        f'UPDATE {table} AS old SET {changes} FROM {_rows(table)} WHERE old."{key}" = fresh."{key}"',  # noqa: S608
        [key, *columns],
        rows,
    )


def _rows(table):
    return f"json_populate_recordset(NULL::{table}, %s) AS fresh"


def _run(statement, columns, rows):
    told = [{name: getattr(row, name) for name in columns} for row in rows]
    if not told:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [fhirjson.dumps(told).decode()])
        return cursor.fetchall() if cursor.description else []
