"""The access book: looks outlive a rollback, and without a book there is no look."""

import threading
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.db import connection, transaction

from haidang.engines.ledger import book as books
from haidang.kernel import errors


def test_a_look_survives_the_rollback_of_the_reader(book, nurse):
    with pytest.raises(RuntimeError), transaction.atomic():
        book.looked(by=nurse, about="Patient/lan", what="Trang người bệnh")
        raise RuntimeError

    (look,) = book.looks_at("Patient/lan")
    assert (look.by_ref, look.by_name, look.org) == (
        "Practitioner/nurse",
        "Điều dưỡng Lan",
        "31001",
    )
    assert (look.what, look.purpose, look.allowed) == ("Trang người bệnh", "care", True)


def test_a_refusal_is_noted_for_somebody_unknown_too(book):
    book.looked(by=None, about="Patient/lan", what="Trang", allowed=False, reason="permission")

    (look,) = book.looks_at("Patient/lan")
    assert (look.by_ref, look.allowed, look.reason) == ("anonymous", False, "permission")


def test_a_list_of_people_is_one_statement(book, nurse):
    people = [f"Patient/{i}" for i in range(200)]

    book.looked_many(by=nurse, about=people, what="Danh sách", purpose="records")

    assert len(book.looks_by("Practitioner/nurse", limit=500)) == 200


def test_looks_are_paged_newest_first(book, nurse):
    for number in range(5):
        book.looked(by=nurse, about="Patient/lan", what=str(number))

    first = book.looks_at("Patient/lan", limit=2)
    rest = book.looks_at("Patient/lan", before=first[-1].seq)

    assert [look.what for look in [*first, *rest]] == ["4", "3", "2", "1", "0"]


def test_without_the_book_the_look_is_refused(book, nurse, superuser):
    superuser("ALTER TABLE ledger_look RENAME TO ledger_look_away")

    with pytest.raises(errors.Unavailable) as refused:
        book.looked(by=nurse, about="Patient/lan", what="Trang")

    assert refused.value.code == "ledger.book_closed"


def test_a_busy_book_refuses_instead_of_waiting_for_ever(book, nurse, monkeypatch):
    held, free = threading.Barrier(5, timeout=60), threading.Event()

    def hold():
        with books.connection():
            held.wait()
            free.wait(10)

    threads = [threading.Thread(target=hold) for _ in range(4)]
    for thread in threads:
        thread.start()
    held.wait()
    monkeypatch.setattr(books, "WAIT_S", 0.2)  # after they were opened, which may take longer
    try:
        with pytest.raises(errors.Unavailable):
            book.looked(by=nurse, about="Patient/lan", what="Trang")
    finally:
        free.set()
        for thread in threads:
            thread.join()


def test_many_threads_write_the_book_and_lose_nothing(book, nurse):
    def read_many(number):
        for i in range(25):
            book.looked(by=nurse, about=f"Patient/{number}", what=str(i))
        connection.close()

    threads = [threading.Thread(target=read_many, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(book.looks_at(f"Patient/{n}")) for n in range(8)] == [25] * 8


def test_the_book_comes_back_when_the_database_does(book, nurse, superuser):
    book.looked(by=nurse, about="Patient/before", what="Trang")
    superuser(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'haidang access book' AND datname = current_database()"
    )

    book.looked(by=nurse, about="Patient/after", what="Trang")

    assert len(book.looks_at("Patient/after")) == 1


def test_connections_that_died_while_kept_cost_no_look(book, nurse, superuser):
    fill_the_pool()
    superuser(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'haidang access book' AND datname = current_database()"
    )

    for number in range(6):
        book.looked(by=nurse, about="Patient/after", what=str(number))

    assert len(book.looks_at("Patient/after")) == 6


def fill_the_pool():
    """Have as many connections kept as the pool may keep."""
    with ExitStack() as held:
        for _ in range(settings.HAIDANG_LEDGER_POOL):
            held.enter_context(books.connection())
