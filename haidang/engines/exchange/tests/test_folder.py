"""The watched folder: taken in, moved away, with a report beside."""

import json
import os

import pytest

from haidang.engines.exchange import folder, models
from tests import messages, zips

pytestmark = pytest.mark.django_db


def put(place, name, content, age_s=60):
    path = place / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    moment = path.stat().st_mtime - age_s
    os.utime(path, (moment, moment))
    return path


def test_a_good_file_goes_to_done_with_a_report_beside_it(tmp_path):
    put(tmp_path, "a.xml", messages.claim("A"))

    assert folder.sweep(tmp_path) == 1

    told = json.loads((tmp_path / "done/a.xml.json").read_text())
    assert told["state"] == "accepted"
    assert (tmp_path / "done/a.xml").read_bytes() == messages.claim("A")
    assert "accepted" in (tmp_path / "done/a.xml.txt").read_text()
    assert folder.sweep(tmp_path) == 0


def test_a_bad_file_goes_to_refused_with_every_problem_in_words(tmp_path):
    put(tmp_path, "a.xml", messages.claim("A", MA_BENH_CHINH=""))

    folder.sweep(tmp_path)

    told = json.loads((tmp_path / "refused/a.xml.json").read_text())
    assert any(
        p["field"] == "MA_BENH_CHINH" and p["vi"] and p["action_vi"] for p in told["problems"]
    )
    assert "MA_BENH_CHINH" in (tmp_path / "refused/a.xml.txt").read_text()


def test_a_zip_is_taken_in_file_by_file(tmp_path):
    put(
        tmp_path,
        "a.zip",
        zips.zipped(("a.xml", messages.claim("A")), ("b.xml", messages.claim("B"))),
    )

    folder.sweep(tmp_path)

    assert (tmp_path / "done/a.zip").exists()
    assert models.Message.objects.filter(channel="folder").count() == 3


def test_a_file_still_being_written_is_left_alone(tmp_path):
    put(tmp_path, "a.xml", messages.claim("A"), age_s=0)

    assert folder.sweep(tmp_path) == 0
    assert (tmp_path / "a.xml").exists()


def test_a_folder_named_after_a_facility_takes_only_its_dossiers(tmp_path):
    put(tmp_path, "31T02/a.xml", messages.claim("A"))

    folder.sweep(tmp_path)

    told = json.loads((tmp_path / "31T02/refused/a.xml.json").read_text())
    assert [p["code"] for p in told["problems"]] == ["exchange.not_your_facility"]


def test_links_and_other_files_are_not_touched(tmp_path):
    secret = put(tmp_path, "notes.txt", b"x")
    (tmp_path / "b.xml").symlink_to(secret)

    assert folder.sweep(tmp_path) == 0


def test_two_files_of_one_name_both_keep_their_report(tmp_path):
    for visit in "AB":
        put(tmp_path, "a.xml", messages.claim(visit))
        folder.sweep(tmp_path)

    assert sorted(p.name for p in (tmp_path / "done").glob("*.json")) == [
        "a-2.xml.json",
        "a.xml.json",
    ]


@pytest.mark.parametrize("content", [b"", b"<x>" + b" " * 1024 * 1024])
def test_a_file_that_is_not_taken_in_is_answered_in_both_languages(tmp_path, settings, content):
    settings.HAIDANG_CLAIMS_FILE_MB = 1
    put(tmp_path, "a.xml", content)

    folder.sweep(tmp_path)

    (problem,) = json.loads((tmp_path / "refused/a.xml.json").read_text())["problems"]
    words = (tmp_path / "refused/a.xml.txt").read_text()
    assert all(problem[each] and problem[each] in words for each in ("vi", "en", "action_vi"))
    assert not models.Message.objects.exists()


@pytest.mark.parametrize("name", ["á" * 125 + ".xml", "h\udcf4 s\udcbc.xml"])
def test_a_name_that_cannot_be_kept_holds_up_nobody(tmp_path, name):
    put(tmp_path, name, messages.claim("A"))
    put(tmp_path, "ý.xml", messages.claim("B"))

    assert folder.sweep(tmp_path) == 2

    assert len(list((tmp_path / "done").glob("*.xml"))) == 2
    assert len(list((tmp_path / "done").glob("*.json"))) == 2
    assert folder.sweep(tmp_path) == 0


def test_a_file_that_may_not_be_read_holds_up_nobody(tmp_path, monkeypatch):
    closed = put(tmp_path, "a.xml", messages.claim("A"))
    put(tmp_path, "b.xml", messages.claim("B"))
    opened = type(closed).open

    def refuse(path, *how, **more):
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return opened(path, *how, **more)

    monkeypatch.setattr(type(closed), "open", refuse)  # root may read whatever the mode says

    assert folder.sweep(tmp_path) == 2

    (problem,) = json.loads((tmp_path / "refused/a.xml.json").read_text())["problems"]
    assert problem["code"] == "exchange.unreadable"
    assert (tmp_path / "done/b.xml").exists()


def test_two_workers_do_not_take_the_same_file(tmp_path):
    put(tmp_path, "a.xml", messages.claim("A"))

    with folder._alone(tmp_path) as first:
        assert first
        assert folder.sweep(tmp_path) == 0

    assert folder.sweep(tmp_path) == 1
