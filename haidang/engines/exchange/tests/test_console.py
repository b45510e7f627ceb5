"""`bin/haidang claims`: what a script sees, and what the exit code means."""

import json

import pytest
from click.testing import CliRunner
from django.db import OperationalError

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange import console
from tests import messages, zips

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.xml").write_bytes(messages.claim("A"))
    (tmp_path / "bad.xml").write_bytes(messages.claim("B", MA_BENH_CHINH=""))
    (tmp_path / "empty.xml").write_bytes(b"")
    (tmp_path / "two.zip").write_bytes(
        zips.zipped(("c.xml", messages.claim("C")), ("d.xml", messages.claim("D")))
    )
    return tmp_path


def ask(*arguments):
    return CliRunner().invoke(console.command, [str(each) for each in arguments])


@pytest.mark.parametrize(("name", "code"), [("good.xml", 0), ("bad.xml", 1), ("empty.xml", 2)])
def test_the_exit_code_of_a_check_tells_the_verdict(folder, name, code):
    assert ask("check", folder / name).exit_code == code
    assert exchange.messages() == []


def test_a_check_in_json_lists_every_problem(folder):
    told = json.loads(ask("check", folder / "bad.xml", "--json").stdout)

    (dossier,) = told["files"][0]["dossiers"]
    assert told["files"][0]["sound"] is False
    assert any(p["field"] == "MA_BENH_CHINH" and p["action_vi"] for p in dossier["problems"])


def test_a_check_needs_no_database(folder, monkeypatch):
    def away():
        raise OperationalError('database "haidang" does not exist')

    monkeypatch.setattr("haidang.engines.exchange.codelists.current", away)

    assert ask("check", folder / "good.xml").exit_code == 0
    assert ask("check", folder / "bad.xml").exit_code == 1


def test_a_check_in_words_names_place_and_remedy(folder):
    words = ask("check", folder / "bad.xml").stdout

    assert "XML1 1 MA_BENH_CHINH" in words


def test_an_import_takes_files_and_zips_and_says_what_became_of_them(folder):
    (folder / "empty.xml").unlink()

    answer = ask("import", folder, "--processes", 1, "--json")

    told = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert told == {"files": 3, "duplicates": 0, "states": {"accepted": 3, "rejected": 1}}


def test_importing_again_changes_nothing(folder):
    ask("import", folder / "good.xml", "--processes", 1)

    answer = ask("import", folder / "good.xml", "--processes", 1, "--json")

    assert json.loads(answer.stdout)["duplicates"] == 1
    assert answer.exit_code == 0


def test_an_empty_file_among_others_is_named_and_the_others_are_taken(folder):
    answer = ask("import", folder, "--processes", 1, "--json")

    told = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert [each["name"] for each in told["refused"]] == ["empty.xml"]
    assert told["states"] == {"accepted": 3, "rejected": 1}


def test_a_file_over_the_limit_is_named_and_never_read_whole(folder, settings):
    settings.HAIDANG_CLAIMS_FILE_MB = 1
    with (folder / "huge.xml").open("wb") as huge:
        huge.truncate(8 * 1024**3)  # a hole: it takes no room on the disk

    answer = ask("import", folder, "--processes", 1, "--json")

    told = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert [each["code"] for each in told["refused"]] == ["exchange.empty", "exchange.too_large"]
    assert told["states"] == {"accepted": 3, "rejected": 1}
    assert ask("check", folder / "huge.xml").exit_code == 2


def test_a_receipt_can_be_asked_about(folder):
    receipt = messages.take_in(messages.claim("B", MA_BENH_CHINH="")).message.id

    told = json.loads(ask("status", receipt, "--json").stdout)

    assert told["message"]["state"] == "rejected"
    assert ask("status", "none").exit_code == 1


def test_a_visit_is_exported_into_a_folder(tmp_path):
    encounter = messages.take_in(messages.claim("A")).dossiers[0].encounter

    answer = ask("export", encounter, "--to", tmp_path)

    assert answer.exit_code == 0
    (path,) = tmp_path.glob("*.xml")
    assert ask("check", path).exit_code == 0


def test_a_folder_without_dossiers_is_told(tmp_path):
    answer = ask("import", tmp_path, "--json")

    assert answer.exit_code == 2
    assert json.loads(answer.stdout)["error"]["code"] == "claims.no_files"


def test_a_visit_that_cannot_be_exported_does_not_hold_up_the_others(folder, tmp_path):
    ask("import", folder / "good.xml", "--processes", 1)
    (kept,) = exchange.messages()
    (dossier,) = exchange.report(kept.id).dossiers

    answer = ask("export", "nothing", dossier.encounter, "--to", tmp_path / "out", "--json")

    told = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert [each["visit"] for each in told["refused"]] == ["Encounter/nothing"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [
        told["files"][0].rpartition("/")[2]
    ]
