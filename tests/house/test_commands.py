"""Every command of the product explains itself and can be read by a script."""

import click
import pytest

from haidang.config import console

# What starts other programs or talks to a person in front of it.
WITHOUT_JSON = {"django", "run", "within", "work"}


def _leaves(command, path):
    if not isinstance(command, click.Group):
        return [(path, command)]
    context = click.Context(command)
    found = ((name, command.get_command(context, name)) for name in command.list_commands(context))
    return [leaf for name, inner in found for leaf in _leaves(inner, f"{path} {name}".strip())]


COMMANDS = _leaves(console.main, "")


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_a_command_says_what_it_does_and_speaks_json(path, command):
    options = {name for parameter in command.params for name in parameter.opts}

    assert len((command.help or "").split()) >= 3
    # Without the option, the help says why not.
    assert path in WITHOUT_JSON or "--json" in options
    assert path not in WITHOUT_JSON or "--json" in command.help


@pytest.mark.parametrize(
    "path",
    [
        "claims check", "claims import", "claims export", "person find", "client add", "user add",
        "ledger verify", "demo", "doctor",
    ],
)  # fmt: skip
def test_the_doors_for_operators_are_there(path):
    assert path in dict(COMMANDS)
