"""Consents that deny, made into the rows that row-level security reads (từ chối chia sẻ).

Whatever door a Consent is written by, its denials are written in the same transaction (`follow`).
For those stored before that was so, or brought back without their rows, `uphold` does the same.
"""

from dataclasses import dataclass

from haidang.engines.access import api as access
from haidang.engines.records import kinds, provisions, reading, wire
from haidang.engines.records.stored import COLUMNS, of_rows
from haidang.kernel import actor, errors

KIND = "Consent"
_AT_ONCE = 500
_NEXT = f"""
SELECT {COLUMNS} FROM records_key k JOIN records_resource r ON r.rid = k.rid
WHERE k.type = %s AND k.live AND k.rid > %s ORDER BY k.rid LIMIT {_AT_ONCE}
"""  # noqa: S608

forbidden = provisions.forbidden


@dataclass(frozen=True)
class Upheld:
    """How the rows stand to what the Consents say.

    owing    Consents whose rows say something else, or that have rows and forbid nothing
    unfit    references of Consents in force that deny what cannot be held to; nothing is held of them
    """

    owing: int
    unfit: tuple[str, ...]


def follow(written):
    """Bring the denials up to what the Consents just written say, in the same transaction.

    Raises    RuleBroken `records.consent_unfit` (facts: expression)
    """
    consents = [stored for stored in written if stored.type == KIND]
    if not consents:
        return
    said = {stored: _said(stored) for stored in consents}
    faces = _faces({stored.patient for stored, found in said.items() if found})
    for stored, found in said.items():
        access.set_denials(stored.ref, faces.get(stored.patient, ()), found)


def follow_people(*rids):
    """Bring the denials of these persons up to their Patients, after a merge or its undoing."""
    for rid in rids:
        follow(reading.compartment(rid, types=[KIND]))


def forbids(stored, org):
    """True when a version of a Consent closes something to an organisation.

    One of before that could not be held to may be meant for any organisation.
    """
    try:
        found = [] if stored.deleted else forbidden(stored.resource)
    except errors.RuleBroken:
        return True
    return any(
        org == each.org or (each.org == access.EVERYBODY and org not in each.but) for each in found
    )


def _said(stored):
    """What a version forbids; a denial must say whose record it closes."""
    found = [] if stored.deleted else forbidden(stored.resource)
    if found and stored.patient is None:
        raise provisions.unfit("Consent.patient")
    return found


def _faces(rids):
    """{record number of a person: all of theirs}: that of the Patient, and of those which it replaces.

    What was written before a merge stands in the history of the Patient that was merged.
    """
    found = {rid: {rid} for rid in rids}
    asked = {rid: {rid} for rid in rids}  # a face to be looked at: the persons it is one of
    with access.reach(actor.SYSTEM, people="all", lens="", asker=""):
        while asked:
            patients = reading.get_many(reading.refs(asked).values())
            replaced = {one.rid: _replaced(one) for one in patients}
            numbers = reading.rids({ref for refs in replaced.values() for ref in refs})
            following = {}
            for face, refs in replaced.items():
                for rid in (numbers[ref] for ref in refs if ref in numbers):
                    for person in asked[face]:
                        if rid not in found[person]:
                            found[person].add(rid)
                            following.setdefault(rid, set()).add(person)
            asked = following
    return found


def _replaced(patient):
    links = [link for link in patient.resource.get("link", ()) if link.get("type") == "replaces"]
    named = [link["other"].get("reference", "") for link in links]
    return [ref for ref in named if ref.startswith("Patient/")]


# ── Of Consents stored before ──────────────────────────────────────────────────────────────


def uphold(*, mend=True):
    """Hold every stored Consent against its rows; set right those that differ. Returns `Upheld`.

    mend    False only counts. A second run finds nothing.
    """
    owing, unfit, after = _without_consent(mend), [], 0
    while True:
        with access.reach(actor.SYSTEM, people="all", lens="", asker=""):
            batch = of_rows(wire.rows(_NEXT, [kinds.code(KIND), after]))
            differing, refused = _differing(batch)
            if mend and differing:
                _mend(differing)
        owing += len(differing)
        unfit += refused
        if len(batch) < _AT_ONCE:
            return Upheld(owing, tuple(unfit))
        after = batch[-1].rid


def _differing(consents):
    """(references of those whose rows say something else, of those that cannot be held to)."""
    said, unfit = {}, []
    for stored in consents:
        try:
            said[stored] = _said(stored)
        except errors.HaidangError:
            unfit.append(stored.ref)
    faces = _faces({stored.patient for stored, found in said.items() if found})
    held = access.denials_of([stored.ref for stored in said])
    wanted = {
        stored.ref: {(rid, each) for each in found for rid in faces[stored.patient]}
        for stored, found in said.items()
        if found
    }
    return [
        one.ref for one in said if wanted.get(one.ref, set()) != held.get(one.ref, set())
    ], unfit


def _mend(refs):
    """Write the rows of these anew, by what they say once nobody can change it any more."""
    reading.lock(*refs)
    follow([one for one in reading.get_many(refs) if _fit(one)])


def _fit(stored):
    try:
        _said(stored)
    except errors.HaidangError:
        return False
    return True


def _without_consent(mend):
    """How many references have rows and no Consent any more."""
    named, gone = sorted(access.denying_consents()), 0
    for start in range(0, len(named), _AT_ONCE):
        some = named[start : start + _AT_ONCE]
        with access.reach(actor.SYSTEM, people="all", lens="", asker=""):
            lost = sorted(set(some) - {one.ref for one in reading.get_many(some)})
            for ref in lost if mend else ():
                access.set_denials(ref, (), ())
        gone += len(lost)
    return gone
