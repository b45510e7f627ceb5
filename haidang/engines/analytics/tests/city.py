"""A few records of every type that the published views read, written and fed."""

from haidang.engines.analytics.lake import feed
from haidang.engines.analytics.tests.conftest import person, visit
from haidang.engines.records import api as records
from haidang.kernel import actor, systems

_SEXES = ("female", "male")
_CODES = ("I10", "E11.9", "J06.9", "O80.0", "A97.0")


def fill():
    """Ten people, two visits each with all that belongs to them; some written twice or deleted."""
    people = [
        person(f"c{n}", _SEXES[n % 2], f"{1940 + 8 * n}-03-0{1 + n % 9}", f"113{50 + n % 3}")
        for n in range(10)
    ]
    held = [each for n in range(20) for each in _visit(n)]
    records.save_all([*people, *held], by=actor.SYSTEM)
    feed.catch_up()
    records.save(person("c0", "male"), by=actor.SYSTEM)
    records.delete("Observation/o3", by=actor.SYSTEM)
    feed.catch_up()


def _visit(n):
    who, day = f"c{n % 10}", f"2026-03-{1 + n:02}T08:00:00+07:00"
    about = {
        "subject": {"reference": f"Patient/{who}"},
        "encounter": {"reference": f"Encounter/e{n}"},
    }
    icd = {"coding": [{"system": systems.ICD10, "code": _CODES[n % 5]}]}
    yield visit(
        f"e{n}",
        who,
        day,
        diagnosis=[{"condition": {"reference": f"Condition/d{n}"}, "rank": 1}],
        length={"value": n / 2},
        **({"class": {"code": "IMP"}} if n % 4 == 0 else {}),
    )
    yield {"resourceType": "Condition", "id": f"d{n}", "code": icd, "recordedDate": day, **about}
    yield _pressure(n, day, about)
    yield {
        "resourceType": "Observation",
        "id": f"h{n}",
        "status": "final",
        "code": {"coding": [{"code": "hba1c"}]},
        "effectiveDateTime": day,
        "valueQuantity": {"value": 6 + n / 10},
        **about,
    }
    drug = {"text": "Amoxicillin 500 mg" if n % 3 else "Paracetamol"}
    yield {
        "resourceType": "MedicationRequest",
        "id": f"m{n}",
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": drug,
        "authoredOn": day,
        **about,
    }
    yield _claim(n, who, day)


def _pressure(n, day, about):
    values = (("8480-6", 120 + n), ("8462-4", 70 + n))
    parts = [
        {"code": {"coding": [{"code": code}]}, "valueQuantity": {"value": value}}
        for code, value in values
    ]
    return {
        "resourceType": "Observation",
        "id": f"o{n}",
        "status": "final",
        "code": {"text": "HA"},
        "effectiveDateTime": day,
        "component": parts,
        **about,
    }


def _claim(n, who, day):
    items = [
        {
            "sequence": k,
            "productOrService": {"text": f"k{k}"},
            "category": {"coding": [{"code": str(k + 3)}]},
            "net": {"value": 1000.5 * k},
        }
        for k in (1, 2)
    ]
    return {
        "resourceType": "Claim", "id": f"cl{n}", "status": "active", "use": "claim", "type": {"text": "t"},
        "priority": {"text": "p"}, "patient": {"reference": f"Patient/{who}"}, "created": day,
        "provider": {"identifier": {"system": systems.FACILITY, "value": "31Z01"}},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": f"Coverage/x{n}"}}],
        "total": {"value": 3001.5}, "item": items,
    }  # fmt: skip
