"""Whose a result becomes when it and what it is about are written at one moment, with real connections."""

import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records.api import bulk
from haidang.engines.records.bulk import importing
from haidang.engines.records.tests.bulk_jobs import MANNER, ndjson
from haidang.kernel import actor
from tests.threads import at_once, meet

pytestmark = pytest.mark.usefixtures("own_database")
BY = actor.SYSTEM
#: What names nobody, and the elements by which it is about a visit or what happened in one.
RESULTS = [
    ("Observation", {"encounter": {"reference": "Encounter/e"}}),
    ("DiagnosticReport", {"encounter": {"reference": "Encounter/e"}}),
    ("Observation", {"specimen": {"reference": "Specimen/e"}}),
    ("DiagnosticReport", {"result": [{"reference": "Observation/e"}]}),
    ("Composition", {"section": [{"entry": [{"reference": "Condition/e"}]}]}),
    ("Provenance", {"target": [{"reference": "Procedure/e"}]}),
    ("Condition", {"encounter": {"reference": "Encounter/e"}}),
    ("Task", {"focus": {"reference": "ServiceRequest/e"}}),
    ("Encounter", {"diagnosis": [{"condition": {"reference": "Condition/e"}}]}),
]
SEEN = [type + "-" + next(iter(about)) for type, about in RESULTS]

HELD = """
SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE d.datname = current_database() AND l.pid <> pg_backend_pid()
"""


def people():
    """Record numbers of two people."""
    with access.reach(BY, people="all"):
        made = [{"resourceType": "Patient", "id": id} for id in ("hers", "other")]
        return [each.rid for each in records.save_all(made, by=BY)]


def target(about):
    """(type, id) of what a result is about."""
    (value,) = about.values()
    while not isinstance(value, str):
        (value,) = value.values() if isinstance(value, dict) else value
    return value.split("/")


def source(about, who=None):
    """What a result is about, in the record of somebody."""
    type, id = target(about)
    return {"resourceType": type, "id": id} | (
        {"subject": {"reference": f"Patient/{who}"}} if who else {}
    )


def result(type, about, id="r"):
    return {"resourceType": type, "id": id, **about}


def save(*resources):
    with access.reach(BY, people="all"):
        return records.save_all(resources, by=BY)


def whose(*refs):
    with access.reach(BY, people="all"):
        found = {one.ref: one.patient for one in records.get_many(refs)}
    return [found.get(ref) for ref in refs]


def in_both_orders(one, two):
    return [(one, two), (two, one)]


def alone(work):
    with access.reach(BY, people="all"):
        return work()


def circles():
    """How often two waited for each other in this database until PostgreSQL broke it up."""
    connection.close()  # what a connection has counted stands there once it is closed
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def raised(results):
    return [each for each in results if isinstance(each, Exception)]


@pytest.mark.parametrize("known", [False, True], ids=["new id", "known id"])
@pytest.mark.parametrize("order", [0, 1], ids=["visit first", "result first"])
@pytest.mark.parametrize(("type", "about"), RESULTS, ids=SEEN)
def test_what_is_written_while_its_visit_comes_is_hers(type, about, order, known):
    hers, _other = people()
    if known:
        save(result(type, about, "early"))
    visit = lambda: records.save(source(about, "hers"), by=BY)  # noqa: E731
    write = lambda: records.save(result(type, about), by=BY)  # noqa: E731

    results = meet(*in_both_orders(visit, write)[order])

    assert raised(results) == []
    assert whose(f"{type}/r") == [hers]


@pytest.mark.parametrize("order", [0, 1], ids=["visit first", "result first"])
@pytest.mark.parametrize(("type", "about"), RESULTS, ids=SEEN)
def test_what_is_written_while_its_visit_becomes_another_persons_goes_along(type, about, order):
    _hers, other = people()
    save(source(about, "hers"))
    visit = lambda: records.save(source(about, "other"), by=BY)  # noqa: E731
    write = lambda: records.save(result(type, about), by=BY)  # noqa: E731

    results = meet(*in_both_orders(visit, write)[order])

    assert raised(results) == []
    assert whose(f"{type}/r") == [other]


@pytest.mark.parametrize("order", [0, 1], ids=["visit first", "result first"])
@pytest.mark.parametrize(("type", "about"), RESULTS, ids=SEEN)
def test_a_result_that_waits_is_changed_while_its_visit_comes(type, about, order):
    """Both write to the result, the visit after itself: neither waits for the other in a circle."""
    hers, _other = people()
    save(result(type, about))
    visit = lambda: records.save(source(about, "hers"), by=BY)  # noqa: E731
    write = lambda: records.save({**result(type, about), "language": "vi"}, by=BY)  # noqa: E731

    results = meet(*in_both_orders(visit, write)[order])

    assert raised(results) == []
    assert whose(f"{type}/r") == [hers]


@pytest.mark.parametrize("order", [0, 1], ids=["visit first", "report first"])
def test_what_is_about_something_that_waits_itself_is_hers_too(order):
    """The writer of the visit holds what follows it, so what is about that meets it there."""
    hers, _other = people()
    save(result("Observation", {"encounter": {"reference": "Encounter/e"}}, "o"))
    visit = lambda: records.save(source({"encounter": {"reference": "Encounter/e"}}, "hers"), by=BY)  # noqa: E731
    report = result("DiagnosticReport", {"result": [{"reference": "Observation/o"}]})
    write = lambda: records.save(report, by=BY)  # noqa: E731

    results = meet(*in_both_orders(visit, write)[order])

    assert raised(results) == []
    assert whose("Observation/o", "DiagnosticReport/r") == [hers, hers]


@pytest.mark.parametrize("order", [0, 1], ids=["deletion first", "result first"])
def test_a_result_of_a_visit_that_is_deleted_at_that_moment_stays_hers(order):
    hers, _other = people()
    about = {"encounter": {"reference": "Encounter/e"}}
    save(source(about, "hers"))
    delete = lambda: records.delete("Encounter/e", by=BY)  # noqa: E731
    write = lambda: records.save(result("Observation", about), by=BY)  # noqa: E731

    results = meet(*in_both_orders(delete, write)[order])

    assert raised(results) == []
    assert whose("Observation/r") == [hers]


# ── Many at once, at no chosen moment ───────────────────────────────────────────────────────

ROUNDS = 10
#: What R4 requires of these, which an import looks at.
REQUIRED = {
    "Observation": {"status": "final", "code": {"text": "x"}},
    "Condition": {"subject": {"display": "x"}},
    "DiagnosticReport": {"status": "final", "code": {"text": "x"}},
    "Provenance": {"recorded": "2026-01-01T00:00:00Z", "agent": [{"who": {"display": "x"}}]},
    "Encounter": {"status": "finished", "class": {"code": "AMB"}},
}


def waiting(n):
    """What is about the visit of one round and names nobody; the last is about the first."""
    visit = {"encounter": {"reference": f"Encounter/e{n}"}}
    return [
        result("Observation", visit, f"o{n}"),
        result("Condition", visit, f"c{n}"),
        result("DiagnosticReport", visit, f"d{n}"),
        result("Provenance", {"target": [{"reference": f"Observation/o{n}"}]}, f"v{n}"),
    ]


def visit(n, who):
    return {"resourceType": "Encounter", "id": f"e{n}", "subject": {"reference": f"Patient/{who}"}}


def bundle(*resources):
    """A transaction that writes these."""
    entries = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
        for each in resources
    ]  # fmt: skip
    return records.bundle({"resourceType": "Bundle", "type": "transaction", "entry": entries}, by=BY)  # fmt: skip


@pytest.mark.parametrize("door", [lambda *these: records.save_all(these, by=BY), bundle], ids=["sets", "transactions"])  # fmt: skip
def test_round_after_round_everything_is_with_the_last_person_of_its_visit(door):
    known = people()
    for n in range(ROUNDS):
        save(result("Observation", {"encounter": {"reference": f"Encounter/e{n}"}}, f"early{n}"))
        works = [lambda n=n, one=one: door(one) for one in waiting(n)]
        works += [lambda n=n: door(visit(n, "hers")), lambda n=n: door(visit(n, "other"))]

        results = at_once(alone, works)

        refs = [f"{one['resourceType']}/{one['id']}" for one in waiting(n)]
        (now,) = whose(f"Encounter/e{n}")
        assert raised(results) == []
        assert now in known
        assert whose(f"Observation/early{n}", *refs) == [now] * 5
    assert circles() == 0


def test_parallel_imports_of_visits_and_of_what_is_about_them_lose_nothing(tmp_path, monkeypatch):
    """A file for each type, as an export makes them, each taken in by a worker of its own."""
    monkeypatch.setattr(importing, "LINES", 25)
    hers, _other = people()
    numbers = range(150)
    early = [result("Flag", {"encounter": {"reference": f"Encounter/e{n}"}}, f"f{n}") for n in numbers]  # fmt: skip
    save(*early)
    sets = zip(*([visit(n, "hers"), *waiting(n)] for n in numbers), strict=True)
    made = [[one | REQUIRED[one["resourceType"]] for one in each] for each in sets]
    jobs = [_asked(ndjson(tmp_path / f"{n}.ndjson", each), f"Device/{n}") for n, each in enumerate(made)]  # fmt: skip

    done = at_once(lambda job: bulk.run(job.number, MANNER), jobs)

    assert done == [True] * len(made)
    refs = [f"{one['resourceType']}/{one['id']}" for each in (early, *made) for one in each]
    assert whose(*refs) == [hers] * len(numbers) * (1 + len(made))
    assert circles() == 0


def _asked(file, owner):
    """A job of its own owner: of one owner's only one runs at a time."""
    by = actor.Actor(ref=owner, name=owner, kind=actor.SYSTEM_KIND)
    return bulk.ask_for_import([bulk.Source(str(file))], by=by)


def test_a_thousand_visits_held_take_no_room_in_the_table_of_locks():
    """They are held by their rows; PostgreSQL keeps 64 locks a connection in memory, for all of them together."""
    hers, _other = people()
    save(*(visit(n, "hers") for n in range(1000)))

    def write():
        return records.save_all([waiting(n)[0] for n in range(1000)], by=BY)

    def count():
        with connection.cursor() as cursor:
            cursor.execute(HELD)
            return cursor.fetchone()[0]

    written, locks = meet(write, count)

    assert {each.patient for each in written} == {hers}
    assert locks < 64


def test_sets_that_hold_each_others_visits_do_not_wait_in_a_circle():
    """Each writes a visit and what is about the visits of all the others, in any order."""
    hers, _other = people()
    count = 6
    save(*(visit(n, "hers") for n in range(count)))

    def write(n, turn):
        about = [
            waiting(k)[turn % 3] | {"id": f"r{n}-{k}", "language": f"x-{turn}"}
            for k in range(count)
            if k != n
        ]
        mine = [*about, visit(n, "hers") | {"language": f"x-{turn}"}]
        return records.save_all(mine if n % 2 else mine[::-1], by=BY)

    for turn in range(6):
        results = at_once(alone, [lambda n=n, turn=turn: write(n, turn) for n in range(count)])

        assert raised(results) == []
        assert {each.patient for written in results for each in written} == {hers}
    assert circles() == 0
