"""Every door of the gateway, asked for what a person denies: by whom it is denied, and by whom not.

Which doors there are is read from the addresses that are served, so a new one without its line in
a table here fails.
"""

from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway import urls
from haidang.portals.gateway.fhir import hooks
from haidang.portals.gateway.tests import leaking, smart_app, subscribing
from haidang.portals.gateway.tests.test_consents import consent, deny, types
from haidang.portals.gateway.tests.test_no_leaks import service
from haidang.portals.gateway.tests.test_smart_leaks import exported

receiver = subscribing.receiver
DENIED, FREE = "31001", "31002"
CLOSED = ("Condition", "DocumentReference", "Encounter", "List")
LISTED = {
    "resourceType": "List", "id": "mai-list", "status": "current", "mode": "working", "title": "mark-mai-list",
    "subject": {"reference": "Patient/mai"}, "entry": [{"item": {"reference": "Observation/mai-lab"}}],
}  # fmt: skip
#: What is closed: everything of Mai, or these types and the files they hold.
WHOLE = {"mark-p-mai", "mark-mai-list"} | {f"mark-{ref.split('/')[1]}" for ref in leaking.IDS if "/mai-" in ref}  # fmt: skip
PART = {"mark-mai-illness", "mark-mai-paper", "mark-mai-scan", "mark-mai-visit", "mark-mai-list"}
DENIALS = {
    "everything": (lambda: deny(DENIED), WHOLE),
    "these types": (lambda: deny(DENIED, **{"class": types(*CLOSED)}), PART),
    "for a day": (lambda: deny(DENIED, period={"start": _in_days(-1), "end": _in_days(1)}), WHOLE),
}


def _in_days(number):
    return (timezone.now() + timedelta(days=number)).isoformat(timespec="seconds")


@pytest.fixture(autouse=True)
def house(settings, request, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_FILES = str(tmp_path / "files")
    request.getfixturevalue("own_database" if "own_database" in request.fixturenames else "db")
    leaking.build()
    with access.reach(actor.SYSTEM, people="all"):
        mai = records.get("Patient/mai").resource
        people.save_patient({**mai, "identifier": [{"system": "urn:card", "value": "mai"}]}, by=actor.SYSTEM)  # fmt: skip
        records.save(LISTED, by=actor.SYSTEM)
        records.save({**LISTED, "language": "vi"}, by=actor.SYSTEM)
        members = [{"entity": {"reference": f"Patient/{who}"}} for who in leaking.PEOPLE]
        group = {"resourceType": "Group", "id": "all", "type": "person", "actual": True, "member": members}  # fmt: skip
        records.save(group, by=actor.SYSTEM)
        for org in (DENIED, FREE):
            for who in leaking.PEOPLE:
                access.relate(records.rid(f"Patient/{who}"), org, basis="referral")


def say(provision, **more):
    with access.reach(actor.SYSTEM, people="all"):
        records.save(consent(provision, **more), by=actor.SYSTEM)


# ── The doors ──────────────────────────────────────────────────────────────────────────────


def got(*paths):
    """What is given away by reading these addresses."""
    return lambda fhir: _marks(*(fhir.http.get(f"/fhir/{path}") for path in paths))


def posted(path, content):
    return lambda fhir: _marks(fhir.send("post", path, content))


def formed(*paths):
    """The same as a form, as a search may come."""

    def ask(fhir):
        parts = (path.partition("?") for path in paths)
        form = "application/x-www-form-urlencoded"
        return _marks(*(fhir.http.post(f"/fhir/{where}", query, content_type=form) for where, _, query in parts))  # fmt: skip

    return ask


def _marks(*answers):
    assert all(answer.status_code < 500 for answer in answers)
    return set().union(*map(leaking.given_away, answers))


def both(*asks):
    return lambda fhir: set().union(*(ask(fhir) for ask in asks))


def counted(*paths):
    """A mark for each search that counts or finds something, whatever it shows of it."""

    def ask(fhir):
        found = (fhirjson.loads(fhir.http.get(f"/fhir/{path}").content) for path in paths)
        return {path for path, bundle in zip(paths, found, strict=True) if bundle.get("total")}

    return ask


def told(*asks):
    """The marks of what an answer tells that it is there, whatever it shows of it."""

    def ask(fhir):
        return {_mark(ref) for method, ref, path, headers in asks if _send(fhir, method, path, headers).status_code in (200, 304)}  # fmt: skip

    return ask


def _mark(ref):
    kind, id = ref.split("/")
    return f"mark-p-{id}" if kind == "Patient" else f"mark-{id}"


def _send(fhir, method, path, headers):
    return fhir.http.generic(method.upper(), f"/fhir/{path}", headers=headers)


def _of_paper(answer):
    """The marks in a PDF, by its text."""
    if answer.status_code != 200:
        return set()
    pages = pypdfium2.PdfDocument(answer.content)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return {mark.decode() for mark in leaking.MARK.findall(text.encode())}


def batch(*paths, type="batch"):
    entries = [{"request": {"method": "GET", "url": path}} for path in paths]
    return posted("", {"resourceType": "Bundle", "type": type, "entry": entries})


def each(end="", many=("Patient/mai", *(ref for ref in leaking.IDS if "/mai-" in ref), "List/mai-list")):  # fmt: skip
    return [f"{ref}{end}" for ref in many]


EVERY_TYPE = sorted({ref.split("/")[0] for ref in each()})
IN_RECORD = [kind for kind in EVERY_TYPE if kind not in ("Patient", "Binary")]
MATCHED = {"resourceType": "Patient", "name": [{"text": "mark-p-mai"}]}
SEARCHES = [
    *EVERY_TYPE,
    "Observation?_include=*&_revinclude=*",
    "Observation?_include=Observation:encounter&_revinclude=DiagnosticReport:result&_revinclude=List:item",
    "Patient?_revinclude=Condition:patient&_revinclude=DocumentReference:patient",
    "Patient?_revinclude:iterate=Encounter:subject&_include:iterate=Encounter:participant",
    "Practitioner?_revinclude:iterate=Encounter:participant&_revinclude:iterate=Condition:encounter",
]
COUNTS = [
    "Condition?patient=mai&_summary=count",
    "Condition?patient=mai&_count=0&_total=accurate",
    "?_type=Condition,Encounter&patient=mai&_summary=count",
    "Patient?_id=mai&_has:Condition:patient:code=flu&_total=accurate",
    "Observation?subject=Patient/mai&encounter.class=AMB&_total=accurate",
    "Observation?subject=Patient/mai&_list=mai-list&_total=accurate",
    "Observation?subject=Patient/mai&_has:List:item:status=current&_total=accurate",
    "Practitioner?_has:Encounter:participant:_id=mai-visit&_total=accurate",
    "Condition/mai-illness/_history?_count=0",
    "Patient/mai/Condition?_summary=count",
]


def exports(*paths):
    def ask(fhir):
        found = (brought for path in paths if isinstance(brought := exported(fhir, path), set))
        return {_mark(ref) for refs in found for ref in refs}

    return ask


CASES = {
    "fhir": both(
        got("?_type=Condition,Encounter,List,DocumentReference,Patient", "?_type=Observation&_revinclude=*"),
        batch(*each(), *SEARCHES, "Patient/mai/$everything", "Condition/_history", "Patient/mai/Encounter"),
        batch(*each(), type="transaction"),
    ),
    "fhir_slash": got("?_count=1000"),
    "search_types_form": formed("_search?_type=Condition,Encounter,List,Patient,DocumentReference,Observation"),
    "history_of_system": got("_history?_count=1000", "_history?_since=2020-01-01&_count=1000"),
    "of_type": both(got(*SEARCHES), counted(*COUNTS)),
    "search_form": formed(*(f"{kind}/_search?_count=100" for kind in EVERY_TYPE)),
    "history_of_type": got(*(f"{kind}/_history?_count=100" for kind in EVERY_TYPE)),
    "instance": both(
        got(*each(), *each("?_summary=text"), *each("?_elements=code")),
        told(*(("head", ref, ref, {}) for ref in each()),
             *(("get", ref, ref, {"If-None-Match": 'W/"2"'}) for ref in each()),
             *(("get", ref, ref, {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}) for ref in each())),
    ),
    "history_of_instance": got(*each("/_history")),
    "version": got(*each("/_history/1"), *each("/_history/2")),
    "compartment": got(*(f"Patient/mai/{kind}" for kind in IN_RECORD), "Patient/mai/*", "Patient/mai/Observation?_include=*&_revinclude=*"),
    "whole_compartment": got("Patient/mai/*", "Patient/mai/*?_type=Condition,Encounter"),
    "whole_compartment_form": formed("Patient/mai/*/_search?", "Patient/mai/*/_search?_type=Condition"),
    "compartment_form": formed(*(f"Patient/mai/{kind}/_search?" for kind in IN_RECORD)),
    "summary_of_patient": got("Patient/$summary?identifier=urn:card|mai"),
    "summary_pdf": lambda fhir: _of_paper(fhir.get("Patient/mai/$summary/pdf")),
    "everything_of_patient_instance": got("Patient/mai/$everything", "Patient/mai/$everything?_type=Condition,Encounter", "Patient/mai/$everything?_since=2020-01-01"),
    "summary_of_patient_instance": got("Patient/mai/$summary", "Patient/mai/$summary?_language=en"),
    "docref_of_documentreference": got("DocumentReference/$docref?patient=mai&start=2000-01-01", "DocumentReference/$docref?patient=mai"),
    "match_of_patient": posted("Patient/$match", MATCHED),
    "validate_of_any_instance": told(*(("get", ref, f"{ref}/$validate{mode}", {}) for ref in each() for mode in ("", "?mode=delete"))),
}  # fmt: skip
#: Doors that make files, and those that tell of what happens: each in a house of its own.
FILES = {
    "export_of_system": exports("$export"),
    "export_of_patient": exports("Patient/$export"),
    "export_of_patient_instance": exports("Patient/mai/$export"),
    "export_of_group_instance": exports("Group/all/$export"),
}
#: Doors through which a whole denial shows and a denial of some types does not: they give none of these.
WITHOUT_PARTS = {"match_of_patient"}
SUBSCRIPTIONS = {
    "subscriptions", "subscription", "search_subscriptions", "history_of_subscriptions", "history_of_subscription",
    "subscription_version", "events_of_subscription_instance", "status_of_subscription", "status_of_subscription_instance",
    "restart_of_subscription_instance", "topics_of_subscription",
}  # fmt: skip
#: Tried further down, each by its own test.
APART = {"sql_run_of_system", "sql_export_of_system", "everything_of_patient"}
#: Why no person's record can come out of the others.
OTHERS = {
    "what came in, for who sent it": {"send_claims", "see_claims", "notice_of_payment"},
    "pages and files for developers": {
        "developers", "developers_slash", "get_sandbox_token", "developer_examples", "developer_reference", "developer_errors", "openapi",
        "get_sandbox", "get_sample_dossier",
    },
    "signing in": {
        "oauth_keys", "authorize_app", "oauth_token", "oauth_introspect", "oauth_revoke", "smart_configuration",
        "openid_configuration",
    },
    "code lists": {
        "expand_of_valueset", "lookup_of_codesystem", "subsumes_of_codesystem", "translate_of_conceptmap",
        "validate_code_of_codesystem", "validate_code_of_valueset", "expand_of_valueset_instance",
        "subsumes_of_codesystem_instance", "translate_of_conceptmap_instance", "validate_code_of_codesystem_instance",
        "validate_code_of_valueset_instance",
    },
    "what the server is": {"metadata", "nowhere"},
    "judges what is sent along": {"validate_of_any"},
    "writes, and shows the two Patients at most": {"merge_of_patient", "unmerge_of_patient"},
    "writes": {"import_of_system", "reindex_of_system", "purge_of_patient_instance"},
    "made beforehand, for who asked; the export itself is tried": {"bulk_job", "bulk_file", "sql_job", "sql_file"},
}  # fmt: skip


def test_every_door_has_its_case_or_its_reason():
    doors = {pattern.name for pattern in urls.urlpatterns}

    known = [set(CASES), set(FILES), SUBSCRIPTIONS, APART, *OTHERS.values()]
    assert sum(map(len, known)) == len(set().union(*known))
    assert doors == set().union(*known)


@pytest.mark.parametrize("denial", DENIALS)
@pytest.mark.parametrize("door", CASES)
def test_a_door_shows_what_is_denied_to_others_alone(door, denial):
    provision, closed = DENIALS[denial]
    denied, free = service(DENIED, "system/*.rds"), service(FREE, "system/*.rds")
    before = CASES[door](denied)
    say(provision())

    now, theirs = CASES[door](denied), CASES[door](free)
    say(provision(), status="inactive")

    assert now & (closed | set(COUNTS)) == set()
    assert theirs >= before
    assert CASES[door](denied) >= before
    if denial != "these types" or door not in WITHOUT_PARTS:
        assert before & closed
    if door == "of_type":
        assert before >= set(COUNTS)


@pytest.mark.parametrize("denial", ["everything", "these types"])
@pytest.mark.parametrize("door", FILES)
def test_a_file_holds_what_is_denied_for_others_alone(own_database, door, denial):
    provision, closed = DENIALS[denial]
    say(provision())
    denied, free = service(DENIED, "system/*.rs"), service(FREE, "system/*.rs")

    assert FILES[door](denied) & closed == set()
    # A file belongs to nobody's compartment: only an export of everything brings it.
    assert FILES[door](free) >= closed - {"mark-mai-scan"}


@pytest.mark.parametrize("denial", ["everything", "these types"])
def test_an_app_that_is_opened_for_the_person_is_bound_like_its_user(denial):
    provision, closed = DENIALS[denial]
    ask = got("Patient/$everything")
    denied, free = (
        smart_app.App(smart_app.account(f"bs.{org}", ("doctor", org))).fhir("launch/patient patient/*.rs", patient="mai")
        for org in (DENIED, FREE)
    )  # fmt: skip
    before = ask(denied)
    say(provision())

    assert before & closed
    assert ask(denied) & closed == set()
    assert ask(free) == before


VIEW = {
    "resourceType": "ViewDefinition", "status": "active", "resource": "Condition",
    "select": [{"column": [{"name": "text", "path": "code.text"}]}],
}  # fmt: skip


@pytest.mark.parametrize("door", ["$sql-run", "$sql-export"])
def test_an_analyst_whom_somebody_denies_something_asks_no_copy_that_knows_no_denial(settings, tmp_path, door):  # fmt: skip
    settings.HAIDANG_LAKE = str(tmp_path / "lake")
    with access.reach(actor.SYSTEM, people="all"):
        analytics.catch_up()
    denied, free = (service(org, "system/*.rs", "gateway.see_whole_city") for org in (DENIED, FREE))
    part = {"name": "subjectResource", "resource": VIEW}
    listed = [part] if door == "$sql-run" else [{"name": "subject", "part": [part]}]
    asked = {"resourceType": "Parameters", "parameter": listed}

    def statuses():
        answers = [fhir.send("post", door, asked, Prefer="respond-async") for fhir in (denied, free)]  # fmt: skip
        return [answer.status_code for answer in answers]

    well = {"$sql-run": 200, "$sql-export": 202}[door]
    assert statuses() == [well, well]
    say(deny(DENIED, **{"class": types("Condition")}))
    assert statuses() == [403, well]
    say(deny(DENIED), status="inactive")
    assert statuses() == [well, well]
    say(deny(DENIED, period={"start": _in_days(-2), "end": _in_days(-1)}))
    assert statuses() == [well, well]
    say(deny())
    assert statuses() == [403, 403]


@pytest.mark.parametrize("denial", ["everything", "these types"])
def test_a_subscription_tells_of_what_is_denied_to_others_alone(receiver, denial):
    provision, closed = DENIALS[denial]
    clock = subscribing.Clock()
    courier = records.subscriptions.Courier(hooks.MANNER, clock=clock)
    denied, free = (service(org, "system/*.cruds") for org in (DENIED, FREE))
    ids = [fhirjson.loads(fhir.send("post", "Subscription", subscribing.wish(receiver.up())).content)["id"] for fhir in (denied, free)]  # fmt: skip
    subscribing.run(courier)
    early = {**leaking.CONTENT["mai"][5], "language": "en"}
    with access.reach(actor.SYSTEM, people="all"):
        records.save(early, by=actor.SYSTEM)  # nobody denies it yet, and it is not sent yet
    records.subscriptions.match(hooks.MANNER, now=clock())
    say(provision())
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all([{**one, "language": "fr"} for one in [*leaking.CONTENT["mai"], LISTED]], by=actor.SYSTEM)  # fmt: skip
        records.delete("List/mai-list", by=actor.SYSTEM)
    subscribing.run(courier)
    courier.close()

    def of(id):
        told = [body for body in receiver.got() if id in body["entry"][0]["request"]["url"]]
        return {mark.decode() for body in told for mark in leaking.MARK.findall(fhirjson.dumps(body))}  # fmt: skip

    assert of(ids[0]) & closed == set()
    assert of(ids[1]) >= closed - {"mark-p-mai"}
    for fhir, id, is_closed in ((denied, ids[0], True), (free, ids[1], False)):
        again = _marks(fhir.get(f"Subscription/{id}/$events"))
        assert again >= closed - {"mark-p-mai"} if not is_closed else again & closed == set()
        number = fhirjson.loads(fhir.get(f"Subscription/{id}/$status").content)
        assert leaking.given_away(fhir.get(f"Subscription/{id}")) == set()
        assert number["resourceType"] == "Bundle"
