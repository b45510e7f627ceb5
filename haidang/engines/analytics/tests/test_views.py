"""Every element of SQL on FHIR views, on every engine; the interpreter is the independent check."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from haidang.engines.analytics.views import running
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
