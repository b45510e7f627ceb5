"""What a person and a script are told when a command cannot do its work."""

import json

import click
import pytest
from click.testing import CliRunner

from haidang.kernel import errors, terminal


def raising(why):
    @click.group(cls=terminal.Group)
    def group():
        pass

    @group.command()
    @click.option("--json", "as_json", is_flag=True)
    @click.option("--times", type=click.IntRange(1))
    def fail(as_json, times):
        if why is not None:
            raise why

    return group


def ask(why, *words):
    return CliRunner().invoke(raising(why), ["fail", *words])


ENDINGS = [
    (errors.RuleBroken("people.twice", "Đã có.", kept=2), 1, "people.twice"),
    (errors.Incorrect("people.unreadable", "Không đọc được."), 2, "people.unreadable"),
    (click.ClickException("No."), 1, "house.refused"),
    (PermissionError(13, "Permission denied", "/away"), 1, "house.machine"),
    (OSError(28, "No space left on device"), 1, "house.machine"),
    (KeyboardInterrupt(), 130, "house.stopped"),
    (terminal.Terminated(), 143, "house.stopped"),
    (ZeroDivisionError(), 70, "house.fault"),
]
_KINDS = [type(why).__name__ for why, _, _ in ENDINGS]


@pytest.mark.parametrize(("why", "exit_code", "code"), ENDINGS, ids=_KINDS)
def test_each_end_has_its_exit_code_and_a_sentence(why, exit_code, code):
    done = ask(why)

    assert (done.exit_code, done.stdout) == (exit_code, "")
    assert f"Error: {code}: " in done.stderr
    assert ("ZeroDivisionError" in done.stderr) == (code == "house.fault")


@pytest.mark.parametrize(("why", "exit_code", "code"), ENDINGS, ids=_KINDS)
def test_each_end_is_json_when_json_was_asked_for(why, exit_code, code):
    done = ask(why, "--json")

    told = json.loads(done.stdout)["error"]
    assert (done.exit_code, told["code"]) == (exit_code, code)
    assert told["message"]


def test_facts_stand_with_the_sentence():
    why = errors.RuleBroken("people.twice", "Đã có.", kept=2)

    assert ask(why).stderr == "Error: people.twice: Đã có. (kept: 2)\n"
    assert json.loads(ask(why, "--json").stdout)["error"]["facts"] == {"kept": 2}


@pytest.mark.parametrize("words", [("--times", "-1"), ("--unknown",), ("--times", "x")])
def test_a_call_that_cannot_be_understood_is_a_2(words):
    plain, as_json = ask(None, *words), ask(None, *words, "--json")

    assert (plain.exit_code, as_json.exit_code) == (2, 2)
    assert "Usage: " in plain.stderr
    assert json.loads(as_json.stdout)["error"]["code"] == "house.usage"


def test_an_unknown_command_is_told_in_json_too():
    done = CliRunner().invoke(raising(None), ["nothing", "--json"])

    assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (2, "house.usage")


def test_a_command_says_itself_how_it_was_stopped():
    assert "goes on from here" in ask(KeyboardInterrupt("It goes on from here.")).stderr


def test_what_is_done_is_a_0_and_silent():
    done = ask(None)

    assert (done.exit_code, done.output) == (0, "")
