"""The people, facilities and visits that `bench.records` stores, the same for the same seed."""

import random
from decimal import Decimal

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
LABS = [
    (f"{n}-{n % 9}", name, unit, low, high)
    for n, (name, unit, low, high) in enumerate(
        [("Glucose máu", "mmol/L", 3, 20), ("Creatinin", "umol/L", 40, 400), ("AST", "U/L", 10, 300),
         ("ALT", "U/L", 10, 300), ("Urê", "mmol/L", 2, 30), ("Kali", "mmol/L", 2, 7),
         ("Natri", "mmol/L", 120, 160), ("Hemoglobin", "g/L", 60, 190), ("Tiểu cầu", "10*9/L", 50, 600),
         ("Bạch cầu", "10*9/L", 2, 30), ("HbA1c", "%", 4, 14), ("Cholesterol", "mmol/L", 2, 12)] * 20,
        1500,
    )
]  # fmt: skip
DISEASES = [f"{letter}{n:02d}.{n % 10}" for letter in "AEIJKMN" for n in range(5, 95)]
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
MIDDLE = ["Văn", "Thị", "Đức", "Minh", "Ngọc", "Thu", "Quang", "Hữu", "Thanh", "Xuân"]
GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hùng",
    "Hương",
    "Khoa",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Quân",
    "Tâm",
    "Thảo",
    "Trang",
    "Tuấn",
    "Vinh",
    "Yến",
]


class City:
    """People, facilities and visits, the same for the same seed."""

    def __init__(self, seed, resources):
        self.random = random.Random(seed)  # noqa: S311
        self.people = [self._person(n) for n in range(max(resources // 250, 20))]
        self.facilities = [_facility(n) for n in range(40)]
        self.staff = [_practitioner(n) for n in range(400)]
        self.visits = 0

    def base(self):
        return [*self.facilities, *self.staff, *self.people]

    def _person(self, n):
        pick = self.random.choice
        name = f"{pick(FAMILY)} {pick(MIDDLE)} {pick(GIVEN)}"
        return {
            "resourceType": "Patient", "id": id_of("person", n), "active": True,
            "identifier": [
                {"system": "https://haidang.vn/fhir/sid/citizen-id", "value": f"031{n:09d}"},
                {"system": "https://haidang.vn/fhir/sid/insurance-card", "value": f"GD431{n:010d}"},
            ],
            "name": [{"use": "official", "text": name, "family": name.split()[0], "given": name.split()[1:]}],
            "gender": pick(["male", "female"]),
            "birthDate": f"{self.random.randint(1930, 2024)}-{self.random.randint(1, 12):02d}-{self.random.randint(1, 28):02d}",
            "address": [{"text": f"Tổ {n % 30}, phường Hải An, Hải Phòng", "city": "Hải Phòng"}],
        }  # fmt: skip

    def visit(self):
        """The resources of one visit of one person."""
        n, self.visits = self.visits, self.visits + 1
        # One person in the middle has a long record, for the case `person`.
        crowded = n % 12 == 0 and n < 12 * 22
        person = self.people[0] if crowded else self.random.choice(self.people)
        maker = Visit(self.random, n, person, self.random.choice(self.facilities)["id"],
                      self.random.choice(self.staff)["id"])  # fmt: skip
        return maker.resources()


def id_of(*parts):
    from haidang.kernel import ids

    return ids.stable_id("bench", *parts)


def _facility(n):
    return {
        "resourceType": "Organization", "id": id_of("facility", n), "name": f"Bệnh viện số {n}",
        "identifier": [{"system": "https://haidang.vn/fhir/sid/facility", "value": f"31{n:03d}"}],
    }  # fmt: skip


def _practitioner(n):
    return {
        "resourceType": "Practitioner", "id": id_of("staff", n),
        "name": [{"text": f"{FAMILY[n % 14]} {MIDDLE[n % 10]} {GIVEN[n % 25]}"}],
        "identifier": [{"system": "https://haidang.vn/fhir/sid/practice-licence", "value": f"{n:06d}/HP-CCHN"}],
    }  # fmt: skip


class Visit:
    """One visit: encounter, diagnoses, results, medicines, procedure, claim, provenance."""

    def __init__(self, chance, n, person, facility, doctor):
        self.random, self.n = chance, n
        day = (
            f"{chance.randint(2016, 2026)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        )
        self.day, self.at = (
            day,
            f"{day}T{chance.randint(7, 16):02d}:{chance.randint(0, 59):02d}:00+07:00",
        )
        self.subject = {
            "reference": f"Patient/{person['id']}",
            "display": person["name"][0]["text"],
        }
        self.facility = {"reference": f"Organization/{facility}"}
        self.doctor = {"reference": f"Practitioner/{doctor}"}
        self.encounter = {"reference": f"Encounter/{id_of('visit', n)}"}

    def resources(self):
        made = [self._encounter(), *(self._condition(k) for k in range(2))]
        labs = [self._result(k) for k in range(10)]
        made += [*labs, self._report(labs), self._pressure()]
        made += [self._prescribed(k) for k in range(5)] + [self._procedure(), self._claim()]
        return [*made, self._provenance(made)]

    def _concept(self, system, code, display):
        return {"coding": [{"system": system, "code": code, "display": display}], "text": display}

    def _encounter(self):
        return {
            "resourceType": "Encounter", "id": id_of("visit", self.n), "status": "finished",
            "identifier": [{"system": "https://haidang.vn/fhir/sid/visit/31001", "value": f"V{self.n:010d}"}],
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "subject": self.subject, "serviceProvider": self.facility,
            "participant": [{"individual": self.doctor}],
            "period": {"start": self.at, "end": f"{self.day}T17:00:00+07:00"},
        }  # fmt: skip

    def _condition(self, k):
        code = self.random.choice(DISEASES)
        return {
            "resourceType": "Condition", "id": id_of("condition", self.n, k), "subject": self.subject,
            "encounter": self.encounter, "recordedDate": self.at,
            "code": self._concept("http://hl7.org/fhir/sid/icd-10", code, f"Bệnh thuộc nhóm {code}"),
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}]}],
        }  # fmt: skip

    def _observation(self, name, code, **more):
        return {
            "resourceType": "Observation", "id": id_of(name, self.n), "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
            "code": code, "subject": self.subject, "encounter": self.encounter,
            "effectiveDateTime": self.at, "performer": [self.facility], **more,
        }  # fmt: skip

    def _result(self, k):
        code, name, unit, low, high = self.random.choice(LABS)
        value = Decimal(self.random.randint(low * 10, high * 10)) / 10
        return self._observation(
            f"lab{k}", self._concept(LOINC, code, name),
            valueQuantity={"value": value, "unit": unit, "system": UCUM, "code": unit},
            referenceRange=[{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}],
        )  # fmt: skip

    def _pressure(self):
        parts = [("8480-6", "Tâm thu", 90, 200), ("8462-4", "Tâm trương", 50, 120)]
        return self._observation(
            "pressure", self._concept(LOINC, "85354-9", "Huyết áp"),
            component=[
                {"code": self._concept(LOINC, code, name),
                 "valueQuantity": {"value": self.random.randint(low, high), "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}}
                for code, name, low, high in parts
            ],
        )  # fmt: skip

    def _report(self, labs):
        return {
            "resourceType": "DiagnosticReport", "id": id_of("report", self.n), "status": "final",
            "code": self._concept(LOINC, "11502-2", "Phiếu kết quả xét nghiệm"), "subject": self.subject,
            "encounter": self.encounter, "effectiveDateTime": self.at, "issued": self.at,
            "result": [{"reference": f"Observation/{lab['id']}"} for lab in labs],
        }  # fmt: skip

    def _prescribed(self, k):
        drug = self.random.randint(1, 900)
        return {
            "resourceType": "MedicationRequest", "id": id_of("medicine", self.n, k), "status": "completed",
            "intent": "order", "subject": self.subject, "encounter": self.encounter,
            "authoredOn": self.at, "requester": self.doctor,
            "medicationCodeableConcept": self._concept("https://haidang.vn/fhir/CodeSystem/drug", f"40.{drug}", f"Thuốc số {drug}"),
            "dosageInstruction": [{"text": "Uống 1 viên/lần, 2 lần/ngày, sau ăn"}],
            "dispenseRequest": {"quantity": {"value": 14, "unit": "viên"}},
        }  # fmt: skip

    def _procedure(self):
        number = self.random.randint(1, 500)
        return {
            "resourceType": "Procedure", "id": id_of("procedure", self.n), "status": "completed",
            "code": self._concept("https://haidang.vn/fhir/CodeSystem/service", f"18.{number}", f"Dịch vụ kỹ thuật {number}"),
            "subject": self.subject, "encounter": self.encounter, "performedDateTime": self.at,
        }  # fmt: skip

    def _claim(self):
        return {
            "resourceType": "Claim", "id": id_of("claim", self.n), "status": "active", "use": "claim",
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "institutional"}]},
            "patient": self.subject, "created": self.day, "provider": self.facility,
            "priority": {"coding": [{"code": "normal"}]},
            "insurance": [{"sequence": 1, "focal": True, "coverage": {"display": "Bảo hiểm y tế"}}],
            "item": [{"sequence": k, "productOrService": self._concept("https://haidang.vn/fhir/CodeSystem/service", f"18.{k}", f"Dịch vụ {k}"),
                      "net": {"value": 10000 * (k + 1), "currency": "VND"}} for k in range(1, 6)],
            "total": {"value": 250000, "currency": "VND"},
        }  # fmt: skip

    def _provenance(self, made):
        return {
            "resourceType": "Provenance", "id": id_of("provenance", self.n), "recorded": self.at,
            "target": [{"reference": f"{r['resourceType']}/{r['id']}"} for r in made[:3]],
            "agent": [{"who": self.facility}],
        }  # fmt: skip
