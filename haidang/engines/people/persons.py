"""One person read from the index: name, birth, masked numbers, and how complete the record is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.people import finding, index, keys
from haidang.kernel import dates, errors

#: What a usable record needs, and how much each counts towards 100 (NĐ 102/2025, art. 6; T3 of
#: the plan). The order is the order in which a desk should ask for it.
NEEDED = {
    "citizen": 30,
    "name": 15,
    "birth": 15,
    "sex": 10,
    "insurance": 10,
    "address": 10,
    "phone": 10,
}


@dataclass(frozen=True)
class Completeness:
    """How complete the administrative part of a record is (mức đầy đủ hồ sơ).

    percent   0 to 100
    missing   names out of `NEEDED`, the weightiest first
    """

    percent: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """One person as the index has it (một người).

    faces     `Patient/<id>` of all records merged into this one
    """

    ref: str
    rid: int
    name: str
    birth_date: str | None
    sex: str | None
    phone: str | None
    address: str
    commune: str | None
    deceased: bool
    masked: dict[str, str]
    completeness: Completeness
    faces: tuple[str, ...]
    merged_into: str | None

    @property
    def id(self):
        return self.ref.partition("/")[2]

    @property
    def birth_text(self):
        return dates.show(self.birth_date)


def person(ref):
    """Return one person by `Patient/<id>` (một người trong chỉ mục).

    A record that was merged answers with `merged_into`, the `Patient/<id>` to go to.

    Raises    NotFound `people.no_person`
    """
    patient_id = ref.removeprefix("Patient/")
    rows = index.whole(patient_id)
    row = next((one for one in rows if one.id == patient_id), None)
    if row is None:
        raise errors.NotFound("people.no_person", _("Không tìm thấy người này."))
    head = next((one for one in rows if one.rid == row.head), row)
    faces = [one for one in rows if one.rid != head.rid]
    return _person(row, faces, head if row.merged_into else None)


def persons(refs):
    """Return {`Patient/<id>`: Person} for those that exist, merged ones under their own name."""
    rows = index.by_ids({ref.removeprefix("Patient/") for ref in refs}) if refs else {}
    return {f"Patient/{row.id}": _person(row, (), None) for row in rows.values()}


def _person(row, faces, head):
    masked = {
        key.kind: "•" * finding.WIDTHS.get(key.kind, 4) + key.tail
        for key in sorted(row.numbers)
        if key.tail
    }
    return Person(
        ref=f"Patient/{row.id}",
        rid=row.rid,
        name=row.name,
        birth_date=row.birth_date,
        sex=row.sex,
        phone=row.phone,
        address=row.address,
        commune=row.commune,
        deceased=row.deceased,
        masked=masked,
        completeness=completeness(row.traits, row.address),
        faces=tuple(f"Patient/{one.id}" for one in faces),
        merged_into=f"Patient/{head.id}" if head else None,
    )


def completeness(traits, address=""):
    """Weigh what is known of a person against `NEEDED`."""
    known = {
        "citizen": traits.values(keys.CITIZEN),
        "name": traits.folded,
        "birth": len(traits.birth_date or "") == 10,
        "sex": traits.sex in ("male", "female"),
        "insurance": traits.values(keys.CARD, keys.SOCIAL),
        "address": address or traits.commune,
        "phone": traits.phone,
    }
    missing = tuple(name for name in NEEDED if not known[name])
    return Completeness(100 - sum(NEEDED[name] for name in missing), missing)
