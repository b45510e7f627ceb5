"""Spark gives what DuckDB gives: every published view and every indicator, on the same lake."""

import datetime
import json
from importlib.util import find_spec

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.analytics import engines
from haidang.engines.analytics.engines import marts
from haidang.engines.analytics.indicators import catalogue, computing
from haidang.engines.analytics.tests import city

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="needs the extra `spark`"),
]


@pytest.fixture
def fed(everything_open, lake):
    city.fill()
    return lake


def _both(ask, settings):
    found = {}
    for engine in ("duckdb", "spark"):
        settings.HAIDANG_ANALYTICS = engine
        with engines.opened() as session:
            assert session.engine == engine
            found[engine] = ask(session)
    return found["duckdb"], found["spark"]


def _sorted(rows):
    return sorted(
        json.dumps({k: _plain(v) for k, v in row.items()}, sort_keys=True, ensure_ascii=False)
        for row in rows
    )


def _plain(value):
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, float):
        return round(value, 6)
    return (
        int(value)
        if type(value).__name__ == "Decimal"
        else value.isoformat()
        if isinstance(value, datetime.date)
        else value
    )


def test_every_view_gives_the_same(fed, settings):
    def ask(session):
        return {name: _sorted(session.rows(f"SELECT * FROM {name}")) for name in analytics.views()}

    ours, theirs = _both(ask, settings)

    assert sum(map(len, ours.values())) > 50
    for name, rows in ours.items():
        assert theirs[name] == rows, name


def test_every_indicator_gives_the_same(fed, settings, monkeypatch):
    for name in marts.contracts():
        if name not in marts.published():
            monkeypatch.setitem(marts._given, name, list)
    march = analytics.period("2026-03")

    def ask(session):
        return {one.code: _sorted(computing.run(one, march, session)) for one in catalogue.all()}

    ours, theirs = _both(ask, settings)

    for code, cells in ours.items():
        assert theirs[code] == cells, code
