"""Accounts and systems from a terminal."""

import json
import re

import pytest
from click.testing import CliRunner

from haidang.engines.access import api as access
from haidang.engines.access import console
from haidang.engines.access.models import Account
from haidang.engines.places import api as places
from haidang.kernel import actor as actors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hospital(db):
    places.save_facility(
        "31001", name="Bệnh viện Việt Tiệp", kind="general-hospital", by=actors.SYSTEM
    )


def run(group, *words):
    return CliRunner().invoke(group, words)


def test_a_system_gets_a_token_that_works_until_it_is_ended(house):
    made = json.loads(
        run(
            console.command, "add", "HIS", "--scope", "system/*.rs", "--org", "31001", "--json"
        ).output
    )
    assert access.client_of(made["token"]).org == "31001"
    assert made["client"] in run(console.command, "list").output

    run(console.command, "end", made["client"])

    assert access.client_of(made["token"]) is None
    assert "(ended)" in run(console.command, "list").output


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (console.command, ("add", "HIS", "--scope", "system/*.rs", "--org", "99999")),
        (console.command, ("register", "Kho", "--scope", "patient/*.rs", "--org", "99999")),
        (console.user, ("add", "doctor.lan", "--name", "Lan", "--role", "doctor@99999")),
    ],
)
def test_an_organisation_that_is_not_there_is_refused(house, group, words):
    result = run(group, *words, "--json")

    told = json.loads(result.stdout)["error"]
    assert result.exit_code == 2
    assert (told["code"], told["facts"]) == ("access.unknown_org", {"org": "99999"})
    assert (access.clients(), access.apps(), Account.objects.count()) == ([], [], 0)


def test_a_weak_password_is_told_in_one_language(house):
    words = ("add", "doctor.lan", "--name", "Lan", "--password", "password")

    result = run(console.user, *words, "--json")

    message = json.loads(result.stdout)["error"]["message"]
    assert result.exit_code == 2
    assert "từ 10 ký tự" in message
    assert "quá nhiều người dùng" in message
    assert not re.search("password|character|common", message)
    assert Account.objects.count() == 0


def test_an_unknown_scope_is_one_line_and_a_2(house):
    result = run(console.command, "add", "HIS", "--scope", "everything")

    assert result.exit_code == 2
    assert "access.unknown_scope" in result.output


def test_an_account_is_made_with_its_roles(house):
    words = ("add", "doctor.lan", "--name", "Lan", "--role", "doctor@31001", "--role", "inspector")

    made = json.loads(run(console.user, *words, "--json").output)

    account = Account.objects.get(username="doctor.lan")
    assert account.check_password(made["password"])
    assert account.must_change_password
    assert access.actor_of(account).roles == {"doctor", "inspector"}


def test_a_name_in_use_is_one_line_and_a_1(person):
    person("doctor.lan")

    result = run(console.user, "add", "doctor.lan", "--name", "Lan")

    assert result.exit_code == 1
    assert "access.username_taken" in result.output


def test_an_app_is_registered_listed_and_ended(house):
    words = (
        "register",
        "Nhật ký",
        "--scope",
        "patient/*.rs",
        "--redirect-uri",
        "https://a.example/",
    )

    made = json.loads(run(console.command, *words, "--json").output)

    assert made["client_secret"]
    assert access.app_of(made["client_id"]).scopes == ["patient/*.rs"]
    assert f"{made['client_id']}  app" in run(console.command, "list").output
    run(console.command, "end", made["client_id"])
    assert access.app_of(made["client_id"]) is None


def test_a_service_without_a_key_is_one_line_and_a_1(house):
    result = run(console.command, "register", "Kho", "--service", "--scope", "system/*.rs")

    assert result.exit_code == 2
    assert "access.app_unfit" in result.output


def test_a_system_that_is_not_there_cannot_be_ended(house):
    result = run(console.command, "end", "nobody", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "access.client_unknown"


@pytest.mark.parametrize("content", [b"not json", b"\xff\xfe", b"[1]", b'{"keys": 1}'])
def test_keys_that_are_no_key_set_are_told(house, tmp_path, content):
    (tmp_path / "keys.json").write_bytes(content)
    words = ("register", "Kho", "--service", "--scope", "system/*.rs")

    result = run(console.command, *words, "--jwks", str(tmp_path / "keys.json"), "--json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["code"] == "access.app_unfit"
