"""A data set of what is rare: marks of search inside values, places, lists, ranges, references to anything."""

import random
import unicodedata
from decimal import Decimal

from haidang.kernel.systems import BASE

UCUM = "http://unitsofmeasure.org"
#: Values with the characters that mean something in a search, a pattern of SQL or FHIRPath.
CODES = ["a,b", "a|b", "a$b", "a\\b", "a\\,b", "10*3/u|L", "100%", "a_b", "Đ1", "đ1", "it's", "a+b&c=d", "{x}", "B,", "|"]  # fmt: skip
SYSTEMS = ["urn:s", "urn:s|x", "http://x.vn/a,b", "urn:$"]
NAMES = ["Nguyễn, An", "Trần|Bình", "O'Neil", "50% giảm_giá", "Lê \\ Văn $ Đức", "ĐẶNG THUỲ", "Đặng Thuỳ", "đặng thùy", "Ý Nhi", "a.b", "Võ Thị"]  # fmt: skip
DAYS = ["1969-07", "2024-02-29T23:30:00-05:00", "2024-03-01", "2024-03-01T04:30:00Z", "2025", "2026-11", "2030-01-01"]  # fmt: skip
PLACES = [(20.86, 106.68), (20.8601, 106.6801), (21.03, 105.85), (10.77, 106.7), (0, 179.99), (0, -179.99), (89.9, 10), (89.9, -170), (-90, 0)]  # fmt: skip
NUMBERS = [
    "0",
    "5",
    "5.0",
    "5.4",
    "5.45",
    "-3",
    "100",
    "99.5",
    "100.5",
    "0.001",
    "95",
    "105",
    "1e2",
]


class Oddities:
    """Makes resources; `all` is the whole set."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pick = self.random.choice
        self.organizations = [self._named("Organization", f"oo{n}") for n in range(6)]
        self.practitioners = [self._person("Practitioner", f"od{n}") for n in range(5)]
        self.patients = [self._person("Patient", f"op{n}") for n in range(14)]
        self.locations = [self._location(n) for n in range(len(PLACES) + 3)]
        self.sets = [self._value_set(n) for n in range(10)]
        self.observations = [self._observation(n) for n in range(40)]
        self.anything = [*self.organizations, *self.practitioners, *self.patients, *self.locations]
        self.tasks = [self._task(n) for n in range(16)]
        self.documents = [self._document(n) for n in range(10)]
        self.all = [
            *self.anything, *self.sets, *self.observations, *self.tasks, *self.documents,
            *(self._list(n) for n in range(5)), *(self._condition(n) for n in range(10)),
            *(self._invoice(n) for n in range(8)), *(self._request(n) for n in range(8)), *(self._group(n) for n in range(6)),
            *(self._sequence(n) for n in range(16)),
        ]  # fmt: skip

    def _some(self, chance, **values):
        return values if self.random.random() < chance else {}

    def _name(self):
        name = self.pick(NAMES)
        return unicodedata.normalize(self.pick(["NFC", "NFD"]), name)

    def _identifier(self):
        kind = {"coding": [{"system": self.pick(SYSTEMS), "code": self.pick(CODES)}]}
        return {
            **self._some(0.8, system=self.pick(SYSTEMS)), "value": self.pick(CODES),
            **self._some(0.6, type=kind | self._some(0.5, text=self._name())),
        }  # fmt: skip

    def _concept(self):
        codings = [
            {"code": self.pick(CODES), **self._some(0.8, system=self.pick(SYSTEMS)), **self._some(0.5, display=self._name())}
            for _ in range(self.pick([1, 1, 2]))
        ]  # fmt: skip
        return {"coding": codings, **self._some(0.3, text=self._name())}

    def _quantity(self):
        code = self.pick(CODES)
        unit = self.pick([{"unit": code}, {"system": UCUM, "code": code}, {"system": UCUM, "code": code, "unit": self.pick(NAMES)}, {}])  # fmt: skip
        return {"value": Decimal(self.pick(NUMBERS)), **unit}

    def _range(self):
        low, high = sorted([self._quantity(), self._quantity()], key=lambda q: q["value"])
        return {**self._some(0.8, low=low), **self._some(0.7, high=high)} or {"low": low}

    def _ref(self, *pools):
        target = self.pick([each for pool in pools for each in pool])
        return {"reference": f"{target['resourceType']}/{target['id']}", **self._some(0.2, identifier=self._identifier())}  # fmt: skip

    def _named(self, type, id):
        return {
            "resourceType": type, "id": id, "name": self._name(), **self._some(0.5, alias=[self._name(), self._name()]),
            **self._some(0.7, identifier=[self._identifier() for _ in range(self.pick([1, 2]))]),
            **self._some(0.5, address=[{"text": self._name(), "line": [self._name()], "city": self._name()}]),
        }  # fmt: skip

    def _person(self, type, id):
        name = self.pick([{"text": self._name()}, {"family": self._name(), "given": [self._name(), self._name()]}, {"family": self._name(), "prefix": [self._name()]}])  # fmt: skip
        return {
            "resourceType": type, "id": id, "name": [name], "gender": self.pick(["male", "female"]),
            **self._some(0.7, birthDate=self.pick(["1950-01-01", "1980", "1980-05", "2000-02-29"])),
            **self._some(0.6, identifier=[self._identifier()]),
            **self._some(0.4, telecom=[{"system": "url", "value": "http://x.vn/?a=1,2|3"}]),
            **self._some(0.4, address=[{"text": self._name(), "district": self._name()}]),
        }  # fmt: skip

    def _location(self, n):
        at = {}
        if n < len(PLACES):
            latitude, longitude = PLACES[n]
            at = {
                "position": {
                    "latitude": Decimal(str(latitude)),
                    "longitude": Decimal(str(longitude)),
                }
            }
        return self._named("Location", f"ol{n}") | {"address": {"city": self._name()}} | at

    def _value_set(self, n):
        contexts = [
            {"code": {"system": self.pick(SYSTEMS), "code": self.pick(CODES)}, **value}
            for value in self.random.sample([{"valueQuantity": self._quantity()}, {"valueRange": self._range()}, {"valueCodeableConcept": self._concept()}], 2)
        ]  # fmt: skip
        return {
            "resourceType": "ValueSet", "id": f"ov{n}", "status": "active", "title": self._name(),
            "url": self.pick(["http://x.vn/vs/a,b", "http://x.vn/vs/a,b/c", "http://x.vn/vs/a%20b", "urn:x$y", "http://x.vn/vs"]),
            **self._some(0.8, useContext=contexts), **self._some(0.7, date=self.pick(DAYS[:1] + DAYS[2:3] + DAYS[4:])),
        }  # fmt: skip

    def _observation(self, n):
        value = self.pick([
            {"valueQuantity": self._quantity()}, {"valueString": self._name()}, {"valueCodeableConcept": self._concept()},
            {"valueDateTime": self.pick(DAYS)}, {"valuePeriod": {"start": "2024-03", **self._some(0.5, end="2025-02-03")}},
            {"valueSampledData": {"origin": self._quantity(), "period": 10, "dimensions": 1, **self._some(0.7, lowerLimit=Decimal(-1), upperLimit=Decimal(7))}},
        ])  # fmt: skip
        component = [{"code": self._concept(), **self.pick([{"valueQuantity": self._quantity()}, {"valueCodeableConcept": self._concept()}, {}])} for _ in range(2)]  # fmt: skip
        pools = self.organizations, self.practitioners, self.patients
        return {
            "resourceType": "Observation", "id": f"oz{n}", "status": self.pick(["final", "amended"]), "code": self._concept(), **value,
            "subject": self._ref(self.patients, self.locations), **self._some(0.6, performer=[self._ref(*pools), self._ref(*pools)]),
            **self._some(0.4, focus=[self._ref(self.patients, self.locations, self.sets)]), **self._some(0.4, component=component),
            **self._some(0.6, effectiveDateTime=self.pick(DAYS)) , **self._some(0.3, method=self._concept()),
            **self._some(0.3, meta={"tag": [{"system": self.pick(SYSTEMS), "code": self.pick(CODES)}], "profile": ["http://x.vn/p|1"]}),
        }  # fmt: skip

    def _task(self, n):
        return {
            "resourceType": "Task", "id": f"ot{n}", "status": "requested", "intent": "order", "for": self._ref(self.anything),
            **self._some(0.7, focus=self._ref(self.anything, self.observations)), **self._some(0.6, owner=self._ref(self.practitioners, self.organizations, self.patients)),
            **self._some(0.6, basedOn=[self._ref(self.observations, self.sets), self._ref(self.observations)]),
            **self._some(0.5, authoredOn=self.pick(DAYS)),
        }  # fmt: skip

    def _document(self, n):
        related = [{"code": self.pick(["replaces", "transforms", "signs"]), "target": {"reference": f"DocumentReference/of{self.random.randrange(10)}"}} for _ in range(2)]  # fmt: skip
        return {
            "resourceType": "DocumentReference", "id": f"of{n}", "status": "current", "content": [{"attachment": {"url": "http://x.vn/f,1"}}],
            **self._some(0.7, relatesTo=related), "author": [self._ref(self.practitioners, self.organizations, self.patients)],
            **self._some(0.5, subject=self._ref(self.patients, self.practitioners)), **self._some(0.5, description=self._name()),
        }  # fmt: skip

    def _list(self, n):
        entries = []
        for each in self.random.sample([*self.patients, *self.observations, *self.sets], 9):
            ref = f"{each['resourceType']}/{each['id']}"
            said = self.pick([ref, ref, f"{ref}/_history/1", f"{BASE}/{ref}"])
            entries.append({"item": {"reference": said}, **self._some(0.3, deleted=True)})
        return {"resourceType": "List", "id": f"oli{n}", "status": "current", "mode": "working", "title": self._name(), "entry": entries}  # fmt: skip

    def _condition(self, n):
        onset = self.pick([{"onsetRange": self._range()}, {"onsetAge": self._quantity()}, {"onsetString": self._name()}, {"onsetDateTime": self.pick(DAYS)}])  # fmt: skip
        return {
            "resourceType": "Condition", "id": f"oc{n}", "subject": self._ref(self.patients), "code": self._concept(), **onset,
            **self._some(0.5, asserter=self._ref(self.practitioners, self.patients)),
        }  # fmt: skip

    def _group(self, n):
        values = [{"valueCodeableConcept": self._concept()}, {"valueBoolean": True}, {"valueQuantity": self._quantity()}, {"valueRange": self._range()}]  # fmt: skip
        traits = [{"code": self._concept(), "exclude": False, **value} for value in self.random.sample(values, 3)]  # fmt: skip
        return {"resourceType": "Group", "id": f"og{n}", "type": "person", "actual": False, "characteristic": traits}  # fmt: skip

    def _invoice(self, n):
        return {
            "resourceType": "Invoice", "id": f"oi{n}", "status": "issued", "subject": self._ref(self.patients),
            "totalGross": {"value": Decimal(self.pick(NUMBERS)), **self._some(0.8, currency=self.pick(["VND", "USD"]))},
        }  # fmt: skip

    def _request(self, n):
        when = self.pick([
            {"occurrenceTiming": {"event": self.random.sample(DAYS, 2)}}, {"occurrenceTiming": {"repeat": {"boundsPeriod": {"start": "2024-03"}}}},
            {"occurrenceDateTime": self.pick(DAYS)}, {"occurrencePeriod": {"end": "2024-03-01"}},
        ])  # fmt: skip
        return {
            "resourceType": "ServiceRequest", "id": f"os{n}", "status": "active", "intent": "order", "subject": self._ref(self.patients),
            "code": self._concept(), **when, **self._some(0.5, instantiatesCanonical=[self.pick(["http://x.vn/pd|1", "http://x.vn/pd,2|1", "http://x.vn/pd"])]),
        }  # fmt: skip

    def _sequence(self, n):
        """Variants with a start, an end or both, of a chromosome by whatever name, and of none."""
        window = self._ends("windowStart", "windowEnd")
        names = {**self._some(0.8, chromosome=self._concept()), **self._some(0.6, referenceSeqId=self._concept())}  # fmt: skip
        variants = [{"observedAllele": "C", **self._ends("start", "end")} for _ in range(3)]
        return {
            "resourceType": "MolecularSequence", "id": f"om{n}", "coordinateSystem": 0, "patient": self._ref(self.patients),
            **self._some(0.9, referenceSeq=names | window), "variant": variants,
        }  # fmt: skip

    def _ends(self, *names):
        return {name: self.random.randrange(12) for name in names if self.random.random() < 0.8}
