"""A file (Binary) is seen with what holds it, and closed with it."""

import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records import lens
from haidang.kernel import actor, errors, systems

SEEN, OTHER = "31001", "31002"
BY = actor.SYSTEM
LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}


@pytest.fixture(autouse=True)
def city(db):
    """An is cared for by both hospitals, Bình by none."""
    with access.reach(BY, people="all"):
        people = records.save_all([{"resourceType": "Patient", "id": id} for id in ("an", "binh")], by=BY)  # fmt: skip
        for org in (SEEN, OTHER):
            access.relate(people[0].rid, org, basis="encounter")


def file(id="scan", **more):
    return {"resourceType": "Binary", "id": id, "contentType": "text/plain", "data": "eA==", **more}


def paper(id="paper", of="an", url="Binary/scan", **more):
    return {"resourceType": "DocumentReference", "id": id, "status": "current",
            "subject": {"reference": f"Patient/{of}"}, "content": [{"attachment": {"url": url}}], **more}  # fmt: skip


def keep(*resources):
    with access.reach(BY, people="all"):
        return records.save_all(resources, by=BY)


def deny(org, **more):
    actors = [{"reference": {"identifier": {"system": systems.FACILITY, "value": org}}}]
    keep({"resourceType": "Consent", "id": "no", "status": "active", "patient": {"reference": "Patient/an"},
          "provision": {"type": "deny", "actor": actors, **more}})  # fmt: skip


def sees(org, id="scan", **more):
    """Whether an organisation's system reads the file, and whether it finds and counts it."""
    by = actor.Actor(ref="Device/app", name="Hệ thống", kind=actor.CLIENT, org=org or None)
    with access.reach(by, **more):
        read = records.current(f"Binary/{id}") is not None
        page = records.search("Binary", f"_id={id}&_total=accurate")
        counted = records.count("Binary", f"_id={id}")
        try:
            past = bool(records.history(f"Binary/{id}").entries)
        except errors.NotFound:
            past = False
    found = {read, bool(page.matches), bool(page.total), bool(counted), past}
    assert len(found) == 1, "one door shows what another does not"
    return found.pop()


@pytest.mark.parametrize("url", ["Binary/scan", f"{systems.BASE}/Binary/scan", "https://a.vn/fhir/Binary/scan", "Binary/scan/_history/1"])  # fmt: skip
@pytest.mark.parametrize("first", ["file", "paper", "both"])
def test_a_file_is_seen_where_its_document_is(url, first):
    """Whichever comes first."""
    both = [file(), paper(of="binh", url=url)]
    for part in {"file": [both[:1], both[1:]], "paper": [both[1:], both[:1]], "both": [both]}[first]:  # fmt: skip
        keep(*part)

    assert not sees(SEEN)
    assert sees("", people="all")
    keep(file("mine"), paper("other", url="Binary/mine"))
    assert sees(SEEN, "mine")


def test_a_file_says_itself_whose_it_is():
    keep(file(securityContext={"reference": "Patient/binh"}), file("mine", securityContext={"reference": "Patient/an"}))  # fmt: skip

    assert (sees(SEEN), sees(SEEN, "mine")) == (False, True)


def test_a_file_that_nothing_holds_is_nobodys():
    keep(file())

    assert sees(SEEN)


@pytest.mark.parametrize(
    "denied",
    [
        {},
        {"class": [{"system": "http://hl7.org/fhir/resource-types", "code": "DocumentReference"}]},
        {"class": [{"system": "http://hl7.org/fhir/resource-types", "code": "Binary"}]},
        {"securityLabel": [LABEL]},
    ],
)
@pytest.mark.parametrize("reach", [{}, {"people": "all"}])
def test_a_file_is_closed_with_its_document(denied, reach):
    keep(file(), paper(meta={"security": [LABEL]}))
    bound = {**reach, "asker": SEEN} if reach else {}
    assert sees(SEEN, **bound)

    deny(SEEN, **denied)

    assert not sees(SEEN, **bound)
    assert sees(OTHER, **({**reach, "asker": OTHER} if reach else {}))


def test_a_document_that_is_deleted_or_drops_the_file_keeps_it_closed():
    keep(file(), paper(meta={"security": [LABEL]}), file("old"), paper("other", url="Binary/old", meta={"security": [LABEL]}))  # fmt: skip
    deny(SEEN, securityLabel=[LABEL])

    keep(paper("other", url="urn:x", meta={"security": [LABEL]}))
    with access.reach(BY, people="all"):
        records.delete("DocumentReference/paper", by=BY)

    assert (sees(SEEN), sees(SEEN, "old")) == (False, False)
    assert (sees(OTHER), sees(OTHER, "old")) == (True, True)


@pytest.mark.parametrize(
    ("scopes", "ceiling", "seen", "after"),
    [
        ("system/*.rs", "N", False, False),
        ("system/*.rs", "R", True, False),
        ("system/*.rs", None, True, True),
        ("system/Binary.rs system/DocumentReference.rs?type:not=letter", None, True, False),
    ],
)
def test_of_a_deleted_document_the_labels_are_not_known_any_more(scopes, ceiling, seen, after):
    """So its file is closed to whoever may not see every label, and open to whoever may."""
    keep(file(), paper(meta={"security": [LABEL]}), file("kept"), paper("open", url="Binary/kept"))
    keep(paper("also", url="Binary/kept"))
    text = lens.of(frozenset(scopes.split()), "r", ceiling=ceiling)
    bound = {"people": "all", "lens": text}
    assert sees(SEEN, **bound) == seen

    with access.reach(BY, people="all"):
        for id in ("paper", "also"):
            records.delete(f"DocumentReference/{id}", by=BY)

    assert sees(SEEN, **bound) == after
    assert sees(SEEN, "kept", **bound), "another document still holds it"


def test_naming_somebody_elses_file_changes_nothing_for_anybody():
    keep(file(), paper(of="binh"))
    keep(paper("mine"))

    assert not sees(SEEN)
    assert sees("", people="all")


@pytest.mark.parametrize(
    "nobodys",
    [
        {"resourceType": "DocumentReference", "content": [{"attachment": {"url": "Binary/scan"}}]},
        {"resourceType": "VerificationResult", "target": [{"reference": "Binary/scan"}]},
    ],
)
def test_naming_a_file_in_what_is_nobodys_does_not_open_it(nobodys):
    keep(file(), paper(of="binh"))
    keep({"id": "mine", **nobodys})

    assert not sees(SEEN)


def test_files_stored_before_are_looked_for_once_more():
    keep(file(), paper(of="binh"))
    _forget()
    assert (sees(SEEN), records.attachments.never_looked()) == (True, True)

    assert records.attachments.uphold() == 1

    assert (sees(SEEN), records.attachments.never_looked()) == (False, False)


def test_a_purge_takes_the_files_along():
    keep(file(), paper(), file("free"))

    records.purge("Patient/an", by=BY, reason="Theo yêu cầu")

    with access.reach(BY, people="all"):
        assert {each.id for each in records.search("Binary").matches} == {"free"}


def _forget():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_attached")
