"""The door of the access engine."""

from haidang.engines.access.accounts import (
    active_grants,
    actor_of,
    clean_username,
    create_account,
    end_role,
    grant_role,
)
from haidang.engines.access.clients import (
    actor_of_client,
    client_of,
    clients,
    create_client,
    end_client,
)
from haidang.engines.access.consents import Given, consents_of, give_consent, withdraw_consent
from haidang.engines.access.family import family_of, set_family
from haidang.engines.access.glass import (
    VERDICTS,
    Opening,
    break_glass,
    is_broken,
    openings,
    review_opening,
)
from haidang.engines.access.limits import address_of, spend
from haidang.engines.access.models import Account
from haidang.engines.access.opening import ground_for, open_person
from haidang.engines.access.permissions import catalogue, may, of_roles, require
from haidang.engines.access.reach import reach
from haidang.engines.access.relations import Relation, relate, relate_many, related, unrelate
from haidang.engines.access.scope import covers, name_of
from haidang.engines.access.screens import screen

__all__ = [
    "VERDICTS",
    "Account",
    "Given",
    "Opening",
    "Relation",
    "active_grants",
    "actor_of",
    "actor_of_client",
    "address_of",
    "break_glass",
    "catalogue",
    "clean_username",
    "client_of",
    "clients",
    "consents_of",
    "covers",
    "create_account",
    "create_client",
    "end_client",
    "end_role",
    "family_of",
    "give_consent",
    "grant_role",
    "ground_for",
    "is_broken",
    "may",
    "name_of",
    "of_roles",
    "open_person",
    "openings",
    "reach",
    "relate",
    "relate_many",
    "related",
    "require",
    "review_opening",
    "screen",
    "set_family",
    "spend",
    "unrelate",
    "withdraw_consent",
]
