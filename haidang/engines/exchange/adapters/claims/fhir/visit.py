"""The visit that a dossier tells of: its ids, references and times, shared by everything made from it (lượt khám)."""

from functools import cached_property

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.kernel import ids, systems

PATIENT_NUMBERS = systems.identifier("mrn") + "/"
RECORD_NUMBERS = systems.identifier("medical-record") + "/"
VISIT_NUMBERS = systems.identifier("visit") + "/"
_LOCAL = (PATIENT_NUMBERS, RECORD_NUMBERS, VISIT_NUMBERS)

# What tells a row from its neighbours when it comes again in another order; without it, its place.
KEYS = {
    "XML2": ("STT",),
    "XML3": ("STT",),
    "XML4": ("STT",),
    "XML5": ("STT",),
    "XML6": ("NGAY_BAT_DAU_XU_TRI", "MA_PHAC_DO_DIEU_TRI"),
    "XML9": ("SO", "QUYEN_SO", "MA_THE_TAM"),
    "XML15": ("STT",),
}


class Visit:
    """Facts of the visit that its resources share.

    facility, ma_lk   together the key of the visit; ids are made from nothing else, so a dossier that comes again
                      replaces what it made before
    summary           the row of XML1 (of XML0 for a check-in)
    patient           reference to the person, `Patient/<id>`
    """

    def __init__(self, facility, ma_lk, summary, patient):
        self.facility, self.ma_lk, self.summary, self.patient = facility, ma_lk, summary, patient
        self.encounter = f"Encounter/{self.id('Encounter')}"
        self._seen = {}

    def id(self, *key: str) -> str:
        """The stable id of something made for this visit."""
        return ids.stable_id(self.facility, self.ma_lk, *key)

    def key(self, row) -> str:
        """What names a row inside its table: its own number, told apart when two rows share it."""
        fields = KEYS.get(row.table)
        own = "|".join(row.get(field, "") for field in fields) if fields else ""
        seen = self._seen.get((row.table, own), 0) + 1
        self._seen[row.table, own] = seen
        return own if seen == 1 else f"{own}#{seen}"

    def subject(self) -> dict:
        return {"reference": self.patient}

    def stay(self) -> dict:
        """A reference to the encounter."""
        return {"reference": self.encounter}

    def organisation(self) -> dict:
        """The facility, by its national number."""
        return organisation(self.facility)

    @cached_property
    def started_at(self) -> str | None:
        return codecs.moment_of(self.summary.get("NGAY_VAO", ""))

    @cached_property
    def ended_at(self) -> str:
        """The end of the visit; where it cannot be read its start, and without that the first day of records."""
        return codecs.moment_of(self.summary.get("NGAY_RA", "")) or self.started_at or _UNKNOWN

    def start(self, kind: str, *key: str, **elements) -> dict:
        """A new resource of the visit, its id made from the key."""
        return {"resourceType": kind, "id": self.id(kind, *key), **elements}


_UNKNOWN = "1900-01-01T00:00:00+07:00"


def organisation(facility: str) -> dict:
    return {"type": "Organization", "identifier": {"system": systems.FACILITY, "value": facility}}


def localise(identifiers: list[dict], facility: str) -> None:
    """Add the facility to the systems of numbers that count inside one facility only."""
    for each in identifiers:
        if each["system"] in _LOCAL:
            each["system"] += facility


def loinc(code: str, vietnamese: str) -> dict:
    return {
        "coding": [{"system": systems.LOINC, "code": code, "display": vietnamese}],
        "text": vietnamese,
    }


def named(list_name: str, code: str, vietnamese: str) -> dict:
    """A concept of a small list of ours."""
    coding = {"system": systems.codes(list_name), "code": code, "display": vietnamese}
    return {"coding": [coding], "text": vietnamese}
