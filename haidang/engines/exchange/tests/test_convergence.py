"""Copies of a visit in any order, by any number of processes at once, end in one state."""

import random
import threading

import pytest
from django.db import connection, transaction

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange.tests import snapshots
from haidang.engines.people import api as people
from haidang.kernel import systems
from tests import messages
from tests.threads import at_once

DAYS = ("20260303", "20260304", "20260305", "20260306")
COPIES = [
    messages.claim("A", DAYS[0], LY_DO_VV="Đau đầu"),
    messages.claim("A", DAYS[1], LY_DO_VV="Chóng mặt", DIEN_THOAI="0912345678"),
    messages.claim("A", DAYS[2], LY_DO_VV="Đau ngực", DIA_CHI="Số 2 đường Mẫu"),
    messages.claim("A", DAYS[3], MA_BENH_CHINH=""),
    messages.claim("A", DAYS[0], LY_DO_VV="Đau bụng"),
    messages.check_in("A"),
    messages.claim("B", DAYS[1], LY_DO_VV="Sốt"),
]


def outcome():
    return snapshots.records_now(), snapshots.tellings_now()


def processed(receipts):
    """The outcome of processing messages one by one in this order; undone again."""
    with transaction.atomic():
        for receipt in receipts:
            exchange.process(receipt)
        found = outcome()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def receipts(db):
    return [messages.send(content).message_id for content in COPIES]


def test_the_last_sound_copy_is_what_stands(receipts):
    found, tellings = processed(receipts)

    encounters = [body for ref, (body, _) in found.items() if ref.startswith("Encounter/")]
    assert sorted(body["reasonCode"][0]["text"] for body in encounters) == ["Sốt", "Đau ngực"]
    assert list(tellings.values()) == [
        "superseded", "superseded", "accepted", "rejected", "superseded", "superseded", "accepted",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_any_order_of_processing_ends_in_the_same_state(receipts, seed):
    shuffled = random.Random(seed).sample(receipts, len(receipts))

    assert processed(shuffled) == processed(receipts)


@pytest.mark.parametrize("seed", range(3))
def test_processes_that_meet_end_in_the_same_state(own_database, seed):
    receipts = [messages.send(content).message_id for content in COPIES]
    expected = processed(receipts)
    start = threading.Barrier(4, timeout=60)

    def worker(order):
        start.wait()
        for receipt in order:
            exchange.process(receipt)
        connection.close()

    chance = random.Random(seed)
    workers = [
        threading.Thread(target=worker, args=[chance.sample(receipts, len(receipts))])
        for _ in range(4)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert outcome() == expected


def test_people_whom_another_process_is_writing_stay_in_the_queue(own_database):
    number, other = "031070000001", "031070000002"
    messages.send(messages.claim("A", SO_CCCD=number))
    messages.send(messages.claim("B", SO_CCCD=other, HO_TEN="Trần Văn Bình", MA_THE_BHYT=""))
    busy = people.Candidate("Nguyễn Văn Mẫu", identifiers=[(systems.CITIZEN_ID, number)])

    with transaction.atomic():
        people.claim([[busy]])
        (done,) = at_once(exchange.process_pending, [10])
    meanwhile = snapshots.tellings_now()
    exchange.process_pending()

    assert done == 1
    assert [visit for visit, *_ in meanwhile] == ["B"]
    assert set(snapshots.tellings_now().values()) == {"accepted"}
