"""From resources to parts; the resources are in `examples/`, one file a case."""

from decimal import Decimal
from pathlib import Path

import pytest

from haidang.kernel import fhirjson
from haidang.rooms.health_record import fhir
from haidang.rooms.health_record.domain import parts
from haidang.rooms.health_record.fhir import results

EXAMPLES = Path(__file__).parent / "examples"


def example(name):
    return fhirjson.loads((EXAMPLES / f"{name}.json").read_bytes())


CASES = {
    "encounter": {
        "at": "2026-03-02T08:00:00+07:00", "kind": "AMB", "facility": "31001", "reason": "Đau đầu",
        "diagnoses": ("Tăng huyết áp", "Rối loạn mỡ máu"), "outcome": "Đỡ", "emergency": True,
    },
    "condition": {"code": "I10", "name": "Tăng huyết áp", "active": None, "visit": "Encounter/e1"},
    "medication_request": {
        "name": "Amlodipin 5 mg", "strength": "5 mg", "dose": "1 viên x 1 lần", "how": "Uống sau ăn",
        "quantity": "28 Viên", "key": "40.1|5 mg", "stopped": False,
    },
    "observation": {
        "key": "2345-7", "number": Decimal("7.20"), "text": "7,2 mmol/L", "level": "high",
        "range": parts.Range(Decimal("3.9"), Decimal("6.4")), "vital": False,
    },
    "observation_text": {"number": None, "text": "Âm tính", "level": "normal", "key": "hbsag"},
    "observation_bound": {"number": None, "text": "< 0,3 mg/L"},
    "diagnostic_report": {"kind": "RAD", "conclusion": "Bình thường", "results": ("Observation/o1",)},
    "composition": {
        "title": "Giấy ra viện", "number": "12/2026", "signer": "Trưởng khoa",
        "sections": (parts.Section("Chẩn đoán", "<div>Tăng huyết áp</div>"),),
        "facts": (("leave", "2026-03-02/2026-03-05"), ("leave-days", "3")),
    },
    "document_reference": {"title": "Bản quét", "copy": True, "files": (parts.File(0, "Bản quét", "application/pdf", None, "", "", False),)},
    "invoice": {"total": Decimal("450000"), "insurer": Decimal("360000"), "patient": Decimal("90000")},
    "coverage": {"number": "GD4313199000001", "end": "2026-12-31", "facility": "31001"},
    "provenance": {"sender": "31001", "message": "M-1", "targets": 2, "visit": "Encounter/e1"},
    "immunization": {"name": "Cúm mùa", "dose": "2", "lot": "A1"},
    "allergy": {"name": "Penicillin", "severe": True},
    "patient": {"name": "Nguyễn Văn Mẫu", "sex": "male", "deceased": None, "replaced_by": "Patient/p2"},
    "clinical_impression": {"text": "Tỉnh, tiếp xúc tốt.", "extra": (("stage", "2"),)},
    "procedure": {"name": "Nội soi dạ dày", "code": "45.13", "at": "2026-03-02T09:00:00+07:00"},
}  # fmt: skip


@pytest.mark.parametrize(("name", "told"), CASES.items(), ids=CASES)
def test_a_resource_tells(name, told):
    part = fhir.part_of(example(name))

    assert {field: getattr(part, field) for field in told} == told


@pytest.mark.parametrize("name", CASES)
def test_an_almost_empty_resource_is_read_all_the_same(name):
    full = example(name)
    bare = {"resourceType": full["resourceType"], "id": full["id"]}

    assert fhir.part_of(bare).ref == f"{bare['resourceType']}/{bare['id']}"


def test_a_type_that_no_page_shows_is_passed_over():
    assert fhir.part_of({"resourceType": "Basic", "id": "b"}) is None


def test_a_panel_is_taken_apart_for_series():
    panel = example("observation_panel")

    assert fhir.part_of(panel).text == "Tâm thu 131 mmHg; Tâm trương 79 mmHg"
    assert [(r.key, r.number, r.at) for r in results.components_of(panel)] == [
        ("8480-6", 131, "2026-03-02"),
        ("8462-4", 79, "2026-03-02"),
    ]


@pytest.mark.parametrize(("unit", "told"), [("-", "6,5"), ("–", "6,5"), ("g/L", "6,5 g/L")])
def test_a_dash_is_no_unit(unit, told):
    found = results.result_of(
        {
            "resourceType": "Observation",
            "id": "o1",
            "code": {"text": "pH"},
            "valueQuantity": {"value": Decimal("6.5"), "unit": unit},
        }
    )

    assert found.text == told
