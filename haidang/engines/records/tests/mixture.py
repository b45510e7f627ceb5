"""A small mixed data set from a seed, with every data type that search looks at."""

import random
from decimal import Decimal

LOINC, UCUM, ICD = "http://loinc.org", "http://unitsofmeasure.org", "http://hl7.org/fhir/sid/icd-10"
NAMES = [
    "Nguyễn Văn An",
    "Nguyễn Thị Bình",
    "Trần An",
    "Đặng Thuỳ Trâm",
    "Lê Văn Đức",
    "Phạm Thị An",
]
CODES = ["8480-6", "8462-4", "15074-8", "2160-0", "718-7"]
DAYS = ["2024", "2024-02", "2024-02-29", "2025-06-01", "2025-06-01T08:30:00+07:00",
        "2025-06-01T01:30:00Z", "2025-12-31T23:59:59.5+07:00", "2026-01-01"]  # fmt: skip


class Mixture:
    """Makes resources; `all` is the whole set."""

    def __init__(self, seed, size):
        self.random = random.Random(seed)
        self.pick = self.random.choice
        self.size = size
        self.organizations = [self._organization(n) for n in range(6)]
        self.patients = [self._patient(n) for n in range(size)]
        self.encounters = [self._encounter(n) for n in range(size)]
        self.observations = [self._observation(n) for n in range(size * 4)]
        self.conditions = [self._condition(n) for n in range(size)]
        self.all = [
            *self.organizations, *self.patients, *self.encounters, *self.observations,
            *self.conditions, *(self._valueset(n) for n in range(8)),
            *(self._risk(n) for n in range(12)), *(self._report(n) for n in range(10)),
        ]  # fmt: skip

    def _some(self, chance, **values):
        return values if self.random.random() < chance else {}

    def _ref(self, pool):
        target = self.pick(pool)
        return {"reference": f"{target['resourceType']}/{target['id']}"}

    def _concept(self, system, code, display=None):
        coding = {"code": code}
        if self.random.random() < 0.85:
            coding["system"] = system
        if display:
            coding["display"] = display
        more = [{"system": "urn:local", "code": code}] if self.random.random() < 0.3 else []
        return {"coding": [coding, *more], **self._some(0.3, text=f"Ghi chú {display or code}")}

    def _period(self):
        start, end = sorted(
            self.random.sample(
                ["2024-01-05", "2024-03", "2025-06-01", "2026-02-01T07:00:00+07:00"], 2
            )
        )
        return {**self._some(0.8, start=start), **self._some(0.7, end=end)} or {"start": start}

    def _organization(self, n):
        return {
            "resourceType": "Organization", "id": f"org{n}", "name": f"Trạm y tế {self.pick(['Hải An', 'Kiến An', 'Đồ Sơn'])}",
            "active": n % 2 == 0, "alias": ["TYT", f"Trạm {n}"], "address": [{"city": "Hải Phòng", "line": [f"Số {n} Lê Lợi"]}],
            **({"partOf": {"reference": f"Organization/org{n - 1}"}} if n else {}),
        }  # fmt: skip

    def _patient(self, n):
        name = self.pick(NAMES)
        shaped = self.pick(
            [
                {"text": name},
                {"family": name.split()[0], "given": name.split()[1:]},
                {"text": name, "family": name.split()[0]},
            ]
        )
        return {
            "resourceType": "Patient", "id": f"p{n}", "name": [shaped], "gender": self.pick(["male", "female", "other"]),
            **self._some(0.8, birthDate=self.pick(["1950-01-01", "1980", "1980-05", "2000-02-29"])),
            **self._some(0.6, identifier=[{"system": self.pick(["urn:cccd", "urn:bhyt"]), "value": f"Ab{n % 7}",
                                           "type": {"coding": [{"system": "urn:types", "code": "NI"}], "text": "Căn cước"}}]),
            **self._some(0.5, telecom=[{"system": "phone", "value": f"09{n % 5}"}, {"system": "email", "value": f"a{n % 5}@example.org"}]),
            **self._some(0.5, managingOrganization=self._ref(self.organizations)),
            **self.pick([{}, {"deceasedBoolean": False}, {"deceasedBoolean": True}, {"deceasedDateTime": "2025-01-02"}]),
            **self._some(0.4, meta={"tag": [{"system": "urn:tag", "code": self.pick(["a", "b"])}], "profile": ["http://x.vn/StructureDefinition/p"]}),
        }  # fmt: skip

    def _encounter(self, n):
        return {
            "resourceType": "Encounter", "id": f"e{n}", "status": self.pick(["finished", "planned"]),
            "class": {"system": "urn:class", "code": self.pick(["AMB", "IMP"])}, "subject": self._ref(self.patients),
            **self._some(0.9, period=self._period()), **self._some(0.6, serviceProvider=self._ref(self.organizations)),
            **self._some(0.3, length={"value": self.pick([1, 2, 30]), "unit": "d", "system": UCUM, "code": "d"}),
        }  # fmt: skip

    def _quantity(self):
        value = self.pick(
            [
                5,
                Decimal("5.4"),
                Decimal("5.40"),
                Decimal("5.45"),
                120,
                Decimal("0.1"),
                -3,
                Decimal("1e2"),
            ]
        )
        unit = self.pick(
            [
                {"unit": "mmol/L", "system": UCUM, "code": "mmol/L"},
                {"unit": "mmHg", "system": UCUM, "code": "mm[Hg]"},
                {"unit": "viên"},
                {},
            ]
        )
        return {"value": value, **unit}

    def _value(self):
        return self.pick([
            {"valueQuantity": self._quantity()}, {"valueQuantity": self._quantity()},
            {"valueCodeableConcept": self._concept("urn:answers", self.pick(["pos", "neg"]), "Dương tính")},
            {"valueString": self.pick(["Bình thường", "bất thường nhẹ"])}, {"valueDateTime": self.pick(DAYS)}, {},
        ])  # fmt: skip

    def _observation(self, n):
        parts = [
            {"code": self._concept(LOINC, code), "valueQuantity": self._quantity()}
            for code in self.random.sample(CODES, 2)
        ]
        return {
            "resourceType": "Observation", "id": f"o{n}", "status": self.pick(["final", "amended"]),
            "code": self._concept(LOINC, self.pick(CODES), "Huyết áp"), "subject": self._ref(self.patients),
            **self._some(0.5, encounter=self._ref(self.encounters)), **self._value(),
            **self.pick([{"effectiveDateTime": self.pick(DAYS)}, {"effectivePeriod": self._period()}, {}]),
            **self._some(0.3, component=parts), **self._some(0.3, performer=[self._ref(self.organizations), {"identifier": {"system": "urn:cchn", "value": "007"}}]),
            **self._some(0.3, category=[self._concept("urn:category", self.pick(["lab", "vital"]))]),
        }  # fmt: skip

    def _condition(self, n):
        return {
            "resourceType": "Condition", "id": f"c{n}", "subject": self._ref(self.patients),
            "code": self._concept(ICD, self.pick(["I10", "E11.9", "J18.9"]), self.pick(["Tăng huyết áp", "Đái tháo đường"])),
            **self.pick([{"onsetDateTime": self.pick(DAYS)}, {"onsetPeriod": self._period()}, {"onsetAge": {"value": 40, "unit": "a", "system": UCUM, "code": "a"}}, {"onsetString": "từ nhỏ"}]),
            **self._some(0.5, encounter=self._ref(self.encounters)),
        }  # fmt: skip

    def _valueset(self, n):
        return {
            "resourceType": "ValueSet",
            "id": f"v{n}",
            "status": "active",
            "url": f"http://x.vn/vs/{self.pick(['a', 'a/b', 'a/b/c', 'd'])}",
            "version": str(n),
            "title": f"Danh mục {n}",
        }

    def _risk(self, n):
        return {"resourceType": "RiskAssessment", "id": f"r{n}", "status": "final", "subject": self._ref(self.patients),
                "prediction": [{"probabilityDecimal": self.pick([Decimal("0.1"), Decimal("0.12"), Decimal("0.5")])}]}  # fmt: skip

    def _report(self, n):
        return {"resourceType": "DiagnosticReport", "id": f"d{n}", "status": "final", "code": self._concept(LOINC, "11502-2"),
                "subject": self._ref(self.patients), "result": [self._ref(self.observations) for _ in range(2)]}  # fmt: skip
