"""`bin/haidang client …` and `bin/haidang user …`: systems and accounts from a terminal."""

import json
import sys

import click

from haidang.engines.access import api as access
from haidang.kernel import actor as actors
from haidang.kernel import errors


def _refusing(function):
    """Say a refusal in one line and leave with 1, instead of a traceback."""
    try:
        return function()
    except errors.HaidangError as refusal:
        click.echo(f"{refusal.code}: {refusal.message}", err=True)
        sys.exit(1)


def _told(as_json, facts, sentence):
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else sentence)


@click.group("client")
def command():
    """Systems that connect to the gateway."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="e.g. system/*.rs; repeat it."
)
@click.option("--org", help="Code of the facility it speaks for; the whole city when left out.")
@click.option("--json", "as_json", is_flag=True)
def add_client(name, scopes, org, as_json):
    """Register a system and print its token, which is shown this once."""
    client, token = _refusing(lambda: access.create_client(name, list(scopes), org, actors.SYSTEM))
    _told(as_json, {"client": client.uid, "token": token}, token)


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_clients(as_json):
    """Print every registered system, newest first."""
    for one in access.clients():
        facts = {
            "client": one.uid,
            "name": one.name,
            "org": one.org or None,
            "scopes": one.scopes,
            "working": one.ended_at is None,
        }
        state = "" if facts["working"] else "  (ended)"
        _told(as_json, facts, f"{one.uid}  {one.name}  {' '.join(one.scopes)}{state}")


@command.command("end")
@click.argument("uid")
def end_client(uid):
    """Close a system's door at once."""
    access.end_client(uid, by=actors.SYSTEM)


@click.group("user")
def user():
    """Accounts of people."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Name shown to people.")
@click.option("--role", "roles", multiple=True, help="role, or role@organisation; repeat it.")
@click.option("--patient", help="Id of the own Patient, for a citizen.")
@click.option("--password", envvar="HAIDANG_NEW_PASSWORD", help="Made and printed when left out.")
@click.option("--json", "as_json", is_flag=True)
def add_user(username, name, roles, patient, password, as_json):
    """Create an account. A password made here must be changed at the first sign-in."""
    made = password or access.new_password()
    account = _refusing(
        lambda: access.create_account(
            username,
            password=made,
            name=name,
            roles=[_role(role) for role in roles],
            patient=patient,
            by=actors.SYSTEM,
            temporary=password is None,
        )
    )
    facts = {"username": account.username, "ref": account.ref}
    if password is None:
        facts["password"] = made
    _told(as_json, facts, "  ".join(facts.values()))


def _role(text):
    role, _at, org = text.partition("@")
    return role, org or None


commands = (command, user)
