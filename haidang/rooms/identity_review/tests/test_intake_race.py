"""Dossiers of two records of one person arrive while somebody merges them: nothing is lost."""

import threading

from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.exchange import api as exchange
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor
from tests import messages

TURNS = 5
FIRST, SECOND = "BN000001", "BN000002"


def _dossier(file_number, name):
    """A visit under a file number alone, so that two numbers are two records."""
    return messages.claim(name, MA_BN=file_number, SO_CCCD="", MA_THE_BHYT="")


def _person(file_number):
    messages.take_in(_dossier(file_number, f"{file_number}-first"))
    with access.reach(actor.SYSTEM, people="all"):
        page = records.search("Encounter", [("identifier", f"{file_number}-first")])
        return people.person(page.matches[0].resource["subject"]["reference"])


def _send(file_number, faults):
    def run():
        try:
            for turn in range(TURNS):
                receipt = messages.send(_dossier(file_number, f"{file_number}-{turn}"))
                exchange.process(receipt.message_id)
        except Exception as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connection.close()

    return threading.Thread(target=run)


def _merge(keep, drop, faults):
    def run():
        try:
            people.merge(keep.ref, drop.ref, by=actor.SYSTEM, reason="Cùng một người")
        except Exception as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connection.close()

    return threading.Thread(target=run)


def _subjects():
    with access.reach(actor.SYSTEM, people="all"):
        page = records.search("Encounter", [("_count", "100")])
        return {one.resource["identifier"][0]["value"]: one.resource["subject"]["reference"] for one in page.matches}  # fmt: skip


def test_dossiers_that_arrive_during_a_merge_end_in_the_kept_record(own_database):
    kept, dropped = _person(FIRST), _person(SECOND)
    assert kept.ref != dropped.ref
    faults = []
    threads = [_send(FIRST, faults), _send(SECOND, faults), _merge(kept, dropped, faults)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while people.gather():
        pass

    assert faults == []
    exchange.process_pending(100)  # those that found the record busy are tried again
    assert set(_subjects().values()) == {kept.ref}
    assert len(_subjects()) == 2 * (TURNS + 1)
    people.unmerge(people.merges()[0].id, by=actor.SYSTEM)
    first = _subjects()
    assert first[f"{SECOND}-first"] == dropped.ref
    assert all(first[f"{FIRST}-{turn}"] == kept.ref for turn in (*range(TURNS), "first"))
