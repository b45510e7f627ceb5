"""What must hold when many write at once, each provoked with real threads."""

import threading

import pytest
from django.db import connections, transaction

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor

pytestmark = pytest.mark.usefixtures("own_database")
BY = actor.SYSTEM


def together(count, work):
    """Run work(n) in `count` threads that start at one moment; results or errors, in order."""
    gate, results = threading.Barrier(count, timeout=60), [None] * count

    def run(n):
        try:
            gate.wait()
            with access.reach(BY, people="all"):
                results[n] = work(n)
        except Exception as error:
            results[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def patient(**more):
    return {"resourceType": "Patient", "identifier": [{"system": "urn:cccd", "value": "1"}], **more}


def everything():
    return access.reach(BY, people="all")


def test_fifty_conditional_creates_make_one_resource():
    results = together(
        50, lambda n: records.create_if_none(patient(), "identifier=urn:cccd|1", by=BY)
    )

    assert sum(created for _, created in results) == 1
    assert len({stored.ref for stored, _ in results}) == 1
    with everything():
        assert records.count("Patient") == 1


def test_of_many_updates_of_one_version_exactly_one_gets_through():
    with everything():
        records.save(patient(id="p"), by=BY)

    for version in range(1, 6):
        results = together(
            8,
            lambda n, version=version: records.save(
                patient(id="p", multipleBirthInteger=version * 100 + n),
                by=BY,
                expected_version=version,
            ),
        )
        assert sum(not isinstance(each, Exception) for each in results) == 1

    with everything():
        assert [e.version for e in records.history("Patient/p").entries] == [6, 5, 4, 3, 2, 1]


def test_updates_without_a_version_leave_no_gap_and_lose_none():
    with everything():
        records.save(patient(id="p"), by=BY)

    results = together(16, lambda n: records.save(patient(id="p", multipleBirthInteger=n), by=BY))

    assert sorted(each.version for each in results) == list(range(2, 18))


def test_creates_under_one_id_make_one_resource():
    results = together(16, lambda n: records.save(patient(id="new", multipleBirthInteger=n), by=BY))

    assert not [str(each) for each in results if isinstance(each, Exception)]
    assert sorted(each.version for each in results) == list(range(1, 17))
    assert len({each.rid for each in results}) == 1


def test_sets_that_overlap_in_any_order_do_not_block_each_other():
    ids = [f"p{n}" for n in range(20)]

    def work(n):
        order = ids if n % 2 else ids[::-1]
        refer = [
            {"resourceType": "Basic", "id": f"b{n}", "subject": {"reference": "Patient/elsewhere"}}
        ]
        return records.save_all(
            [patient(id=i, multipleBirthInteger=n) for i in order] + refer, by=BY
        )

    results = together(8, work)

    assert not [each for each in results if isinstance(each, Exception)]
    with everything():
        assert {records.get(f"Patient/{i}").version for i in ids} == {8}


def test_pages_stay_complete_and_disjoint_while_others_write():
    with everything():
        first = records.save_all([patient(id=f"old{n:03d}") for n in range(60)], by=BY)
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            with everything():
                saved = records.save(patient(), by=BY)
                records.save(patient(id="old030", multipleBirthInteger=len(written)), by=BY)
                records.delete(saved.ref, by=BY) if len(written) % 2 else None
            written.append(saved.id)
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for query in ("_count=7", "_count=7&_sort=-birthdate"):
            found, cursor = [], None
            while True:
                with everything():
                    page = records.search("Patient", query, cursor=cursor)
                found += [match.id for match in page.matches]
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert len(found) == len(set(found))
            assert {each.id for each in first} <= set(found)
    finally:
        stop.set()
        writer.join()
    assert written


def test_a_change_is_never_passed_over():
    """A reader that keeps asking sees every version once, whatever the order of commits."""
    stop, seen = threading.Event(), []

    def read():
        after = 0
        while True:
            last = stop.is_set()
            with everything():
                found = records.changes(after, 50)
            seen.extend(found)
            after = found[-1].seq if found else after
            if last and not found:
                break
        connections.close_all()

    reader = threading.Thread(target=read)
    reader.start()

    def work(n):
        for k in range(20):
            with transaction.atomic():
                records.save(patient(id=f"p{k % 4}", multipleBirthInteger=n * 100 + k), by=BY)
                records.save_all([patient() for _ in range(3)], by=BY)

    def separately(n):
        for _k in range(20):
            with everything():
                records.save_all([patient() for _ in range(3)], by=BY)

    results = together(3, lambda n: None)
    threads = [threading.Thread(target=_closing(separately), args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = together(2, work)
    stop.set()
    reader.join()

    assert not [each for each in results if isinstance(each, Exception)]
    numbers = [change.seq for change in seen]
    assert numbers == sorted(set(numbers))
    assert len(seen) == 3 * 20 * 3 + 2 * 20 * 4


def _closing(work):
    def run(n):
        try:
            work(n)
        finally:
            connections.close_all()

    return run


def test_transactions_that_delete_and_update_the_same_records_do_not_wait_in_a_circle():
    """Deletions are written before the rest, and patches after it: all are held beforehand."""
    ids = [f"b{n}" for n in range(6)]
    with everything():
        for id in (*ids, "kept"):
            records.save({"resourceType": "Basic", "id": id, "code": {"text": "0"}}, by=BY)
    patch = {"resourceType": "Parameters", "parameter": [
        {"name": "operation", "part": [{"name": "type", "valueCode": "replace"},
         {"name": "path", "valueString": "Basic.code.text"}, {"name": "value", "valueString": "1"}]},
    ]}  # fmt: skip

    def work(n):
        for turn in range(8):
            order = ids[(n + turn) % 6 :] + ids[: (n + turn) % 6]
            entries = [{"request": {"method": "DELETE", "url": f"Basic/{id}"}} for id in order[:3]]
            entries += [
                {"request": {"method": "PUT", "url": f"Basic/{id}"},
                 "resource": {"resourceType": "Basic", "id": id, "code": {"text": f"{n} {turn}"}}}
                for id in order[3:]
            ]  # fmt: skip
            entries.append({"request": {"method": "PATCH", "url": "Basic/kept"}, "resource": patch})
            records.bundle({"resourceType": "Bundle", "type": "transaction", "entry": entries}, by=BY)  # fmt: skip
        return "done"

    assert together(6, work) == ["done"] * 6
