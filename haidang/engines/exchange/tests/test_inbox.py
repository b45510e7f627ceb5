"""Receiving: kept before it is acknowledged, once per content and organisation."""

import io
import threading
from dataclasses import replace

import pytest
from django.db import connection

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange import inbox, models
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors
from tests import messages, zips

OTHER_CLERK = replace(messages.CLERK, org="31T02")


@pytest.mark.django_db
def test_what_is_acknowledged_is_kept_as_it_came():
    content = messages.claim()

    receipt = messages.send(content, filename="thang-3.xml")

    assert (receipt.state, receipt.duplicate) == ("received", False)
    assert exchange.raw(receipt.message_id) == ("thang-3.xml", content)


@pytest.mark.django_db
def test_the_same_bytes_twice_are_one_message():
    first = messages.send(messages.claim())
    second = messages.send(messages.claim(), filename="lan-hai.xml")

    assert second == replace(first, duplicate=True)
    assert models.Message.objects.count() == models.Content.objects.count() == 1
    assert len(ledger.events(names=("exchange.message.received",))) == 1


@pytest.mark.django_db
def test_the_same_bytes_from_another_organisation_are_another_message():
    first = messages.send(messages.claim())
    second = messages.send(messages.claim(), by=OTHER_CLERK)

    assert first.message_id != second.message_id
    assert not second.duplicate
    assert models.Content.objects.count() == 1


@pytest.mark.django_db
def test_each_file_of_a_zip_is_a_message_of_its_own():
    known = messages.send(messages.claim("A"))
    package = zips.zipped(
        ("a.xml", messages.claim("A")),
        ("b.xml", messages.claim("B")),
        ("c.xml", messages.claim("C")),
    )

    receipt = messages.send(package, filename="thang-3.zip")

    parts = exchange.messages(exchange.Filters(package=receipt.message_id))
    assert receipt.state == "unpacked"
    assert exchange.report(receipt.message_id).message.total == 3
    assert [part.filename for part in parts] == ["c.xml", "b.xml"]
    assert exchange.report(known.message_id).message.package == ""


@pytest.mark.django_db
def test_a_zip_is_held_in_memory_only_so_far(monkeypatch):
    held = []

    def kept(files, *more, keep=inbox._keep):
        held.append([file.name for file in files])
        return keep(files, *more)

    monkeypatch.setattr(inbox, "_keep", kept)
    monkeypatch.setattr(inbox, "_IN_MEMORY", 2 * len(messages.claim("A")))
    package = zips.zipped(*((f"{name}.xml", messages.claim(name)) for name in "ABC"))

    receipt = messages.send(package, filename="goi.zip")

    assert held == [["goi.zip"], ["A.xml", "B.xml"], ["C.xml"]]
    assert exchange.report(receipt.message_id).message.total == 3


@pytest.mark.django_db
def test_a_zip_with_a_trick_is_kept_and_refused_whole():
    package = zips.zipped(("a.xml", messages.claim()), ("b.xml", zips.zipped(("c.xml", b"<c/>"))))

    receipt = messages.send(package)

    report = exchange.report(receipt.message_id)
    assert receipt.state == "refused"
    assert [problem.code for problem in report.problems] == ["exchange.package_nested"]
    assert report.problems[0].action_vi
    assert report.parts == {}
    assert models.Message.objects.count() == 1


@pytest.mark.django_db
def test_an_empty_file_is_refused():
    with pytest.raises(errors.Incorrect) as refused:
        messages.send(b"")

    assert refused.value.code == "exchange.empty"
    assert models.Message.objects.count() == 0


@pytest.mark.django_db
def test_a_file_over_the_limit_is_refused_by_name_and_limit(settings):
    settings.HAIDANG_CLAIMS_FILE_MB = 1

    with pytest.raises(errors.TooLarge) as refused:
        messages.send(b"<" + b"x" * 1024 * 1024)

    assert refused.value.facts == {"limit": "1 MB"}
    assert "1 MB" in refused.value.message
    assert models.Message.objects.count() == 0


def test_a_stream_is_let_go_as_soon_as_it_passes_its_limit(settings):
    settings.HAIDANG_CLAIMS_FILE_MB = 1
    stream = io.BytesIO(b"<" + b"x" * 8 * 1024 * 1024)

    with pytest.raises(errors.TooLarge):
        inbox.read_limited(stream)

    assert stream.tell() <= 1.5 * 1024 * 1024


def test_a_zip_may_be_larger_than_one_file(settings):
    settings.HAIDANG_CLAIMS_FILE_MB, settings.HAIDANG_CLAIMS_PACKAGE_MB = 1, 2

    assert inbox.limit_of(b"PK\x03\x04") == 2 * inbox.limit_of(b"<?xml")


@pytest.mark.django_db
def test_many_files_share_one_commit_and_each_has_its_receipt():
    files = [
        ("a.xml", messages.claim("A")),
        ("b.xml", messages.claim("B")),
        ("a2.xml", messages.claim("A")),
    ]

    receipts = exchange.receive_many(files, by=actor.SYSTEM, channel="console", org="")

    assert [receipt.duplicate for receipt in receipts] == [False, False, True]
    assert receipts[0].message_id == receipts[2].message_id


def test_two_desks_sending_one_file_at_the_same_moment_make_one_message(own_database):
    start, receipts = threading.Barrier(6, timeout=60), []

    def desk():
        start.wait()
        receipts.append(messages.send(messages.claim()))
        connection.close()

    desks = [threading.Thread(target=desk) for _ in range(6)]
    for each in desks:
        each.start()
    for each in desks:
        each.join()

    assert len({receipt.message_id for receipt in receipts}) == 1
    assert sorted(receipt.duplicate for receipt in receipts) == [False] + [True] * 5


def test_a_file_name_may_hold_anything(db):
    receipt = messages.send(messages.claim("A"), filename="a\0\udce1" + "b" * 300)

    assert exchange.report(receipt.message_id).message.filename == "b" * 255
