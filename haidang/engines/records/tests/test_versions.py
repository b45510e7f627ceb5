"""Versions, history and the sequence of changes."""

import random
from decimal import Decimal

import pytest
import zstandard
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.records import api as records
from haidang.engines.records import bodies, compression, keys, kinds
from haidang.kernel import actor, errors, fhirjson

BY = actor.SYSTEM


def basic(**more):
    return {"resourceType": "Basic", **more}


def extended(value):
    return basic(id="b", extension=[{"url": "urn:x", "valueDecimal": value}])


@pytest.mark.usefixtures("everything_open")
class TestHistory:
    def test_every_version_stays(self):
        for value in ("1", "1.0", "1.00"):
            records.save(extended(Decimal(value)), by=BY)

        page = records.history("Basic/b")

        assert [each.version for each in page.entries] == [3, 2, 1]
        assert b'"valueDecimal":1.0}' in records.vread("Basic/b", 2).json
        assert records.vread("Basic/b", 2).resource["meta"]["versionId"] == "2"

    def test_deleted_and_written_again_keeps_its_history(self):
        records.save(extended(1), by=BY)
        records.delete("Basic/b", by=BY)
        records.save(extended(2), by=BY)

        page = records.history("Basic/b")

        assert [each.deleted for each in page.entries] == [False, True, False]
        with pytest.raises(errors.Gone):
            records.vread("Basic/b", 2)

    def test_history_comes_in_pages(self):
        for value in range(5):
            records.save(extended(value), by=BY)

        first = records.history(type="Basic", count=3)
        rest = records.history(type="Basic", count=3, before=first.next_before)

        assert [e.version for e in (*first.entries, *rest.entries)] == [5, 4, 3, 2, 1]
        assert rest.next_before is None

    def test_changes_come_in_order_and_once(self):
        start = max((c.seq for c in records.changes(0, 100_000)), default=0)
        records.save_all([basic(id="a"), basic(id="b")], by=BY)
        records.save(extended(1), by=BY)
        records.delete("Basic/a", by=BY)

        seen = records.changes(start, 2) + records.changes(records.changes(start, 2)[-1].seq)

        assert [(c.ref, c.version, c.deleted) for c in seen] == [
            ("Basic/a", 1, False), ("Basic/b", 1, False), ("Basic/b", 2, False), ("Basic/a", 2, True),
        ]  # fmt: skip

    def test_what_was_never_there_has_no_history(self):
        with pytest.raises(errors.NotFound):
            records.history("Basic/none")


# ── Round trips ────────────────────────────────────────────────────────────────────────────

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)
NUMBER = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4
)
VALUE = st.recursive(
    TEXT | NUMBER | st.booleans() | st.integers(-(2**53), 2**53),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(TEXT, inner, min_size=1, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(
    st.dictionaries(
        TEXT.filter(lambda key: key not in ("resourceType", "id", "meta")), VALUE, max_size=5
    )
)
def test_a_body_is_what_was_given_digit_for_digit(more):
    body = bodies.canonical({**more, "resourceType": "Basic", "meta": {"versionId": "9"}}, "x-1")

    assert body == fhirjson.dumps({"resourceType": "Basic", "id": "x-1", **more})
    assert bodies.same(body, fhirjson.dumps(fhirjson.loads(body)))


@pytest.mark.parametrize(
    "meta", [None, {}, {"tag": [{"code": "a"}]}, {"versionId": "8", "source": "urn:s"}]
)
def test_what_is_served_carries_version_and_moment(meta):
    from datetime import UTC, datetime

    resource = basic(code={"text": "Ư"}) | ({"meta": meta} if meta is not None else {})
    served = fhirjson.loads(
        bodies.served(bodies.canonical(resource, "i"), 3, datetime(2026, 1, 1, tzinfo=UTC))
    )

    kept = {key: value for key, value in (meta or {}).items() if key != "versionId"}
    assert (
        served["meta"]
        == {"versionId": "3", "lastUpdated": "2026-01-01T07:00:00.000000+07:00"} | kept
    )
    assert served["code"] == {"text": "Ư"}


@given(st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True) | st.uuids().map(str))
def test_an_id_comes_back_from_its_bytes(id):
    assert keys.unpack(keys.pack(id)) == id


@given(
    one=st.from_regex(r"[a-f0-9\-.]{1,20}", fullmatch=True),
    other=st.from_regex(r"[a-f0-9\-.]{1,20}", fullmatch=True),
)
def test_two_ids_never_share_their_bytes(one, other):
    assert (keys.pack(one) == keys.pack(other)) == (one == other)


@pytest.mark.usefixtures("everything_open")
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(value=NUMBER, text=TEXT.filter(bool))
def test_what_is_written_is_read_digit_for_digit(value, text):
    saved = records.save(basic(extension=[{"url": text, "valueDecimal": value}]), by=BY)

    assert records.get(saved.ref).body == saved.body
    assert str(value).encode() in saved.body or value == 0


@pytest.mark.usefixtures("everything_open")
def test_a_dictionary_changes_nothing_but_the_size():
    many = [
        basic(id=f"d{n}", code={"text": f"Một bản ghi khá giống nhau, số {n}"}) for n in range(400)
    ]
    before = records.save_all(many, by=BY)

    assert compression.train(fewest=300) == 1
    after = records.save_all([{**each, "created": "2026-01-01"} for each in many], by=BY)

    assert [records.get(each.ref).body for each in after[:5]] == [each.body for each in after[:5]]
    assert records.vread("Basic/d0", 1).body == before[0].body
    stored = compression.writer()(kinds.code("Basic"), after[0].body)
    assert stored[0] == 1
    compression._shelves.clear()  # the dictionary goes away with this test
    assert len(stored) < len(after[0].body) / 2


@pytest.mark.usefixtures("everything_open")
def test_a_dictionary_is_trained_without_the_long_bodies():
    """Thousands of files would fill the memory, and have nothing in common."""
    source = random.Random(3)
    files = [basic(id=f"l{n}", text={"div": source.randbytes(10_000).hex()}) for n in range(20)]
    repeating = [basic(id=f"r{n}", text={"div": "giống nhau " * 10_000}) for n in range(20)]
    records.save_all([*files, *repeating], by=BY)

    assert compression.train(fewest=40) == 0
    records.save_all([basic(id=f"s{n}", code={"text": f"Ngắn {n}"}) for n in range(300)], by=BY)
    assert compression.train(fewest=40) == 1
    compression._shelves.clear()  # the dictionary goes away with this test


@pytest.mark.usefixtures("everything_open")
@pytest.mark.parametrize("size", [10, 300, 100_000])
def test_a_body_of_before_with_its_magic_number_is_read_like_those_without(size):
    saved = records.save(basic(code={"text": "a" * size}), by=BY)
    with connection.cursor() as run:
        run.execute("SELECT body FROM records_resource WHERE rid = %s", [saved.rid])
        now = bytes(run.fetchone()[0])
        old = now[:1] + zstandard.FRAME_HEADER + now[1:]
        run.execute("UPDATE records_resource SET body = %s WHERE rid = %s", [old, saved.rid])

    assert zstandard.decompress(old[1:]) == saved.body
    assert records.get(saved.ref).body == saved.body
    for stored in (now, old):
        assert compression.length(stored) == len(saved.body)
        assert b"".join(compression.pieces(kinds.code("Basic"), stored)) == saved.body
