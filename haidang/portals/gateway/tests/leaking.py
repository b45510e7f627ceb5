"""A house of two hospitals and two people for the tests of leaks, and the rule said once more, plainly.

Every resource carries a mark of its own (`mark-<id>`), so that whatever an answer is, a bundle, a
summary or a file, what it gave away can be read off its bytes.
"""

import re
from dataclasses import dataclass, field

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor

LABEL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
PEOPLE = {"mai": "31001", "nam": "31002"}  # each with the hospital that cares for them
MARK = re.compile(rb"mark-[a-z0-9-]+")
LAB = f"category={CATEGORY}|laboratory"


def of_person(who):
    """What stands in one person's record: of every kind, of every confidentiality."""
    me = {"reference": f"Patient/{who}"}
    doctor = {"reference": "Practitioner/ha"}

    def made(kind, name, person=True, **more):
        return {"resourceType": kind, "id": f"{who}-{name}", **({"subject": me} if person else {}), **more}  # fmt: skip

    def result(name, category="laboratory", label=None):
        labelled = {"meta": {"security": [{"system": LABEL, "code": label}]}} if label else {}
        coded = [{"coding": [{"system": CATEGORY, "code": category}]}]
        code = {"coding": [{"system": "urn:t", "code": "glucose"}], "text": f"mark-{who}-{name}"}
        return made("Observation", name, status="final", code=code, category=coded, performer=[doctor],
                    encounter={"reference": f"Encounter/{who}-visit"}, effectiveDateTime="2026-03-01",
                    valueQuantity={"value": 5, "unit": "mmol/L"}) | labelled  # fmt: skip

    return [
        made("Encounter", "visit", status="finished", reasonCode=[{"text": f"mark-{who}-visit"}],
             **{"class": {"system": "urn:c", "code": "AMB"}}, participant=[{"individual": doctor}]),
        result("lab"), result("vital", "vital-signs"), result("hiv", label="R"), result("secret", label="V"),
        made("Condition", "illness", code={"coding": [{"system": "urn:t", "code": "flu"}], "text": f"mark-{who}-illness"},
             encounter={"reference": f"Encounter/{who}-visit"}),
        made("DiagnosticReport", "report", status="final", code={"text": f"mark-{who}-report"},
             result=[{"reference": f"Observation/{who}-{one}"} for one in ("lab", "hiv")]),
        made("DocumentReference", "paper", status="current", description=f"mark-{who}-paper",
             content=[{"attachment": {"contentType": "text/plain", "title": "x", "url": f"Binary/{who}-scan"}}]),
        made("Binary", "scan", person=False, contentType=f"text/mark-{who}-scan", data="eA=="),
        made("Provenance", "proof", person=False, recorded="2026-01-01T00:00:00Z", agent=[{"who": doctor}],
             target=[{"reference": f"Observation/{who}-lab"}], reason=[{"text": f"mark-{who}-proof"}]),
    ]  # fmt: skip


SHARED = [
    {"resourceType": "Practitioner", "id": "ha", "name": [{"text": "mark-ha"}]},
    {"resourceType": "Organization", "id": "shared", "name": "mark-shared"},
]
CONTENT = {who: of_person(who) for who in PEOPLE}
IDS = sorted(
    [f"{one['resourceType']}/{one['id']}" for found in CONTENT.values() for one in found]
    + [f"Patient/{who}" for who in PEOPLE]
    + [f"{one['resourceType']}/{one['id']}" for one in SHARED]
)
TYPES = sorted({ref.split("/")[0] for ref in IDS})


def build():
    """Put it all on record, each resource in two versions."""
    for who, hospital in PEOPLE.items():
        named = {"resourceType": "Patient", "id": who, "name": [{"text": f"mark-p-{who}"}], "generalPractitioner": [{"reference": "Practitioner/ha"}]}  # fmt: skip
        stored = people.save_patient(named, by=actor.SYSTEM)
        access.relate(stored.rid, hospital, basis="encounter")
    with access.reach(actor.SYSTEM, people="all"):
        every = [*SHARED, *(one for found in CONTENT.values() for one in found)]
        records.save_all(every, by=actor.SYSTEM)
        records.save_all([{**one, "language": "vi"} for one in every], by=actor.SYSTEM)


@dataclass(frozen=True)
class Rule:
    """What somebody may see, as it would be told to a person.

    people     whose records
    types      which types; empty for every one
    category   only observations of this category
    labels     confidentialities above normal that are seen too
    shared     whether what belongs to nobody is seen
    """

    people: frozenset
    types: frozenset = frozenset()
    category: str | None = None
    labels: frozenset = frozenset()
    shared: bool = True
    barred: frozenset = field(default_factory=frozenset)

    def allows(self, who, resource):
        if who is not None and who not in self.people:
            return False
        if who is None and not self.shared:
            return False
        kind = resource["resourceType"]
        if self.types and kind not in self.types:
            return False
        if f"{kind}/{resource['id']}" in self.barred:
            return False
        if self.category and kind == "Observation" and _category(resource) != self.category:
            return False
        label = resource.get("meta", {}).get("security", [{}])[0].get("code")
        return label is None or label in self.labels

    def seen(self, kind=None):
        """References of everything that is seen, brute force."""
        found = set()
        for who in PEOPLE:
            named = {"resourceType": "Patient", "id": who}
            found |= {self._ref(one) for one in [named, *CONTENT[who]] if self.allows(who, one)}
        found |= {self._ref(one) for one in SHARED if self.allows(None, one)}
        return {ref for ref in found if kind is None or ref.startswith(f"{kind}/")}

    def marks(self):
        """The marks that an answer may show."""
        found = set()
        for ref in self.seen():
            kind, id = ref.split("/")
            found.add(f"mark-p-{id}" if kind == "Patient" else f"mark-{id}")
        return found

    def _ref(self, resource):
        return f"{resource['resourceType']}/{resource['id']}"


def _category(resource):
    return resource["category"][0]["coding"][0]["code"]


def given_away(answer):
    """The marks in an answer."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {mark.decode() for mark in MARK.findall(content)}
