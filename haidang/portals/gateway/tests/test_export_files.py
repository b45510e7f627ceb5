"""Files that were made before somebody said no: what an export may still give, and what not."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.fhir import bulk
from haidang.portals.gateway.tests import leaking
from haidang.portals.gateway.tests import test_smart_services as signing
from haidang.portals.gateway.tests.fhir_client import code_of
from haidang.portals.gateway.tests.smart_app import Bearer
from haidang.portals.gateway.tests.test_consents import consent, deny, types
from haidang.portals.gateway.tests.test_no_leaks import service

HERE, ELSEWHERE = "31001", "31002"
LEVELS = ["$export", "Patient/$export", "Patient/mai/$export", "Group/both/$export"]


@pytest.fixture(autouse=True)
def house(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    leaking.build()
    with access.reach(actor.SYSTEM, people="all"):
        members = [{"entity": {"reference": f"Patient/{who}"}} for who in leaking.PEOPLE]
        group = {"resourceType": "Group", "id": "both", "type": "person", "actual": True, "member": members}  # fmt: skip
        records.save(group, by=actor.SYSTEM)
        for org in (HERE, ELSEWHERE):
            for who in leaking.PEOPLE:
                access.relate(records.rid(f"Patient/{who}"), org, basis="referral")
    return tmp_path / "files"


class Made:
    """A finished export: where it is told of, and its files by type."""

    def __init__(self, fhir, path="$export"):
        self.fhir = fhir
        answer = fhir.http.get(f"/fhir/{path}", headers={"Prefer": "respond-async"})
        assert answer.status_code == 202, answer.content
        self.where = answer["Content-Location"].partition("/fhir/")[2]

    def finish(self):
        assert bulk.run_next() == 1
        manifest = fhirjson.loads(self.fhir.get(self.where).content)
        self.files = {file["type"]: file["url"].partition("testserver")[2] for file in manifest["output"]}  # fmt: skip
        return self

    def file(self, type, fhir=None):
        return (fhir or self.fhir).http.get(self.files[type], headers={"Accept": "*/*"})

    def marks(self, type):
        answer = self.file(type)
        assert answer.status_code == 200, answer.content
        return {mark.decode() for mark in leaking.MARK.findall(b"".join(answer.streaming_content))}

    def is_closed(self):
        """Every file and the answer that lists them are refused, and nothing lies in the store."""
        answers = [self.file(type) for type in self.files] + [self.fhir.get(self.where)]
        assert {answer.status_code for answer in answers} == {410}
        assert {code_of(answer) for answer in answers} == {"records.files_closed"}
        return True


def made(fhir, path="$export"):
    return Made(fhir, path).finish()


class System:
    """A registered system that signs for each of its tokens."""

    def __init__(self, **registered):
        self.pair = "ES384", signing.key_of("ES384")
        self.app = signing.registered(self.pair[1], **registered)

    def token(self, scope="system/*.rs"):
        answer = signing.asked(signing.assertion(self.app, self.pair), scope)
        assert answer.status_code == 200, answer.content
        return Bearer(signing.said(answer)["access_token"])


def say(provision, **more):
    with access.reach(actor.SYSTEM, people="all"):
        records.save(consent(provision) | more, by=actor.SYSTEM)


def left(house):
    return list((house / "bulk").glob("*/*"))


@pytest.mark.parametrize("path", LEVELS)
def test_files_made_before_a_denial_are_closed_by_it_and_go(house, path):
    denied, free = made(service(HERE, "system/*.rs"), path), made(service(ELSEWHERE, "system/*.rs"), path)  # fmt: skip
    assert "mark-mai-illness" in denied.marks("Condition")

    say(deny(HERE))

    assert denied.is_closed()
    assert "mark-mai-illness" in free.marks("Condition")
    free.fhir.delete(free.where)
    assert left(house) == []


def test_the_denial_of_somebody_who_is_not_in_the_files_leaves_them():
    fhir = service(HERE, "system/*.rs")
    one, listed = made(fhir, "Patient/nam/$export"), made(fhir, "$export?_type=Observation")

    say(deny(HERE, **{"class": types("Condition")}))

    assert "mark-nam-illness" in one.marks("Condition")
    assert "mark-mai-lab" in listed.marks("Observation")


def test_a_part_that_was_closed_before_is_left_out_and_closes_nothing():
    say(deny(HERE, **{"class": types("Condition")}))
    found = made(service(HERE, "system/*.rs"))
    assert found.marks("Condition") == {"mark-nam-illness"}

    say(deny(HERE, **{"class": types("Condition")}), language="vi")

    assert found.marks("Condition") == {"mark-nam-illness"}


def test_a_denial_of_what_holds_a_file_closes_the_file():
    found = made(service(HERE, "system/*.rs"), "$export?_type=Binary")
    assert "mark-mai-scan" in found.marks("Binary")

    say(deny(HERE, **{"class": types("DocumentReference")}))

    assert found.is_closed()


#: What closes the files to the hospital while they are being written.
MEANWHILE = {
    "a denial": lambda: say(deny(HERE)),
    "a relationship that ends": lambda: _leave("mai"),
    "a purge": lambda: records.purge("Patient/mai", by=actor.SYSTEM, reason="theo yêu cầu"),
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_happens_while_the_export_runs_holds_for_its_files(house, what):
    """The snapshot stands when it happens; what was read of it is not given."""
    found = Made(service(HERE, "system/*.rs"))

    assert records.bulk.run_next(records.bulk.Manner(opened=_meanwhile(bulk.MANNER.opened, MEANWHILE[what]))) == 1  # fmt: skip

    answer = found.fhir.get(found.where)
    assert (answer.status_code, code_of(answer)) == (410, "records.files_closed")
    assert left(house) == []


def _leave(who):
    with access.reach(actor.SYSTEM, people="all"):
        rid = records.rid(f"Patient/{who}")
    for basis in ("encounter", "referral"):
        access.unrelate(rid, HERE, basis=basis)


def test_files_of_who_was_purged_are_closed_and_go_at_once(house):
    city = service(None, "system/*.rs", "gateway.see_whole_city")
    whole, one = made(city), made(city, "Patient/nam/$export")

    records.purge("Patient/mai", by=actor.SYSTEM, reason="theo yêu cầu")

    assert {path.parent.name for path in left(house)} == {one.where.rpartition("/")[2].replace("-", "")}  # fmt: skip
    assert whole.is_closed()
    assert "mark-nam-illness" in one.marks("Condition")


def _meanwhile(opened, act):
    """A reach in which, once its snapshot stands, somebody else does something and commits."""

    @contextmanager
    def reach(by):
        with opened(by):
            records.get("Patient/mai")
            elsewhere = threading.Thread(target=_elsewhere, args=(act,))
            elsewhere.start()
            elsewhere.join()
            yield

    return reach


def _elsewhere(act):
    try:
        act()
    finally:
        connection.close()


def test_files_of_people_who_are_cared_for_no_more_are_closed():
    found, other = made(service(HERE, "system/*.rs")), made(service(ELSEWHERE, "system/*.rs"))
    with access.reach(actor.SYSTEM, people="all"):
        rid = records.rid("Patient/nam")

    access.unrelate(rid, HERE, basis="referral")

    assert found.is_closed()
    assert "mark-nam-illness" in other.marks("Condition")


def test_a_system_of_the_city_is_bound_by_no_relationship():
    found = made(service(None, "system/*.rs", "gateway.see_whole_city"))
    with access.reach(actor.SYSTEM, people="all"):
        rid = records.rid("Patient/nam")
    access.unrelate(rid, HERE, basis="referral")
    say(deny())

    assert {"mark-nam-illness", "mark-mai-illness"} <= found.marks("Condition")


def test_files_of_a_merge_that_was_undone_are_closed():
    with access.reach(actor.SYSTEM, people="all"):
        for who in leaking.PEOPLE:
            access.unrelate(records.rid(f"Patient/{who}"), HERE, basis="referral")
    number = people.merge("Patient/nam", "Patient/mai", by=actor.SYSTEM, reason="một người")
    found = made(service(HERE, "system/*.rs"))
    assert "mark-nam-illness" in found.marks("Condition")

    people.unmerge(number, by=actor.SYSTEM)

    assert found.is_closed()


# ── What a record says, and what a token covers ────────────────────────────────────────────


def relabel(name, label):
    with access.reach(actor.SYSTEM, people="all"):
        found = records.get(f"Observation/{name}").resource
        meta = {"security": [{"system": leaking.LABEL, "code": label}]} if label else {}
        records.save({**found, "meta": meta}, by=actor.SYSTEM)


def test_files_of_what_was_labelled_since_are_closed_to_who_has_a_ceiling():
    low, high = (made(System(scopes=["system/*.rs"], org=HERE, ceiling=ceiling).token()) for ceiling in ("N", ""))  # fmt: skip
    assert {"mark-mai-lab"} <= low.marks("Observation")
    assert "mark-mai-hiv" not in low.marks("Observation")

    relabel("mai-hiv", "V")  # it was not in the files
    assert "mark-mai-lab" in low.marks("Observation")
    relabel("mai-lab", "R")

    assert low.is_closed()
    assert "mark-mai-lab" in high.marks("Observation")


def test_files_of_what_lies_no_more_within_a_scope_are_closed():
    found = made(service(HERE, f"system/Observation.rs?{leaking.LAB}"))
    with access.reach(actor.SYSTEM, people="all"):
        lab = records.get("Observation/mai-lab").resource
        records.save({**lab, "note": [{"text": "đã đối chiếu"}]}, by=actor.SYSTEM)
    assert "mark-mai-lab" in found.marks("Observation")

    with access.reach(actor.SYSTEM, people="all"):
        other = [{"coding": [{"system": leaking.CATEGORY, "code": "vital-signs"}]}]
        records.save({**lab, "category": other}, by=actor.SYSTEM)

    assert found.is_closed()


def test_a_label_that_somebody_denies_closes_files_when_it_is_given_later():
    say(deny(HERE, securityLabel=[{"system": leaking.LABEL, "code": "R"}]))
    found, other = made(service(HERE, "system/*.rs")), made(service(ELSEWHERE, "system/*.rs"))
    assert found.marks("Observation") >= {"mark-mai-lab"}
    relabel("mai-hiv", "R")  # again, and it was not in the files
    assert "mark-mai-hiv" not in found.marks("Observation")

    relabel("mai-lab", "R")

    assert found.is_closed()
    assert "mark-mai-lab" in other.marks("Observation")


def test_a_token_that_covers_less_gets_no_file_and_another_still_does():
    system = System(scopes=["system/*.cruds", "gateway.see_whole_city"])
    found = made(system.token("system/*.rs gateway.see_whole_city"))

    for scope in ("system/Patient.rs gateway.see_whole_city", "system/*.rs"):
        less = system.token(scope)
        for answer in (found.file("Condition", less), less.get(found.where)):
            assert (answer.status_code, code_of(answer)) == (403, "records.files_of_more")

    assert "mark-mai-illness" in found.marks("Condition")
    found.fhir = system.token("system/*.cruds gateway.see_whole_city")
    assert "mark-mai-illness" in found.marks("Condition")


def test_a_denial_that_commits_first_holds_for_every_download_after_it():
    """Many fetch while somebody denies: whoever began when it had been said gets nothing."""
    for _round in range(5):
        say(deny(HERE), status="inactive")
        found = made(service(HERE, "system/*.rs"), "Patient/mai/$export")
        said, answers = threading.Event(), []

        def fetch(found=found, said=said, answers=answers):
            try:
                for _ in range(6):
                    late = said.is_set()
                    answer = found.file("Condition")
                    answers.append((late, answer.status_code))
                    if answer.streaming:
                        b"".join(answer.streaming_content)
            finally:
                connection.close()

        fetching = [threading.Thread(target=fetch) for _ in range(3)]
        for each in fetching:
            each.start()
        say(deny(HERE))
        said.set()
        for each in fetching:
            each.join()

        assert {code for late, code in answers if late} <= {410}
        assert {code for _late, code in answers} <= {200, 404, 410}
        assert found.is_closed()


# ── Files of the copy for analysis ─────────────────────────────────────────────────────────


VIEW = {
    "resourceType": "ViewDefinition", "status": "active", "resource": "Condition",
    "select": [{"column": [{"name": "text", "path": "code.text"}]}],
}  # fmt: skip


def test_files_of_the_copy_for_analysis_are_closed_by_the_first_denial(settings, tmp_path):
    settings.HAIDANG_LAKE, settings.HAIDANG_SQL_EXPORTS = str(tmp_path / "lake"), str(tmp_path / "sql")  # fmt: skip
    with access.reach(actor.SYSTEM, people="all"):
        analytics.catch_up()
    asked = {"resourceType": "Parameters", "parameter": [{"name": "subject", "part": [{"name": "subjectResource", "resource": VIEW}]}]}  # fmt: skip
    bound, free = (service(org, "system/*.rs", "gateway.see_whole_city") for org in (HERE, None))
    jobs = [fhir.send("post", "$sql-export", asked, Prefer="respond-async")["Content-Location"] for fhir in (bound, free)]  # fmt: skip
    assert [analytics.exports.work() for _ in jobs] == [1, 1]
    told = [fhirjson.loads(fhir.http.get(job).content) for fhir, job in zip((bound, free), jobs, strict=True)]  # fmt: skip
    files = [_location(each).partition("testserver")[2] for each in told]

    def fetched(fhir, path):
        answer = fhir.http.get(path, headers={"Accept": "*/*"})
        held = b"".join(answer.streaming_content) if answer.streaming else b""
        return answer.status_code, b"mark-mai-illness" in held

    assert (fetched(bound, files[0]), fetched(free, files[1])) == ((200, True), (200, True))
    say(deny(HERE))

    assert fetched(bound, files[0]) == (403, False)
    assert bound.http.get(jobs[0]).status_code in (403, 404)
    assert fetched(free, files[1]) == (200, True)
    assert len(list((tmp_path / "sql").glob("*/*"))) == 1
    say(deny(HERE), status="inactive")
    assert fetched(bound, files[0]) == (404, False)


def _location(told):
    (output,) = (each for each in told["parameter"] if each["name"] == "output")
    return next(part["valueUri"] for part in output["part"] if part["name"] == "location")
