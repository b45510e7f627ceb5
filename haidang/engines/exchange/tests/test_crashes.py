"""Killed at any point and started again: nothing acknowledged is lost, nothing is done twice."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange import batch, models
from haidang.engines.exchange.tests import snapshots
from haidang.kernel import errors
from tests import messages

VISITS = [f"V{number:02}" for number in range(24)]
WORKER = """
import django
django.setup()
from haidang.engines.exchange import pipeline
pipeline.BATCH = 5
print("ready", flush=True)
while pipeline.process_pending(5):
    pass
"""


def worker(database):
    environment = os.environ | {
        "HAIDANG_DATABASE": database,
        "DJANGO_SETTINGS_MODULE": "haidang.config.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER], env=environment, stdout=subprocess.PIPE, text=True
    )
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
    process = subprocess.Popen(
        [sys.executable, "-c", SENDER], env=environment, stdout=subprocess.PIPE, text=True
    )
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
