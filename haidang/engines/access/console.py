"""`bin/haidang client …` and `bin/haidang user …`: systems and accounts from a terminal."""

import json

import click

from haidang.engines.access import api as access
from haidang.engines.access import scope as reaches
from haidang.kernel import actor as actors
from haidang.kernel import errors, terminal


def _told(as_json, facts, sentence):
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else sentence)


@click.group("client", cls=terminal.Group)
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
    reaches.check_known(org)
    client, token = access.create_client(name, list(scopes), org, actors.SYSTEM)
    _told(as_json, {"client": client.uid, "token": token}, token)


@command.command("register")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="The most it may be given.")
@click.option(
    "--redirect-uri", "redirect_uris", multiple=True, help="Where an app is sent back to."
)
@click.option("--public", is_flag=True, help="An app that cannot keep a secret.")
@click.option("--service", is_flag=True, help="A service that acts for itself, with a key.")
@click.option("--jwks", type=click.File("rb"), help="Its public keys, a JSON Web Key Set.")
@click.option("--jwks-uri", default="", help="Or the address of its public keys.")
@click.option("--launch-uri", default="", help="Where it is opened from our pages.")
@click.option("--publisher", default="", help="Who made it, as people are told.")
@click.option("--org", help="Facility for which a service speaks.")
@click.option("--ceiling", type=click.Choice(["N", "R"]), help="Highest confidentiality.")
@click.option("--json", "as_json", is_flag=True)
def register_app(name, jwks, ceiling, as_json, **wish):
    """Register a SMART app or service; its secret, if it gets one, is printed this once."""
    reaches.check_known(wish["org"])
    app, secret = access.register_app(
        name, by=actors.SYSTEM, jwks=_keys(jwks), ceiling=ceiling or "", **wish
    )
    facts = {"client_id": app.client_id} | ({"client_secret": secret} if secret else {})
    _told(as_json, facts, "  ".join(facts.values()))


def _keys(file):
    try:
        return json.load(file) if file else None
    except ValueError as why:
        raise errors.Incorrect("access.app_unfit", "JWKS is not JSON.", field="jwks") from why


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_clients(as_json):
    """Print every registered system and app, newest first."""
    rows = [(one.uid, "token", one) for one in access.clients()]
    rows += [(one.client_id, "service" if one.is_service else "app", one) for one in access.apps()]
    for uid, kind, one in rows:
        facts = {
            "client": uid,
            "kind": kind,
            "name": one.name,
            "org": one.org or None,
            "scopes": one.scopes,
            "working": one.ended_at is None,
        }
        state = "" if facts["working"] else "  (ended)"
        _told(as_json, facts, f"{uid}  {kind}  {one.name}  {' '.join(one.scopes)}{state}")


@command.command("end")
@click.argument("uid")
@click.option("--json", "as_json", is_flag=True)
def end_client(uid, as_json):
    """Close the door of a system or an app at once. Exit code 1: none of this name is open."""
    if not (access.end_client(uid, by=actors.SYSTEM) or access.end_app(uid, by=actors.SYSTEM)):
        raise errors.NotFound(
            "access.client_unknown",
            f"No system or app {uid} is open. Nothing was changed; `client list` names them all.",
        )
    _told(as_json, {"ended": uid}, f"{uid} is closed.")


@click.group("user", cls=terminal.Group)
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
    account = access.create_account(
        username,
        password=made,
        name=name,
        roles=[_role(role) for role in roles],
        patient=patient,
        by=actors.SYSTEM,
        temporary=password is None,
    )
    facts = {"username": account.username, "ref": account.ref}
    if password is None:
        facts["password"] = made
    _told(as_json, facts, "  ".join(facts.values()))


def _role(text):
    role, _at, org = text.partition("@")
    reaches.check_known(org)
    return role, org or None


commands = (command, user)
