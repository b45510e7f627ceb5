"""Loaded lists as resources, and what the door says of them."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, systems
from haidang.portals.gateway.fhir import terms
from haidang.portals.gateway.tests import fruit
from haidang.portals.gateway.tests.fhir_client import Fhir, read

pytestmark = pytest.mark.django_db


def test_loaded_lists_are_found_and_read_like_every_resource(fruits):
    terms._published.clear()
    terms.publish()
    asker = Fhir("31001")

    (entry,) = read(asker.get(f"CodeSystem?url={fruit.FRUIT}"))["entry"]
    again = read(asker.get(f"CodeSystem/{entry['resource']['id']}"))
    (concept_map,) = read(asker.get(f"ConceptMap?url={systems.BASE}/ConceptMap/juice"))["entry"]

    assert (again["content"], again["count"], len(again["concept"])) == ("complete", 5, 5)
    asked = asker.get(
        f"ConceptMap/{concept_map['resource']['id']}/$translate?system={fruit.FRUIT}&code=lime"
    )
    assert fruit.values(asked)["result"] is True
    by_id = asker.get(f"CodeSystem/{again['id']}/$validate-code?code=lime")
    assert fruit.values(by_id)["result"] is True


def test_what_is_no_longer_loaded_is_deleted(fruits, monkeypatch):
    terms._published.clear()
    terms.publish()
    monkeypatch.setattr(terminology, "resources", lambda: iter(()))
    monkeypatch.setattr(terminology, "stamp", lambda: "another")

    terms.publish()

    with access.reach(actor.SYSTEM, people="all"):
        assert records.search("CodeSystem", [("url", fruit.FRUIT)]).matches == []


def test_nothing_is_written_when_nothing_was_loaded(fruits):
    terms._published.clear()
    terms.publish()
    last = records.changes(0, 100_000)[-1].seq
    terms._published.clear()
    terms.publish()

    assert records.changes(last) == []


def test_the_terminology_statement_names_what_is_loaded(asker):
    found = read(asker.get("metadata?mode=terminology"))

    assert found["resourceType"] == "TerminologyCapabilities"
    (listed,) = [s for s in found["codeSystem"] if s["uri"] == fruit.FRUIT]
    assert listed["version"] == [{"code": "2026", "isDefault": True, "language": ["vi", "en"]}]


def test_the_capability_statement_lists_the_operations(asker):
    rest = read(asker.get("metadata"))["rest"][0]
    offered = {r["type"]: {o["name"] for o in r.get("operation", ())} for r in rest["resource"]}

    assert offered["CodeSystem"] >= {"lookup", "validate-code", "subsumes"}
    assert offered["ValueSet"] >= {"expand", "validate-code"}
    assert "translate" in offered["ConceptMap"]


def test_without_the_permission_nothing_is_answered(fruits):
    refused = Fhir("31001", ["system/*.cruds"]).get(
        f"CodeSystem/$lookup?system={fruit.FRUIT}&code=lime"
    )

    assert refused.status_code == 403
