"""Accounts of staff, one for each role, and the connected hospital system."""

from random import Random

from haidang.demo import plan
from haidang.engines.access import api as access
from haidang.kernel import actor, errors
from simulators.his import names

SCOPES = ["intake.send_claims"]


def build(tell):
    """Create the accounts that are not there yet."""
    todo = plan.accounts()
    for number, account in enumerate(todo, start=1):
        create(account["username"], roles=[(account["role"], account["org"])])
        tell(number, len(todo))


def create(username, *, roles=(), patient=None, name=None):
    """Create one account with the demo password, unless the name is taken: then it stays."""
    try:
        access.create_account(
            username,
            password=plan.city()["password"],
            name=name or _name(username),
            roles=roles,
            patient=patient,
            by=actor.SYSTEM,
        )
    except errors.Conflict:
        return


def _name(username):
    rng = Random(f"{plan.city()['seed']}/account/{username}")
    return names.full(rng, rng.choice("12"))


def connect_hospital():
    """Register the hospital system; return its token, or None when it was registered before."""
    if _registered():
        return None
    wanted = plan.city()["client"]
    _client, token = access.create_client(wanted["name"], SCOPES, wanted["org"], actor.SYSTEM)
    return token


def hospital_system():
    """The Actor that the connected hospital system is."""
    return access.actor_of_client(_registered())


def _registered():
    name = plan.city()["client"]["name"]
    return next((client for client in access.clients() if client.name == name), None)
