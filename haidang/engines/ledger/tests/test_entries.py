"""Events: in the transaction of the change, append-only, and found again."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from haidang.engines.ledger import api as ledger

pytestmark = pytest.mark.django_db


def test_an_event_says_who_what_and_about_whom(nurse):
    seq = ledger.record(
        "immunization.dose.given",
        by=nurse,
        about="Patient/lan",
        record="Immunization/1/_history/1",
        facts={"dose": 2},
    )

    event = ledger.event(seq)
    assert (event.name, event.by_ref, event.by_name) == (
        "immunization.dose.given",
        "Practitioner/nurse",
        "Điều dưỡng Lan",
    )
    assert (event.about, event.record) == ("Patient/lan", "Immunization/1/_history/1")
    assert (event.org, event.facts) == ("31001", {"dose": 2})
    assert ledger.events_about("Patient/lan") == [event]


def test_an_event_goes_with_its_transaction(nurse):
    with pytest.raises(RuntimeError), transaction.atomic():
        ledger.record("immunization.dose.given", by=nurse, about="Patient/nobody")
        raise RuntimeError

    assert ledger.events_about("Patient/nobody") == []


def test_a_name_outside_the_grammar_is_refused(nurse):
    for name in ("Dose given", "given", "immunization.dose.", ""):
        with pytest.raises(ValueError, match="room.noun.past"):
            ledger.record(name, by=nurse)


def test_many_events_are_written_at_once_and_in_order(nurse):
    first = ledger.record("claims.import.started", by=nurse)
    entries = [ledger.Entry(f"claims.dossier.taken_{i}", about=f"Patient/{i}") for i in range(50)]

    ledger.record_many(entries, by=nurse)

    found = ledger.events(after=first)
    assert [event.name for event in found] == [entry.event for entry in entries]
    assert {event.org for event in found} == {"31001"}


def test_names_are_found_by_prefix_and_an_underscore_is_only_itself(nurse):
    start = ledger.record("exchange.message_in.kept", by=nurse)
    other = ledger.record("exchange.messagexin.kept", by=nurse)

    assert [e.seq for e in ledger.events(start - 1, ("exchange.*",))] == [start, other]
    assert [e.seq for e in ledger.events(start - 1, ("exchange.message_in.*",))] == [start]
    assert [e.seq for e in ledger.events(start - 1, ("exchange.messagexin.kept",))] == [other]


def test_pages_of_a_persons_events_follow_each_other(nurse):
    seqs = [ledger.record("people.person.seen", by=nurse, about="Patient/p") for _ in range(5)]

    first = ledger.events_about("Patient/p", limit=3)
    rest = ledger.events_about("Patient/p", before=first[-1].seq, limit=3)

    assert [event.seq for event in [*first, *rest]] == seqs[::-1]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_event SET name = 'x.y.z'",
        "DELETE FROM ledger_event",
        "UPDATE ledger_look SET what = ''",
        "DELETE FROM ledger_look",
        "TRUNCATE ledger_event",
    ],
)
def test_nothing_written_can_be_changed(nurse, change):
    ledger.record("people.person.seen", by=nurse)
    ledger.looked(by=nurse, about="Patient/unchanged", what="xem")

    with (
        pytest.raises((InternalError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
