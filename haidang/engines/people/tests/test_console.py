"""Finding people from a terminal."""

import json

import pytest
from click.testing import CliRunner

from haidang.engines.people import console
from haidang.engines.people.candidate import Candidate
from haidang.engines.people.tests import factories
from haidang.kernel import systems


@pytest.fixture
def an(db):
    number = (systems.CITIZEN_ID, "031070000001")
    factories.indexed(Candidate("Nguyễn Văn An", "1970-05-14", "male", [number]))


def run(*arguments):
    return CliRunner().invoke(console.command, arguments)


def test_somebody_is_found_masked(an):
    done = run("find", "nguyen van an", "--json")

    assert done.exit_code == 0
    (hit,) = json.loads(done.output)
    assert (hit["name"], hit["masked"]["citizen"]) == ("Nguyễn Văn An", "••••••••0001")


def test_lines_for_people(an):
    assert "Nguyễn Văn An  14/05/1970" in run("find", "031070000001").output


@pytest.mark.parametrize(("query", "code"), [("tran thi b", 1), ("a", 2), ("a|b", 2)])
def test_exit_codes_tell_nobody_from_a_query_that_cannot_be_read(an, query, code):
    assert run("find", query).exit_code == code


def test_a_search_that_cannot_be_read_is_told_in_json_too(an):
    misread, negative = run("find", "a", "--json"), run("find", "an", "--limit", "-1", "--json")

    assert (misread.exit_code, negative.exit_code) == (2, 2)
    assert json.loads(misread.stdout)["error"]["code"] == "people.query_too_short"
    assert json.loads(negative.stdout)["error"]["code"] == "house.usage"
