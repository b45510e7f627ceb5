"""Runs a view over resources, on the engine that is asked for."""

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import orjson

from haidang.engines.analytics.views import definition, duckdb_sql, emitter, plan
from haidang.engines.analytics.views.faults import _, wrong

ENGINES = ("duckdb", "spark", "interpreter")


def run_view(view, resources, engine="duckdb"):
    """The rows of a view over some resources, as a list of dictionaries.

    view         a ViewDefinition (SQL on FHIR 2.0 or 3.0), as read from JSON
    resources    resources as dictionaries, or the path of an NDJSON file; those of another type
                 than the view's are passed over
    engine       `duckdb`, `spark` (a local session, or HAIDANG_SPARK_MASTER) or `interpreter`

    Values are as in JSON: texts (dates too), numbers, booleans, lists, None for what is empty.
    Columns come in the order of their declaration. Needs no database and no settings.

    Raises    Incorrect `analytics.view_*` for a view that cannot be, `analytics.view_plural` for
              a column that found several values and is no collection
    """
    if engine not in ENGINES:
        raise wrong("engine_unknown", _("Không có máy tính toán «%(name)s»."), name=str(engine))
    read = definition.read(view)
    made = plan.make(read)
    if engine == "interpreter":
        from haidang.engines.analytics.views import interpreter

        return interpreter.run(read, _dictionaries(resources))
    if engine == "spark":
        from haidang.engines.analytics.views import spark_running

        return spark_running.run(made, resources)
    return _on_duckdb(made, resources)


def is_path(resources):
    return isinstance(resources, str | os.PathLike)


def lines(resources, *, digits):
    """Each resource as JSON text.

    digits    True when numbers must come with their digits as written: then as strings
    """
    if not is_path(resources):
        for one in resources:
            yield orjson.dumps(one, default=str).decode()
        return
    with Path(resources).open("rb") as file:
        for line in file:
            if line.strip():
                yield _with_digits(line) if digits else line.decode()


def _with_digits(line):
    from haidang.kernel import fhirjson

    return orjson.dumps(fhirjson.loads(line), default=str).decode()


def _dictionaries(resources):
    if not is_path(resources):
        return resources
    return (_loaded(line) for line in lines(resources, digits=False))


def _loaded(line):
    try:
        return orjson.loads(line)
    except ValueError:
        return None


def _on_duckdb(made, resources):
    import duckdb

    digits = any(shape.exact for shape in made.shape.walk())
    with as_file(resources, digits=digits) as path, duckdb.connect() as connection:
        writer = duckdb_sql.DuckDB()
        query = writer.query(made, writer.file_scan(made, path))
        try:
            return list(rows(made, connection.execute(query, writer.parameters).fetchall()))
        except duckdb.Error as why:
            raise refused(str(why)) from why


@contextlib.contextmanager
def as_file(resources, *, digits):
    """The path of a file with one resource a line; one of our own lasts as long as it is read."""
    if is_path(resources) and not digits:
        yield Path(resources)
        return
    with tempfile.TemporaryDirectory(prefix="haidang-view-") as folder:
        path = Path(folder, "resources.ndjson")
        with path.open("w", encoding="utf-8") as file:
            for line in lines(resources, digits=digits):
                file.write(line.rstrip() + "\n")
        yield path


def refused(told):
    """What an engine refused: a plural path by name, anything else as it stands."""
    if emitter.UNREADABLE in told:
        return wrong("resource_unreadable", _("Có dòng không phải là tài nguyên FHIR dạng JSON."))
    if emitter.PLURAL in told:
        path = told.partition(emitter.PLURAL)[2].partition("\n")[0].partition(" SQLSTATE")[0]
        return wrong(
            "plural",
            _("«%(path)s» cho nhiều giá trị; hãy dùng collection, first() hoặc forEach."),
            path=path,
        )
    return wrong("not_run", _("Không chạy được khung nhìn: %(told)s"), told=told[:500])


def rows(made, found):
    """Rows of an engine as dictionaries; whole elements come as JSON text and are read."""
    names = [name for name, *_ in made.columns]
    whole = [number for number, (_, type, _c) in enumerate(made.columns) if _is_whole(type)]
    for row in found:
        if whole:
            row = [_read(value) if number in whole else value for number, value in enumerate(row)]
        yield dict(zip(names, row, strict=True))


def _is_whole(type):
    from haidang.engines.analytics.views import elements

    return type is not None and elements.family(type) is None


def _read(value):
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_read(each) for each in value]
    return None if value is None else orjson.loads(value)
