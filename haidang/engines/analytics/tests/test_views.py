"""Every element of SQL on FHIR views, on every engine; the interpreter is the independent check."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest
import yaml

from haidang.engines.analytics.views import definition, duckdb_sql, plan, running
from haidang.kernel import errors

FOLDER = Path(__file__).parent / "cases"
ENGINES = ["duckdb", "interpreter", *(["spark"] if find_spec("pyspark") else [])]


def _cases():
    for path in sorted(FOLDER.glob("*.yaml")):
        held = yaml.safe_load(path.read_text())
        for case in held["cases"]:
            for engine in ENGINES:
                if engine == "interpreter" and "not_interpreted" in case:
                    continue
                yield pytest.param(held["resources"], case, engine, id=f"{case['title']}-{engine}")


def _sorted(rows):
    return sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


def _plain(rows):
    """Whole numbers are one number, however they are written."""
    return json.loads(
        json.dumps(rows),
        parse_float=lambda n: int(float(n)) if float(n) == int(float(n)) else float(n),
    )


@pytest.mark.parametrize(("resources", "case", "engine"), _cases())
def test_a_view_gives(resources, case, engine):
    if "refused" in case:
        with pytest.raises(errors.Incorrect) as refusal:
            running.run_view(case["view"], resources, engine)
        assert refusal.value.code == f"analytics.{case['refused']}"
        return

    found = running.run_view(case["view"], resources, engine)

    assert _sorted(_plain(found)) == _sorted(_plain(case["rows"]))
    assert all(list(row) == list(case["rows"][0]) for row in found)


def _fits_columns(view):
    """Whether a view may be read from typed columns: the lake keeps as text what these cannot hold."""
    try:
        made = plan.make(definition.read(view))
    except errors.Incorrect:
        return False
    return not any(each.whole or each.exact or each.sibling for each in made.shape.walk())


def _column_cases():
    for path in sorted(FOLDER.glob("*.yaml")):
        held = yaml.safe_load(path.read_text())
        for case in filter(lambda one: _fits_columns(one["view"]), held["cases"]):
            yield pytest.param(held["resources"], case, id=case["title"])


def _over_columns(view, resources):
    """The rows of a view over typed columns made of the resources, as the lake makes them."""
    made, writer = plan.make(definition.read(view)), duckdb_sql.DuckDB()
    shape = made.shape
    shape.children.pop("resourceType", None)
    names = ", ".join(f'r."{name}" AS "{name}"' for name in shape.children) or "1 AS nothing"
    with running.as_file(resources, digits=False) as path, duckdb.connect() as connection:
        kept = f"SELECT json FROM read_ndjson_objects('{path}') WHERE json->>'resourceType' = '{made.resource}'"
        read = f"json_transform(json, {duckdb_sql.columns(shape)})" if shape.children else "1"
        connection.execute(
            f"CREATE TABLE held AS SELECT {names} FROM (SELECT {read} AS r FROM ({kept}))"
        )
        try:
            found = connection.execute(
                writer.query(made, writer.typed_scan(made, "held")), writer.parameters
            )
            return list(running.rows(made, found.fetchall()))
        except duckdb.Error as why:
            raise running.refused(str(why)) from why


@pytest.mark.parametrize(("resources", "case"), _column_cases())
def test_a_view_over_typed_columns_gives(resources, case):
    if "refused" in case:
        with pytest.raises(errors.Incorrect) as refusal:
            _over_columns(case["view"], resources)
        assert refusal.value.code == f"analytics.{case['refused']}"
        return

    assert _sorted(_plain(_over_columns(case["view"], resources))) == _sorted(_plain(case["rows"]))


@pytest.mark.parametrize("engine", ["duckdb", "interpreter"])
@pytest.mark.parametrize("line", ["{broken", "[]", '"text"', '{"id": "x"}', "7"])
def test_a_line_that_is_no_resource_is_told(tmp_path, engine, line):
    path = tmp_path / "in.ndjson"
    path.write_text('{"resourceType": "Patient", "id": "a"}\n\n' + line + "\n")
    view = {"resource": "Patient", "select": [{"column": [{"name": "id", "path": "id"}]}]}

    with pytest.raises(errors.Incorrect) as fault:
        running.run_view(view, path, engine)

    assert fault.value.code == "analytics.view_resource_unreadable"


def test_digits_as_written_decide_a_boundary(tmp_path):
    path = tmp_path / "in.ndjson"
    path.write_text(
        '{"resourceType": "Observation", "id": "a", "valueQuantity": {"value": 1.10}}\n'
    )
    value = "value.ofType(Quantity).value"
    columns = [
        {"name": "low", "path": f"{value}.lowBoundary()"},
        {"name": "twice", "path": f"{value} * 2"},
    ]

    (row,) = running.run_view({"resource": "Observation", "select": [{"column": columns}]}, path)

    assert row == {"low": 1.095, "twice": 2.2}


def test_a_view_needs_neither_settings_nor_database(tmp_path):
    path = tmp_path / "in.ndjson"
    path.write_text('{"resourceType": "Patient", "id": "a"}\n')
    code = (
        "from haidang.engines.analytics.api import run_view\n"
        "view = {'resource': 'Patient', 'select': [{'column': [{'name': 'id', 'path': 'id'}]}]}\n"
        f"assert run_view(view, {str(path)!r}) == run_view(view, [{{'resourceType': 'Patient', 'id': 'a'}}]) == [{{'id': 'a'}}]\n"
        "try:\n    run_view({'resource': 'Patient', 'select': [{'column': [{'name': 'x', 'path': 'y'}]}]}, [])\n"
        "except Exception as why:\n    assert why.code == 'analytics.view_path_unknown', why\n"
        "else:\n    raise AssertionError\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "HAIDANG"))}

    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
