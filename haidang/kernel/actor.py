"""Who acts (người thực hiện): a member of staff, a citizen, a client system, or the product."""

from dataclasses import dataclass

STAFF, CITIZEN, CLIENT, SYSTEM_KIND = "staff", "citizen", "client", "system"


@dataclass(frozen=True)
class Actor:
    """One who does or sees something; `by=` is always one of these.

    ref          FHIR reference that stands in the ledger, e.g. `Practitioner/0197…`
    name         name shown to people
    kind         `staff`, `citizen`, `client` or `system`
    org          code of the organisation acted for, or None
    roles        role codes held in that organisation
    permissions  `room.permission` names that those roles give
    patient      for a citizen: the id of the own Patient
    account      key of the account, None for clients and the system

    An app that acts for a person is a client with the reference of that person, and besides:

    client       the app, e.g. `Device/0197…`
    people       record numbers of persons whom it sees beside those of the organisation; of the one
                 it was opened for also those that were merged into it since
    only_people  it sees these persons alone, whatever the organisation
    focus        record number of the person it was opened for (launch/patient)
    ceiling      highest confidentiality it sees: `N`, `R`, or None for all
    """

    ref: str
    name: str
    kind: str
    org: str | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    patient: str | None = None
    account: int | None = None
    client: str | None = None
    people: tuple[int, ...] = ()
    only_people: bool = False
    focus: int | None = None
    ceiling: str | None = None

    def can(self, permission):
        return self.kind == SYSTEM_KIND or permission in self.permissions


SYSTEM = Actor(ref="Device/haidang", name="Hải Đăng", kind=SYSTEM_KIND)
