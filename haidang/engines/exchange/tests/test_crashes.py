"""Killed at any point and started again: nothing acknowledged is lost, nothing is done twice."""

import os
import random
import signal
import time

import pytest
from django.db import connection

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange import batch, models, queue
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.engines.exchange.tests import snapshots
from haidang.kernel import errors
from tests import messages, nursery

VISITS = [f"V{number:02}" for number in range(24)]
WORKER = """
import os, signal
import django
django.setup()
from haidang.engines.exchange import batch, beginnings, pipeline
{change}
print("ready", flush=True)
while pipeline.process_pending(5):
    pass
"""
# No file is to blame when a test kills the worker.
PATIENT = "pipeline.BATCH, beginnings.MOST = 5, 99"
DEADLY = """
true = batch.write
def write(cases):
    if any(case.dossier.ma_lk == "DEADLY" for case in cases):
        os.kill(os.getpid(), signal.SIGKILL)
    true(cases)
batch.write = write
"""


def worker(database, change=PATIENT):
    environment = os.environ | {
        "HAIDANG_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": "haidang.config.settings",
    }
    process = nursery.run(WORKER.format(change=change), environment=environment, output=True)
    assert process.stdout.readline() == "ready\n"
    return process


def kill_after(process, seconds):
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_a_worker_killed_again_and_again_ends_in_the_same_state(own_database):
    for visit in VISITS:
        messages.send(messages.claim(visit, MA_BN=f"BN{visit}", SO_CCCD=""))
    messages.send(messages.claim(VISITS[0], "20260309", LY_DO_VV="Chóng mặt"))
    chance = random.Random(7)

    for _ in range(8):
        kill_after(worker(own_database), chance.uniform(0, 0.35))
    models.Message.objects.update(next_try_at=None)
    assert worker(own_database).wait() == 0

    rows = list(models.Dossier.objects.values_list("state", flat=True))
    assert sorted(rows) == ["accepted"] * len(VISITS) + ["superseded"]
    assert not models.Message.objects.filter(state="received").exists()
    found = snapshots.records_now()
    encounters = [body for ref, (body, _) in found.items() if ref.startswith("Encounter/")]
    assert len(encounters) == len(VISITS)
    refs = {ref for row in models.Dossier.objects.all() for ref in row.refs}
    visit_records = {ref for ref in found if not ref.startswith("Patient/")}
    assert visit_records == refs


def ends_of_workers(database):
    """How workers that meet a deadly dossier end, until one lives to the end of the queue."""
    ends = []
    while not ends or ends[-1] != 0:
        for table in (models.Message, models.Dossier):
            table.objects.update(next_try_at=None)
        ends.append(worker(database, DEADLY).wait())
    return ends


@pytest.mark.slow
def test_a_file_that_kills_its_worker_is_set_aside_and_harms_nobody_else(own_database):
    before, deadly, after = (
        messages.send(messages.file_of(*map(examples.outpatient, visits)))
        for visits in (["A"], ["B", "DEADLY", "C"], ["D"])
    )

    ends = ends_of_workers(own_database)

    assert ends == [-signal.SIGKILL] * 3 + [0]
    assert states() == {"A": "accepted", "B": "accepted", "D": "accepted"}
    report = exchange.report(deadly.message_id)
    assert (report.message.state, report.message.fault) == ("failed", "exchange.process_killed")
    (problem,) = report.problems
    assert "dừng đột ngột 3 lần khi xử lý hồ sơ thứ 2" in problem.vi
    assert [exchange.report(r.message_id).message.state for r in (before, after)] == [
        "accepted"
    ] * 2


@pytest.mark.slow
def test_a_file_that_was_set_aside_can_be_done_again(own_database):
    deadly = messages.send(messages.claim("DEADLY"))
    ends_of_workers(own_database)

    exchange.replay([deadly.message_id], by=messages.CLERK)
    exchange.process_pending()

    assert exchange.report(deadly.message_id).message.state == "accepted"


@pytest.mark.slow
def test_a_dossier_that_kills_when_it_is_tried_again_is_set_aside(own_database, monkeypatch):
    monkeypatch.setattr(batch, "write", lambda cases: 1 / len(cases[:0]))
    receipt = messages.send(messages.claim("DEADLY"))
    exchange.process_pending()
    assert states() == {"DEADLY": "waiting"}

    ends = ends_of_workers(own_database)

    assert ends == [-signal.SIGKILL] * (queue.TRIES - 1) + [0]
    report = exchange.report(receipt.message_id, with_problems=True)
    assert (report.message.state, report.dossiers[0].state) == ("failed", "failed")
    assert [p.code for p in report.dossiers[0].problems] == ["exchange.process_killed"]


def states():
    return dict(models.Dossier.objects.values_list("visit", "state"))


SENDER = """
import sys
import django
django.setup()
from haidang.kernel import errors
from tests import messages
print("ready", flush=True)
for number in range(200):
    receipt = messages.send(messages.claim(f"V{number:03}"))
    print(receipt.message_id, flush=True)
"""


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_there_and_is_not_doubled(own_database):
    environment = os.environ | {
        "HAIDANG_DATABASE": own_database,
        "DJANGO_SETTINGS_MODULE": "haidang.config.settings",
    }
    process = nursery.run(SENDER, environment=environment, output=True)
    process.stdout.readline()
    acknowledged = [process.stdout.readline().strip() for _ in range(10)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [line.strip() for line in process.stdout if len(line) == 37]
    process.wait()

    kept = set(models.Message.objects.values_list("receipt", flat=True))
    again = [messages.send(messages.claim(f"V{number:03}")) for number in range(len(acknowledged))]

    assert set(acknowledged) <= kept
    assert [receipt.message_id for receipt in again] == acknowledged
    assert all(receipt.duplicate for receipt in again)
    assert exchange.raw(acknowledged[0])[1] == messages.claim("V000")


def test_a_lost_database_connection_loses_no_work(own_database, monkeypatch):
    receipt = messages.send(messages.claim("A"))
    true = batch._save_rows

    def cut(*arguments):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(batch, "_save_rows", cut)
    with pytest.raises(errors.Unavailable):
        exchange.process_pending()
    monkeypatch.setattr(batch, "_save_rows", true)

    assert exchange.process_pending() == 1
    row = models.Message.objects.get(receipt=receipt.message_id)
    assert (row.state, row.tries) == ("accepted", 0)
