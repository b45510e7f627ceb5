"""A lens: what it leaves out is seen by no way of asking."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records import lens
from haidang.engines.records.index import labels, parameters
from haidang.kernel import actor, errors, smart

LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
GRANULAR = f"patient/Observation.rs?category={LABORATORY}"


def _observation(id, category, **more):
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": "urn:test", "code": id}]},
        "category": [{"coding": [{"system": system, "code": category}]}],
        "subject": {"reference": "Patient/mai"},
        "performer": [{"reference": "Practitioner/doctor"}],
        **more,
    }


def _labelled(code, system=labels.CONFIDENTIALITY):
    return {"meta": {"security": [{"system": system, "code": code}]}}


@pytest.fixture
def record(db):
    """One person's record: two kinds of results, a condition, and what is confidential."""
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(
            [
                {"resourceType": "Patient", "id": "mai", "name": [{"text": "Lê Mai"}]},
                {"resourceType": "Patient", "id": "nam", "name": [{"text": "Lê Nam"}]},
                {"resourceType": "Practitioner", "id": "doctor", "name": [{"text": "Bùi Hà"}]},
                _observation("sugar", "laboratory"),
                _observation("weight", "vital-signs"),
                _observation("hiv", "laboratory", **_labelled("R")),
                _observation("mind", "laboratory", **_labelled("PSY", labels.ACT_CODE)),
                _observation("secret", "laboratory", **_labelled("V")),
                {"resourceType": "Condition", "id": "flu", "subject": {"reference": "Patient/nam"},
                 "asserter": {"reference": "Practitioner/doctor"}},
            ],
            by=actor.SYSTEM,
        )  # fmt: skip
        yield {ref: records.rid(ref) for ref in ("Patient/mai", "Patient/nam")}


def looking(*scopes, letters="r", **more):
    text = lens.of(frozenset(scopes), letters, **more)
    return access.reach(actor.SYSTEM, people="all", lens=text)


def seen(type, query=""):
    return sorted(match.id for match in records.search(type, query).matches)


ALL = ["hiv", "mind", "secret", "sugar", "weight"]


@pytest.mark.parametrize(
    ("scopes", "ceiling", "shown"),
    [
        (["system/*.rs"], None, ALL),
        (["system/*.rs"], "N", ["sugar", "weight"]),
        (["system/*.rs"], "R", ["hiv", "mind", "sugar", "weight"]),
        (["system/Observation.rs"], None, ALL),
        (["system/Condition.rs"], None, []),
        (["system/Condition.rs", "system/Observation.cud"], None, []),
        ([GRANULAR.replace("patient/", "system/")], "N", ["sugar"]),
        (["system/Observation.rs?category=laboratory", "system/Observation.r?code=weight"], None, ALL),
        (["system/Observation.rs?category=laboratory&code=hiv"], None, ["hiv"]),
        (["system/Observation.rs?category:not=laboratory"], None, ["weight"]),
        (["system/Observation.rs?category=laboratory,vital-signs&code=sugar,weight"], None, ["sugar", "weight"]),
        (["system/Observation.rs?subject=Patient/mai"], "N", ["sugar", "weight"]),
        (["system/Observation.rs?subject=Patient/nam"], None, []),
        (["system/Observation.rs?_security:not=R", "system/Patient.rs"], None, ["mind", "secret", "sugar", "weight"]),
    ],
)  # fmt: skip
def test_a_search_shows_what_the_scopes_open(record, scopes, ceiling, shown):
    with looking(*scopes, ceiling=ceiling):
        assert seen("Observation") == shown
        assert records.count("Observation") == len(shown)
        assert sorted(e.id for e in records.history(type="Observation").entries) == shown


def test_letters_are_judged_apart_and_together(record):
    scopes = ["system/Observation.r", "system/Observation.s?category=laboratory"]

    with looking(*scopes, letters="r"):
        assert seen("Observation") == ALL
    with looking(*scopes, letters="s"):
        assert seen("Observation") == ["hiv", "mind", "secret", "sugar"]
    with looking(*scopes, letters="rs"):
        assert seen("Observation") == ["hiv", "mind", "secret", "sugar"]
    with looking(*scopes, letters="u"):
        assert seen("Observation") == []


def test_a_patient_scope_is_held_to_one_person_beside_a_wider_one(record):
    scopes = ["patient/*.rs", "user/Observation.rs?code=none"]

    with looking(*scopes, people=(record["Patient/mai"],), ceiling="N"):
        assert seen("Patient") == ["mai"]
        assert seen("Condition") == []
        assert seen("Practitioner") == ["doctor"]
    with looking(*scopes):
        assert seen("Patient") == []


def test_no_way_of_asking_gets_round_it(record):
    with looking("system/Practitioner.rs", "system/Observation.rs?category=vital-signs"):
        with pytest.raises(errors.NotFound):
            records.get("Observation/sugar")
        with pytest.raises(errors.NotFound):
            records.vread("Observation/sugar", 1)
        with pytest.raises(errors.NotFound):
            records.history("Observation/sugar")
        assert records.get_many(["Observation/sugar", "Patient/mai"]) == []
        assert [e.id for e in records.compartment(record["Patient/mai"])] == ["weight"]
        assert records.search("Observation", "_include=Observation:subject").included == []
        found = records.search("Practitioner", "_revinclude=Observation:performer").included
        assert [each.id for each in found] == ["weight"]
        assert seen("Observation", "subject.name=mai") == []
        assert seen("Practitioner", "_has:Observation:performer:code=sugar") == []
        assert seen("Practitioner", "_has:Observation:performer:code=weight") == ["doctor"]
        assert seen("Practitioner", "_has:Condition:asserter:subject=Patient/nam") == []
        assert records.search("Observation", "_summary=count").total == 1
        assert [e.id for e in records.referring("Practitioner/doctor")] == ["weight"]


def test_what_was_confidential_stays_so_in_the_history(record):
    records.save(_observation("hiv", "laboratory"), by=actor.SYSTEM)

    with looking("system/*.rs", ceiling="N"):
        assert records.get("Observation/hiv").version == 2
        history = records.history("Observation/hiv", count=1)
        assert ([e.version for e in history.entries], history.total) == ([2], 1)
        assert records.history("Observation/hiv", count=0).total == 1
        with pytest.raises(errors.NotFound):
            records.vread("Observation/hiv", 1)


def test_what_became_confidential_is_gone_with_its_past(record):
    records.save(_observation("sugar", "laboratory", **_labelled("R")), by=actor.SYSTEM)

    with looking("system/*.rs", ceiling="N"), pytest.raises(errors.NotFound):
        records.vread("Observation/sugar", 1)


def test_what_cannot_be_seen_cannot_be_changed(record):
    with looking("system/Observation.u?category=vital-signs", letters="u"):
        with pytest.raises(errors.NotAllowed):
            records.save(_observation("sugar", "vital-signs"), by=actor.SYSTEM)
        assert records.save(_observation("weight", "vital-signs", status="amended"), by=actor.SYSTEM).version == 2  # fmt: skip


def test_a_reach_inside_keeps_the_lens_and_work_over_everybody_does_not(record):
    with looking("system/Condition.rs"):
        with access.reach(actor.SYSTEM, people=[record["Patient/mai"]]):
            assert seen("Observation") == []
        with access.reach(actor.SYSTEM, people="all"):
            assert seen("Observation") == ALL
        assert seen("Observation") == []


@pytest.mark.parametrize(
    "scope",
    [
        "patient/*.rs?_security=N", "patient/Observation.rs?code:text=x", "patient/Observation.rs?date=ge2026",
        "patient/Observation.rs?subject.name=Mai", "patient/Observation.rs?_id=1", "patient/Observation.rs?nothing=1",
        "patient/Observation.rs?code:in=http://x", "patient/Observation.rs?_has:Condition:subject:code=1",
        "patient/Observation.rs?code-value-quantity=1$2", "patient/Nothing.rs?code=1", "patient/Observation.rs?code:missing=true",
    ],
)  # fmt: skip
def test_a_condition_that_could_not_be_held_is_refused(scope):
    with pytest.raises(errors.Incorrect):
        lens.check(smart.parse(scope))


def test_everything_and_no_ceiling_need_no_lens():
    assert lens.of(frozenset({"system/*.cruds", "gateway.use_fhir"}), "rs") == ""


def test_the_numbers_of_labels_are_those_of_the_index(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT type, restricted, very_restricted FROM records_label ORDER BY type")
        assert cursor.fetchall() == labels.rows()
    for type in records.TYPES:
        (path,) = parameters.catalogue().find(type, "_security").paths
        assert path.text == f"{type}.meta.security"
