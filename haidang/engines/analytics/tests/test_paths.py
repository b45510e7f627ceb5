"""The lake stands in whatever folder it is given."""

from datetime import UTC, datetime

import duckdb
import pytest

from haidang.engines.analytics.lake import tables

AT = datetime(2026, 11, 1, tzinfo=UTC)
BODY = '{"resourceType": "Patient", "gender": "female"}'


def _row(number):
    return (number, number, 1, AT, False, False, number, 3, BODY)


@pytest.mark.parametrize("name", ["hồ dữ liệu", "50% of it", "it's here"])
def test_a_lake_is_read_in_a_folder_with_any_name(tmp_path, name):
    within = tmp_path / name

    tables.append("Patient", [_row(1), _row(2)], 2, within=within)
    tables.append("Patient", [_row(3)], 3, within=within)
    tables.rewrite("Patient", within=within)

    table = tables.opened("Patient", within=within)
    held = duckdb.sql(f"SELECT _rid, gender FROM {tables.current(table, 'Patient')} ORDER BY 1")
    assert held.fetchall() == [(1, "female"), (2, "female"), (3, "female")]
