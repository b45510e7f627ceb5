"""A dossier sent again that corrects its person: the person made for the mistake goes out of use."""

import random
import threading

import pytest
from django.db import connection, transaction

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange.tests import snapshots
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import actor
from tests import messages

RIGHT, WRONG, WRONG_TOO = "031070000001", "031070000010", "031070000019"
DAYS = ("20260303", "20260304", "20260305", "20260306")


def copy(day, visit="A", **summary):
    return messages.claim(visit, day, **{"SO_CCCD": RIGHT} | summary)


#: What the first copy had wrong, beside what the second says.
MISTAKES = {
    "number": {"SO_CCCD": WRONG},
    "number of a visit without card": {"SO_CCCD": WRONG, "MA_THE_BHYT": ""},
    "name": {"HO_TEN": "Trần Thị Bình"},
    "birth": {"NGAY_SINH": "193001010000"},
}


def person_of(report):
    (dossier,) = report.dossiers
    subject = snapshots.get(dossier.encounter).resource["subject"]["reference"]
    return snapshots.get(subject)


def holders(number):
    """Everybody, in use or not, who holds a citizen id."""
    everybody = snapshots.records_now()
    return [
        body for ref, (body, _) in everybody.items() if ref.startswith("Patient/") and number in ref
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_person_made_for_the_mistake_goes_out_of_use(mistake):
    first = person_of(messages.take_in(copy(DAYS[0], **MISTAKES[mistake])))
    second = person_of(messages.take_in(copy(DAYS[1])))

    left = snapshots.get(first.ref)
    assert second.ref != first.ref
    assert left.resource["active"] is False
    assert left.resource["link"] == [{"other": {"reference": second.ref}, "type": "replaced-by"}]
    assert left.resource["identifier"] == first.resource["identifier"]
    assert WRONG not in str(snapshots.get(second.ref).resource)
    assert people.count_open() == 0
    assert [hit.ref for hit in people.find("Nguyễn Văn Mẫu", by=actor.SYSTEM)] == [second.ref]
    assert "people.person.retired" in {each.name for each in ledger.events_about(first.ref)}
    assert len(snapshots.versions_of(first.ref)) == 2


@pytest.mark.django_db
def test_a_corrected_card_makes_no_second_person():
    first = person_of(messages.take_in(copy(DAYS[0], MA_THE_BHYT="GD4313199000009")))
    second = person_of(messages.take_in(copy(DAYS[1])))

    assert (second.ref, "active" in second.resource) == (first.ref, False)


@pytest.mark.django_db
def test_a_person_who_holds_another_visit_stays_and_is_asked_about():
    first = person_of(messages.take_in(copy(DAYS[0], SO_CCCD=WRONG)))
    messages.take_in(copy(DAYS[0], visit="B", SO_CCCD=WRONG))
    messages.take_in(copy(DAYS[1]))

    assert "active" not in snapshots.get(first.ref).resource
    assert people.count_open() == 1


@pytest.mark.django_db
def test_a_person_about_whom_somebody_else_did_something_stays():
    first = person_of(messages.take_in(copy(DAYS[0], SO_CCCD=WRONG)))
    changed = first.resource | {"maritalStatus": {"text": "Đã kết hôn"}}
    people.save_patient(changed, by=messages.CLERK)
    messages.take_in(copy(DAYS[1]))

    assert "active" not in snapshots.get(first.ref).resource


@pytest.mark.django_db
def test_the_number_finds_its_owner_when_another_visit_brings_it():
    left = person_of(messages.take_in(copy(DAYS[0], SO_CCCD=WRONG)))
    messages.take_in(copy(DAYS[1]))

    owner = person_of(
        messages.take_in(
            copy(DAYS[2], visit="B", SO_CCCD=WRONG, HO_TEN="Lê Văn Chủ", MA_THE_BHYT="", MA_BN="9")
        )
    )
    again = person_of(messages.take_in(copy(DAYS[2], visit="C", SO_CCCD=WRONG)))

    assert owner.ref != left.ref
    assert "link" not in owner.resource
    assert again.ref == left.ref
    assert not {"active", "link"} & snapshots.get(left.ref).resource.keys()


@pytest.mark.django_db
def test_whoever_is_written_to_all_the_same_comes_back():
    left = person_of(messages.take_in(copy(DAYS[0], SO_CCCD=WRONG)))
    messages.take_in(copy(DAYS[1]))
    late = {"resourceType": "Basic", "code": {"text": "x"}, "subject": {"reference": left.ref}}
    with snapshots.access.reach(actor.SYSTEM, people="all"):
        snapshots.records.save(late, by=messages.CLERK)

    assert people.revive_filled() == 1
    assert people.revive_filled() == 0
    assert "active" not in snapshots.get(left.ref).resource


COPIES = [
    copy(DAYS[0], SO_CCCD=WRONG),
    copy(DAYS[1], SO_CCCD=WRONG_TOO, LY_DO_VV="Đau đầu"),
    copy(DAYS[2], LY_DO_VV="Sốt"),
    copy(DAYS[1], HO_TEN="Trần Thị Bình", SO_CCCD="031070000028"),
    copy(DAYS[1], visit="B", SO_CCCD=WRONG_TOO),
    copy(DAYS[3], visit="B"),
]


def processed(receipts):
    with transaction.atomic():
        for receipt in receipts:
            exchange.process(receipt)
        found = snapshots.records_now(), snapshots.tellings_now()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_any_order_ends_in_the_same_state(seed):
    receipts = [messages.send(content).message_id for content in COPIES]
    shuffled = random.Random(seed).sample(receipts, len(receipts))

    found, tellings = processed(shuffled)

    assert (found, tellings) == processed(receipts)
    in_use = [
        ref
        for ref, (body, _) in found.items()
        if ref.startswith("Patient/") and body.get("active", True)
    ]
    assert len(in_use) == 1


@pytest.mark.parametrize("seed", range(2))
def test_processes_that_meet_end_in_the_same_state(own_database, seed):
    receipts = [messages.send(content).message_id for content in COPIES]
    expected = processed(receipts)
    start, chance = threading.Barrier(3, timeout=60), random.Random(seed)

    def worker(order):
        start.wait()
        for receipt in order:
            exchange.process(receipt)
        connection.close()

    orders = [chance.sample(receipts, len(receipts)) for _ in range(3)]
    workers = [threading.Thread(target=worker, args=[order]) for order in orders]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert (snapshots.records_now(), snapshots.tellings_now()) == expected


@pytest.mark.django_db
def test_a_replay_of_the_mistake_changes_nothing():
    report = messages.take_in(copy(DAYS[0], SO_CCCD=WRONG))
    messages.take_in(copy(DAYS[1]))
    before = snapshots.records_now(versions=True)

    exchange.replay([report.message.id], by=actor.SYSTEM)
    while exchange.process_pending():
        pass

    assert snapshots.records_now(versions=True) == before
