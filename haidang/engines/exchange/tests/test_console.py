"""`bin/haidang claims`: what a script sees, and what the exit code means."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import OperationalError
from django.utils import timezone

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange import console, pool
from haidang.engines.exchange.models import Message
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


@pytest.fixture
def put_off(folder):
    """A message that could not be read and waits an hour for its next try."""
    ask("import", folder / "two.zip", "--no-wait")
    row = Message.objects.get(filename="c.xml")
    row.fault, row.tries = "OSError", 3
    row.next_try_at = timezone.now() + timedelta(hours=1)
    row.save()
    return row


def test_nobody_waits_for_what_will_be_tried_again_later(folder, put_off):
    answer = ask("import", folder / "good.xml", "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["states"] == {"accepted": 1}
    put_off.refresh_from_db()
    assert put_off.state == "received"


def test_what_is_not_read_yet_is_no_success(folder, put_off):
    answer = ask("import", folder / "two.zip", "--json")

    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["states"] == {"accepted": 1, "received": 1}
    assert ask("import", folder / "two.zip", "--no-wait").exit_code == 0


class Hours:
    """A clock that moves when somebody pauses, so that nobody waits for real."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def held_elsewhere(folder):
    """Two files of a zip; one was begun by a process that does not end."""
    ask("import", folder / "two.zip", "--no-wait")
    later = timezone.now() + timedelta(hours=1)
    Message.objects.filter(filename="c.xml").update(begun=1, next_try_at=later)


def test_a_wait_ends_after_the_time_that_was_given(folder, held_elsewhere, monkeypatch):
    hours = Hours()
    monkeypatch.setattr(pool, "time", hours)

    answer = ask("import", folder / "two.zip", "--wait", 90, "--json")

    told = json.loads(answer.stdout)
    assert answer.exit_code == 75
    assert hours.now == 90
    assert told["states"] == {"accepted": 1, "received": 1}
    assert told["error"]["code"] == "claims.not_read_yet"
    assert told["error"]["facts"] == {"unread": 1, "waited_s": 90}


def test_whoever_waited_in_vain_is_told_what_is_safe_and_what_to_do(
    folder, held_elsewhere, monkeypatch
):
    monkeypatch.setattr(pool, "time", Hours())

    words = ask("import", folder / "two.zip").stdout

    assert "Sau 3600 giây còn 1 tệp chưa đọc xong" in words
    assert "chạy lại lệnh này" in words


def test_own_files_that_are_read_are_a_success_though_others_hold_the_queue(
    folder, held_elsewhere, monkeypatch
):
    monkeypatch.setattr(pool, "time", Hours())

    assert ask("import", folder / "good.xml", "--wait", 5).exit_code == 0


def test_no_batch_is_begun_when_the_time_is_up(folder):
    mine = messages.send(messages.claim("A")).message_id

    assert pool.see_through([mine], within_s=0) is False
    assert exchange.report(mine).message.state == "received"
    assert pool.see_through([mine], within_s=60) is True


@pytest.mark.parametrize("wait", ["0", "-1", "lâu"])
def test_a_time_that_is_none_is_not_understood(folder, wait):
    assert ask("import", folder / "good.xml", "--wait", wait).exit_code == 2


def test_what_comes_after_is_left_to_the_worker(folder):
    mine = messages.take_in(messages.claim("A")).message.id
    later = messages.send(messages.claim("Z")).message_id

    pool.see_through([mine])

    assert exchange.report(later).message.state == "received"


def test_for_a_handful_of_files_no_process_is_begun(folder, monkeypatch):
    monkeypatch.setattr(pool.multiprocessing, "get_context", None)

    assert ask("import", folder / "good.xml", "--processes", 8).exit_code == 0


def test_whoever_waits_is_told_for_how_many(folder):
    answer = ask("import", folder / "good.xml")

    assert answer.stderr.count("Còn") == 1
    assert ask("import", folder / "good.xml", "--json").stderr == ""


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
