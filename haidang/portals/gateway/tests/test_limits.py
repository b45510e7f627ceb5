"""A question that the database cannot answer in time is ended and told so."""

import pytest
from django.db import connection

from haidang.engines.records import api as records
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of

pytestmark = pytest.mark.django_db


def test_a_search_that_takes_too_long_is_ended(monkeypatch):
    client = Fhir("31001")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
    really = records.search

    def slowly(*arguments, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return really(*arguments, **options)

    monkeypatch.setattr(records, "search", slowly)

    refused = client.get("Observation")

    assert (refused.status_code, code_of(refused)) == (503, "fhir.took_too_long")
