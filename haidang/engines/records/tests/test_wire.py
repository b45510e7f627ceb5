"""Statements as they go to the database."""

import pytest

from haidang.engines.records import wire


@pytest.mark.django_db
def test_what_asks_for_it_is_prepared_and_nothing_else():
    for _time in range(8):
        wire.rows("SELECT 'asked for'", prepare=True)
        wire.rows("SELECT 'did not ask'")

    prepared = [text for (text,) in wire.rows("SELECT statement FROM pg_prepared_statements")]

    assert "SELECT 'asked for'" in prepared
    assert "SELECT 'did not ask'" not in prepared
