"""Subscribers: after commit, in order, each at its own pace, and none stuck for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from haidang.engines.ledger import api as ledger
from haidang.engines.ledger import outbox
from haidang.engines.ledger.models import Position
from haidang.kernel import errors


@pytest.fixture
def heard(book, subscribers):
    """What the subscriber `test.all` was told."""
    told = []
    ledger.subscriber("test.all", "test.*")(told.append)
    return told


def facts(events):
    return [event.facts["n"] for event in events]


def say(n, by, name="test.thing.done"):
    ledger.record(name, by=by, facts={"n": n})


def retry_now():
    Position.objects.update(next_try_at=None)


def test_events_arrive_once_and_in_order(heard, nurse):
    for n in range(10):
        say(n, nurse)

    assert ledger.dispatch() == 10
    assert ledger.dispatch() == 0
    assert facts(heard) == list(range(10))


def test_only_wanted_events_arrive(heard, nurse):
    say(1, nurse)
    say(2, nurse, "other.thing.done")
    say(3, nurse)

    ledger.dispatch()

    assert facts(heard) == [1, 3]


def test_nothing_arrives_of_a_transaction_rolled_back(heard, nurse):
    with pytest.raises(RuntimeError), transaction.atomic():
        say(1, nurse)
        raise RuntimeError

    assert ledger.dispatch() == 0


def test_an_event_of_a_long_transaction_is_not_missed(heard, nurse):
    begun, go_on = threading.Event(), threading.Event()

    def long_transaction():
        with transaction.atomic():
            say("slow", nurse)
            begun.set()
            go_on.wait(10)
        connection.close()

    slow = threading.Thread(target=long_transaction)
    slow.start()
    begun.wait(10)
    say("quick", nurse)
    ledger.dispatch()
    assert facts(heard) == ["quick"]

    go_on.set()
    slow.join()
    ledger.dispatch()

    assert facts(heard) == ["quick", "slow"]


def test_a_failing_event_holds_back_its_own_subscriber_only(heard, nurse):
    tried = []

    @ledger.subscriber("test.fails", "test.*")
    def fails(event):
        tried.append(event.facts["n"])
        raise ValueError("Nguyễn Văn A")

    say(1, nurse)
    say(2, nurse)
    ledger.dispatch()
    ledger.dispatch()

    assert tried == [1]
    assert facts(heard) == [1, 2]
    place = Position.objects.get(subscriber="test.fails")
    assert "ValueError" in place.error
    assert "Nguyễn" not in place.error


def test_a_poison_event_is_parked_and_the_rest_goes_on(heard, nurse):
    taken = []

    @ledger.subscriber("test.picky", "test.*")
    def picky(event):
        if event.facts["n"] == "poison":
            raise ValueError
        taken.append(event.facts["n"])

    for n in (1, "poison", 2):
        say(n, nurse)
    for _ in range(outbox.MOST_TRIES):
        retry_now()
        ledger.dispatch()

    assert taken == [1, 2]
    (waiting,) = ledger.parked()
    assert (waiting.subscriber, waiting.event.facts, waiting.tries) == (
        "test.picky",
        {"n": "poison"},
        outbox.MOST_TRIES,
    )


def test_a_parked_event_is_taken_when_its_cause_is_gone(heard, nurse):
    broken = True

    @ledger.subscriber("test.repaired", "test.*")
    def repaired(event):
        if broken:
            raise ValueError

    say(1, nurse)
    for _ in range(outbox.MOST_TRIES):
        retry_now()
        ledger.dispatch()
    (waiting,) = ledger.parked()
    broken = False

    ledger.retry_parked("test.repaired", waiting.event.seq, by=nurse)

    assert ledger.parked() == []
    with pytest.raises(errors.NotFound):
        ledger.retry_parked("test.repaired", waiting.event.seq, by=nurse)


def test_what_a_failing_subscriber_wrote_is_undone(book, subscribers, nurse):
    @ledger.subscriber("test.writes", "test.*")
    def writes(event):
        ledger.record("echo.thing.done", by=nurse)
        raise ValueError

    say(1, nurse)
    ledger.dispatch()

    assert ledger.events(names=("echo.*",)) == []


def test_the_pause_grows_up_to_five_minutes(heard, nurse):
    assert timedelta(minutes=5) == outbox._LONGEST_PAUSE

    @ledger.subscriber("test.waits", "test.*")
    def waits(event):
        raise ValueError

    say(1, nurse)
    pauses = []
    for _ in range(3):
        retry_now()
        ledger.dispatch()
        place = Position.objects.get(subscriber="test.waits")
        pauses.append(place.next_try_at)

    assert pauses == sorted(pauses)


def test_writers_and_workers_at_once_lose_and_repeat_nothing(book, subscribers, nurse):
    told, guard = [], threading.Lock()

    @ledger.subscriber("test.counts", "test.*")
    def counts(event):
        with guard:
            told.append(event.seq)

    def write(number):
        for i in range(40):
            with transaction.atomic():
                say(f"{number}-{i}", nurse)
        connection.close()

    def work():
        while not finished.is_set():
            ledger.dispatch(limit=20)
        connection.close()

    finished = threading.Event()
    workers = [threading.Thread(target=work) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in [*workers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    finished.set()
    for thread in workers:
        thread.join()
    ledger.dispatch()

    assert len(told) == len(set(told)) == 160


def test_each_writers_events_keep_their_order(book, subscribers, nurse):
    told = []
    ledger.subscriber("test.order", "test.*")(lambda event: told.append(event.facts["n"]))

    def write(number):
        for i in range(30):
            say([number, i], nurse)
        connection.close()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in writers:
        thread.start()
    while any(thread.is_alive() for thread in writers):
        ledger.dispatch()
    ledger.dispatch()

    assert len(told) == 120
    for number in range(4):
        assert [i for n, i in told if n == number] == list(range(30))


def test_two_subscribers_may_not_share_a_name(subscribers):
    ledger.subscriber("test.one")(test_two_subscribers_may_not_share_a_name)

    with pytest.raises(ValueError, match="two subscribers"):
        ledger.subscriber("test.one")(facts)
