"""The visit that a dossier tells of: its ids, references and times, shared by everything made from it (lượt khám)."""

from collections import Counter
from functools import cached_property

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.kernel import ids, systems

PATIENT_NUMBERS = systems.identifier("mrn") + "/"
RECORD_NUMBERS = systems.identifier("medical-record") + "/"
VISIT_NUMBERS = systems.identifier("visit") + "/"
_LOCAL = (PATIENT_NUMBERS, RECORD_NUMBERS, VISIT_NUMBERS)

# What a row is about: it names the row when the dossier comes again, with lines added or in another order. Rows that share
# it are told apart by their number (STT), so that a resource keeps its id as long as it keeps its meaning.
KEYS = {
    "XML2": ("MA_THUOC", "TEN_THUOC", "NGAY_YL"),
    "XML3": ("MA_DICH_VU", "MA_VAT_TU", "NGAY_YL"),
    "XML4": ("MA_DICH_VU", "MA_CHI_SO", "TEN_CHI_SO", "NGAY_KQ"),
    "XML5": ("THOI_DIEM_DBLS", "NGUOI_THUC_HIEN"),
    "XML6": ("NGAY_BAT_DAU_XU_TRI", "MA_PHAC_DO_DIEU_TRI"),
    "XML9": ("SO", "QUYEN_SO", "MA_THE_TAM"),
    "XML15": ("NGAYBD_DTRI_LAO", "PHACDO_DTRI_LAO"),
}


def keys_of(rows: list) -> dict[int, str]:
    """Index of each row of a table to its key, the same whatever the order of the rows."""
    fields = KEYS.get(rows[0].table, ())
    own = ["|".join([row.get(field, "") for field in fields]) for row in rows]
    shared = {key for key, count in Counter(own).items() if count > 1}
    seen: Counter[str] = Counter()
    found = {}
    for row, key in zip(rows, own, strict=True):
        if key in shared:
            key = f"{key}|{row.get('STT', '')}"
        seen[key] += 1
        found[row.index] = key if seen[key] == 1 else f"{key}#{seen[key]}"
    return found


class Visit:
    """Facts of the visit that its resources share.

    facility, ma_lk   together the key of the visit; ids are made from nothing else, so a dossier that comes again
                      replaces what it made before
    summary           the row of XML1 (of XML0 for a check-in)
    patient           reference to the person, `Patient/<id>`
    tables            the tables of the dossier, for the keys of their rows
    """

    def __init__(self, facility, ma_lk, summary, patient, tables=None):
        self.facility, self.ma_lk, self.summary, self.patient = facility, ma_lk, summary, patient
        self.encounter = f"Encounter/{self.id('Encounter')}"
        self._tables, self._keys = tables or {}, {}

    def id(self, *key: str) -> str:
        """The stable id of something made for this visit."""
        return ids.stable_id(self.facility, self.ma_lk, *key)

    def key(self, row) -> str:
        """What names a row inside its table."""
        found = self._keys.get(row.table)
        if found is None:
            found = self._keys[row.table] = keys_of(self._tables[row.table])
        return found[row.index]

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
