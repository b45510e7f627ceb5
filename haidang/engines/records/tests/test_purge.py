"""Purging a person: nothing of what was written about them can be found anywhere in the store."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")
BY = actor.SYSTEM
WHY = "Theo yêu cầu của người có dữ liệu"


def person(id, name, **more):
    return {"resourceType": "Patient", "id": id, "name": [{"text": name}], **more}


def weight(id, of, **more):
    return {"resourceType": "Observation", "id": id, "status": "final", "code": {"text": "Cân nặng"},
            "subject": {"reference": f"Patient/{of}"}, "effectiveDateTime": "2026-01-01",
            "valueQuantity": {"value": 60, "unit": "kg"}, **more}  # fmt: skip


@pytest.fixture
def city():
    records.save_all([person("an", "Nguyễn Thị Duy Nhất"), person("b", "Trần Văn Chung")], by=BY)
    records.save_all([weight("o1", "an"), weight("o2", "b"), weight("o3", "an")], by=BY)
    records.save(weight("o1", "an", note=[{"text": "lần hai"}]), by=BY)
    records.delete("Observation/o3", by=BY)


def rows(select):
    with connection.cursor() as cursor:
        cursor.execute(select)
        return cursor.fetchall()


def test_every_version_is_gone_and_others_stay(city):
    rid = records.rid("Patient/an")

    done = records.purge("Patient/an", by=BY, reason=WHY)

    assert (done.resources, done.versions) == (2, 4)
    assert rows(
        f"SELECT count(*), sum(length(body)) FROM records_resource WHERE patient = {rid}"
    ) == [(3, 0)]
    assert rows(f"SELECT count(*) FROM records_history WHERE patient = {rid}") == [(0,)]
    with pytest.raises(errors.Gone):
        records.get("Patient/an")
    with pytest.raises(errors.NotFound):
        records.vread("Observation/o1", 1)
    assert records.get("Observation/o2").version == 1
    assert [m.id for m in records.search("Patient", "name=chung").matches] == ["b"]
    assert records.search("Patient", "name=duy").matches == []


def test_no_word_of_theirs_is_left_unless_somebody_else_has_it(city):
    records.purge("Patient/an", by=BY, reason=WHY)

    texts = {s for (s,) in rows("SELECT s FROM records_text")}
    assert not any("nhat" in text for text in texts)
    assert {"tran van chung", "can nang"} <= texts
    assert [m.id for m in records.search("Observation", "code:text=can").matches] == ["o2"]
    for table in ("records_date", "records_quantity", "records_string"):
        assert rows(
            f"SELECT count(*) FROM {table} t JOIN records_key k USING (rid) WHERE NOT k.live"
        ) == [(0,)]


def test_those_who_follow_the_changes_are_told_of_each(city):
    last = records.changes(0, 1000)[-1].seq

    records.purge("Patient/an", by=BY, reason=WHY)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_resource WHERE seq > %s AND deleted", [last])
        assert cursor.fetchone() == (2,)


def test_the_ledger_says_who_and_why(city):
    records.purge("Patient/an", by=BY, reason=WHY)

    (event,) = ledger.events(names=("records.person.purged",))
    assert (event.about, event.facts) == (
        "Patient/an",
        {"reason": WHY, "resources": 2, "versions": 4},
    )


@pytest.mark.parametrize("hold", ["Patient/an", "all"])
def test_what_the_law_holds_is_not_purged(city, settings, hold):
    settings.HAIDANG_LEGAL_HOLD = [hold]

    with pytest.raises(errors.RuleBroken) as why:
        records.purge("Patient/an", by=BY, reason=WHY)

    assert why.value.code == "records.legal_hold"
    assert records.get("Patient/an").version == 1


@pytest.mark.parametrize(("ref", "reason", "error"), [
    ("Patient/an", " ", errors.Incorrect), ("Patient/none", WHY, errors.NotFound),
])  # fmt: skip
def test_a_purge_needs_a_person_and_a_reason(city, ref, reason, error):
    with pytest.raises(error):
        records.purge(ref, by=BY, reason=reason)


def test_history_cannot_be_deleted_otherwise(city):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_history")
        assert cursor.rowcount == 0
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE records_history")
