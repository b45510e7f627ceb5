"""Identity keys: identifiers made one width for the index, and the numbers that locks are taken on.

A key is a hash of system and value, so the index holds no readable number; for the eye it keeps
the last four characters. A hash of twelve digits can be guessed through, so this is tidiness and
data minimisation, not encryption.
"""

import hashlib
import uuid
from dataclasses import dataclass

from haidang.kernel import errors, identity, systems

CITIZEN, OLD_ID, PASSPORT = "citizen", "old_id", "passport"
CARD, SOCIAL, MRN, OTHER = "card", "social", "mrn", "other"
#: Kinds that name one person across the country, strongest first; the order ranks matches.
NATIONAL = (CITIZEN, SOCIAL, CARD, OLD_ID, PASSPORT)
_KINDS = {
    systems.CITIZEN_ID: CITIZEN,
    systems.OLD_ID_CARD: OLD_ID,
    systems.PASSPORT: PASSPORT,
    systems.INSURANCE_CARD: CARD,
    systems.SOCIAL_INSURANCE: SOCIAL,
}
_MRN = systems.mrn("")


@dataclass(frozen=True, order=True)
class Key:
    """One identifier of a person as the index knows it (khoá định danh)."""

    kind: str
    value: uuid.UUID
    tail: str = ""

    @property
    def lock(self):
        """The number of the advisory lock that whoever decides about this identifier takes."""
        return lock_number("number", self.value)


def key_of(system, value):
    """Return the `Key` of an identifier, or None when there is nothing in it."""
    bare = identity.compact(value)
    if not system or not bare:
        return None
    digest = hashlib.blake2b(f"{system}|{bare}".encode(), digest_size=16).digest()
    return Key(kind_of(system), uuid.UUID(bytes=digest), bare[-4:] if len(bare) > 4 else "")


def kind_of(system):
    """Return which kind of identifier a system holds."""
    return _KINDS.get(system) or (MRN if system.startswith(_MRN) else OTHER)


def keys_of(identifiers):
    """Return the keys of (system, value) pairs as a frozenset.

    A 15-character card also proves the social-insurance number that it carries.
    """
    found = set()
    for system, value in identifiers:
        found.add(key_of(system, value))
        if system == systems.INSURANCE_CARD:
            found |= {key_of(*pair) for pair in _proven_by(value)}
    return frozenset(found - {None})


def _proven_by(card):
    try:
        return identity.InsuranceCard.parse(card).identifiers
    except errors.Incorrect:
        return []


def lock_number(*parts):
    """Return the 64-bit number on which an advisory lock for these parts is taken."""
    digest = hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
