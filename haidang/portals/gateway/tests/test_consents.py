"""A person's Consent that denies: no door of the organisation shows what it closes."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, fhirjson, systems
from haidang.portals.gateway.tests import leaking, smart_app
from haidang.portals.gateway.tests.leaking import LABEL, Rule
from haidang.portals.gateway.tests.test_no_leaks import ALL_LABELS, STEADY, paths, posts, service
from haidang.portals.gateway.tests.test_smart_leaks import exported

RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
ROLE = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}]}  # fmt: skip
BOTH = frozenset({"mai", "nam"})


def hospital(code):
    return {"role": ROLE, "reference": {"identifier": {"system": systems.FACILITY, "value": code}}}


def consent(provision, status="active", id="no"):
    return {
        "resourceType": "Consent", "id": id, "status": status, "patient": {"reference": "Patient/mai"},
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "policyRule": {"text": "Luật Bảo vệ dữ liệu cá nhân"}, "provision": provision,
    }  # fmt: skip


def deny(*orgs, **more):
    return {"type": "deny", **({"actor": [hospital(org) for org in orgs]} if orgs else {}), **more}


def types(*names):
    return [{"system": RESOURCE_TYPES, "code": name} for name in names]


def of_mai(kind=None, id=None):
    """References of what stands in Mai's record, of one type or one by one."""
    every = {f"{one['resourceType']}/{one['id']}" for one in leaking.CONTENT["mai"]} | {"Patient/mai"}  # fmt: skip
    return frozenset(
        ref
        for ref in every
        if kind in (None, ref.split("/")[0]) and id in (None, ref.split("/")[1])
    )


#: What Mai says, and what then is closed to the hospital 31001.
DENIALS = {
    "everything": (deny("31001"), of_mai()),
    "a type": (deny("31001", **{"class": types("Condition", "DocumentReference")}), of_mai("Condition") | of_mai("DocumentReference") | of_mai("Binary")),
    "files": (deny("31001", **{"class": types("Binary")}), of_mai("Binary")),
    "a label": (deny("31001", securityLabel=[{"system": LABEL, "code": "R"}]), of_mai(id="mai-hiv")),
    "everybody": (deny(), of_mai()),
    "everybody but one": (deny(provision=[{"type": "permit", "actor": [hospital("31002")]}]), of_mai()),
    "nested in a yes": ({"type": "permit", "provision": [deny("31001")]}, of_mai()),
    "somebody else": (deny("31002"), frozenset()),
    "everybody but this one": (deny(provision=[{"type": "permit", "actor": [hospital("31001")]}]), frozenset()),
    "since": (deny("31001", period={"start": "2001-01-01"}), of_mai()),
    "until": (deny("31001", period={"end": "2999-01-01"}), of_mai()),
    "later": (deny("31001", period={"start": "2999-01-01"}), frozenset()),
    "once": (deny("31001", period={"end": "2001-01-01"}), frozenset()),
    "within a time": ({"type": "permit", "period": {"end": "2001-01-01"}, "provision": [deny("31001")]}, frozenset()),
}  # fmt: skip


@pytest.fixture(autouse=True)
def house(settings, request):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_MATCHES_PER_MINUTE = 10_000
    request.getfixturevalue("own_database" if "own_database" in request.fixturenames else "db")
    leaking.build()
    with access.reach(actor.SYSTEM, people="all"):
        access.relate(records.rid("Patient/nam"), "31001", basis="referral")


def say(provision, **more):
    with access.reach(actor.SYSTEM, people="all"):
        return records.save(consent(provision, **more), by=actor.SYSTEM)


@pytest.mark.parametrize("name", DENIALS)
def test_what_is_denied_is_behind_no_door(name):
    provision, closed = DENIALS[name]
    say(provision)
    fhir, rule = service("31001", "system/*.rs"), Rule(BOTH, labels=ALL_LABELS, barred=closed)

    for kind in leaking.TYPES:
        bundle = fhirjson.loads(fhir.get(kind, _total="accurate").content)
        seen = {f"{kind}/{e['resource']['id']}" for e in bundle.get("entry", ())}
        assert (seen, bundle["total"]) == (rule.seen(kind), len(rule.seen(kind)))
    for ref in closed:
        assert fhir.get(ref).status_code == 404
        assert fhir.get(f"{ref}/_history/1").status_code == 404
        assert fhir.get(f"{ref}/_history").status_code == 404
    everything = fhir.get("Patient/mai/$everything", _count="1000")
    if "Patient/mai" in closed:
        assert everything.status_code == 404
    else:
        given = {f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in fhirjson.loads(everything.content)["entry"]}  # fmt: skip
        assert given - {"Consent/no"} >= of_mai("Observation") - closed
        assert not given & closed


@pytest.mark.parametrize("name", ["everything", "a type", "a label", "files"])
def test_whatever_is_asked_nothing_denied_is_given_away(name):
    provision, closed = DENIALS[name]
    say(provision)
    fhir = service("31001", "system/*.rs")
    allowed = Rule(BOTH, labels=ALL_LABELS, barred=closed).marks()

    @settings(STEADY, max_examples=60)
    @given(path=paths, sent=posts)
    def ask(path, sent):
        asked = {mark for mark in ("mark-p-nam", "mark-p-mai") if mark in path}
        assert leaking.given_away(fhir.http.get(f"/fhir/{path}")) - asked <= allowed
        assert leaking.given_away(fhir.send("post", *sent)) <= allowed

    ask()


def test_an_export_leaves_out_what_is_denied(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    provision, closed = DENIALS["a type"]
    say(provision)

    found = exported(service("31001", "system/*.rs"))

    assert found - {"Consent/no"} == Rule(BOTH, labels=ALL_LABELS, barred=closed).seen()


def test_a_city_wide_system_of_an_organisation_is_bound_too():
    say(deny("31001"))

    bound = service("31001", "system/Condition.rs", "gateway.see_whole_city")
    free = service("", "system/Condition.rs", "gateway.see_whole_city")

    assert bound.seen("Condition") == ["Condition/nam-illness"]
    assert free.seen("Condition") == ["Condition/mai-illness", "Condition/nam-illness"]


def test_a_city_wide_system_counts_and_follows_nothing_that_is_denied():
    """Where everything is in reach, what is counted or gone through is looked at all the same."""
    provision, closed = DENIALS["a type"]
    say(provision)
    bound = service("31001", "system/*.rs", "gateway.see_whole_city")

    counted = fhirjson.loads(bound.get("Condition", _summary="count").content)["total"]
    through = fhirjson.loads(
        bound.get("Patient", **{"_has:Condition:patient:_id": "mai-illness,nam-illness"}).content
    )

    assert "Condition/mai-illness" in closed
    assert counted == 1
    assert [e["resource"]["id"] for e in through["entry"]] == ["nam"]


def test_a_denial_by_label_is_not_put_on_another_label():
    """The version that forbids is closed to the hospital like all past ones, and read all the same."""
    say(deny("31001", securityLabel=[{"system": LABEL, "code": "R"}]))
    other = consent(deny("31001", securityLabel=[{"system": LABEL, "code": "unused"}]))

    answer = service("31001", "system/*.cruds").send("put", "Consent/no", other)

    assert answer.status_code == 403


def test_the_person_sees_the_own_record_all_the_same():
    say(deny())
    app = smart_app.App(smart_app.account("mai.dan", patient="mai"))

    assert app.fhir("user/Condition.rs").seen("Condition") == ["Condition/mai-illness"]


def test_a_consent_that_ends_opens_the_record_again():
    fhir = service("31001", "system/*.rs")
    say(deny("31001"))
    assert fhir.get("Patient/mai").status_code == 404

    say(deny("31001"), status="inactive")
    assert fhir.get("Patient/mai").status_code == 200

    say(deny("31001"))
    with access.reach(actor.SYSTEM, people="all"):
        records.delete("Consent/no", by=actor.SYSTEM)
    assert fhir.get("Patient/mai").status_code == 200


def test_the_organisation_changes_neither_the_denial_nor_the_record():
    say(deny("31001", **{"class": types("Condition")}))
    fhir = service("31001", "system/*.cruds")
    lifted = consent(deny("31001"), status="inactive")

    assert fhir.send("put", "Consent/no", lifted).status_code == 403
    assert fhir.delete("Consent/no").status_code == 403
    say(deny("31001"))
    result = leaking.CONTENT["mai"][1] | {"id": "fresh"}
    assert fhir.send("put", "Observation/fresh", result).status_code == 403
    assert fhir.send("put", "Observation/mai-lab", leaking.CONTENT["mai"][1]).status_code == 403


# ── Staff, and an emergency ────────────────────────────────────────────────────────────────


@pytest.fixture
def doctor():
    return access.actor_of(smart_app.account("bs.ha", ("doctor", "31001")), org="31001")


def opened(by):
    with access.reach(actor.SYSTEM, people="all"):
        rid = records.rid("Patient/mai")
    with access.open_person(by, "Patient/mai", patient_rid=rid, what="xem hồ sơ") as ground:
        return ground, {each.ref for each in records.search("Condition").matches}


def test_staff_are_bound_and_an_emergency_opens_with_a_reason(doctor):
    assert opened(doctor) == ("relation", {"Condition/mai-illness", "Condition/nam-illness"})

    say(deny("31001"))
    with pytest.raises(errors.NotAllowed):
        opened(doctor)

    access.break_glass(doctor, "Patient/mai", reason="Cấp cứu ngừng tim, người bệnh bất tỉnh")
    ground, seen = opened(doctor)
    assert (ground, "Condition/mai-illness" in seen) == ("emergency", True)


def test_a_part_that_is_denied_opens_in_an_emergency_only(doctor):
    say(deny("31001", **{"class": types("Condition")}))

    assert opened(doctor) == ("relation", {"Condition/nam-illness"})
    access.break_glass(doctor, "Patient/mai", reason="Cấp cứu ngừng tim, người bệnh bất tỉnh")
    assert opened(doctor)[0] == "emergency"


def test_an_app_of_a_doctor_is_bound_until_the_glass_is_broken(doctor):
    app = smart_app.App(smart_app.account("bs.hai", ("doctor", "31001")))
    fhir = app.fhir("launch/patient patient/Condition.rs", patient="mai")
    assert fhir.seen("Condition") == ["Condition/mai-illness"]

    say(deny("31001", **{"class": types("Condition")}))
    assert fhir.seen("Condition") == []

    owner = access.actor_of(access.Account.objects.get(username="bs.hai"), org="31001")
    access.break_glass(owner, "Patient/mai", reason="Cấp cứu ngừng tim, người bệnh bất tỉnh")
    assert fhir.seen("Condition") == ["Condition/mai-illness"]


# ── What cannot be held ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("provision", "where"),
    [
        (deny("31001", code=[{"text": "x"}]), "Consent.provision.code"),
        (deny("31001", purpose=[{"code": "TREAT"}]), "Consent.provision.purpose"),
        (deny("31001", **{"class": [{"code": "Condition"}]}), "Consent.provision.class"),
        (deny("31001", securityLabel=[{"code": "R"}]), "Consent.provision.securityLabel"),
        ({"type": "deny", "actor": [{"role": ROLE, "reference": {"reference": "Practitioner/ha"}}]}, "Consent.provision.actor[0].reference"),
        ({"type": "deny", "actor": [{"role": ROLE, "reference": {"reference": "Organization/shared"}}]}, "Consent.provision.actor[0].reference"),
        (deny("31001", provision=[{"type": "permit", "actor": [hospital("31002")]}]), "Consent.provision.provision"),
        (deny(provision=[{"type": "permit", "class": types("Condition")}]), "Consent.provision.provision[0]"),
        (deny(provision=[{"type": "permit", "actor": [hospital("31002")], "provision": [deny("31001")]}]), "Consent.provision.provision[0]"),
        ({"type": "permit", "provision": [{"type": "permit", "provision": [deny("31001")]}]}, "Consent.provision.provision[0].provision[0]"),
        ({"type": "permit", "provision": [deny(), {"type": "permit", "actor": [hospital("31002")]}]}, "Consent.provision.provision[1]"),
        ({"type": "permit", "class": types("Condition"), "provision": [deny("31001")]}, "Consent.provision.class"),
        (deny("31001", **{"class": []}), "Consent.provision.class"),
        (deny("31001", modifierExtension=[{"url": "urn:x", "valueBoolean": True}]), "Consent.provision.modifierExtension"),
    ],
)  # fmt: skip
def test_a_denial_that_could_not_be_held_is_refused(provision, where):
    with pytest.raises(errors.RuleBroken) as refused:
        say(provision)

    assert refused.value.code == "records.consent_unfit"
    assert refused.value.facts["expression"] == where
    assert access.denied("31001", _rid()) is None


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"policyRule": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTOUT"}]}, "provision": {"type": "permit"}}, "Consent.policyRule"),
        ({"patient": {"identifier": {"value": "x"}}}, "Consent.patient"),
    ],
)  # fmt: skip
def test_a_client_is_told_which_expression_is_not_carried_out(said, where):
    city = service("", "system/*.cruds", "gateway.see_whole_city")

    answer = city.send("put", "Consent/no", consent(deny("31001")) | said)

    (issue,) = fhirjson.loads(answer.content)["issue"]
    assert (answer.status_code, issue["expression"]) == (422, [where])


def test_a_refusal_of_treatment_closes_no_record():
    refused = {"scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "treatment"}]}}  # fmt: skip
    with access.reach(actor.SYSTEM, people="all"):
        records.save(consent(deny("31001")) | refused, by=actor.SYSTEM)

    assert access.denied("31001", _rid()) is None


def test_an_organization_is_known_by_its_number():
    facility = {"resourceType": "Organization", "id": "h", "identifier": [{"system": systems.FACILITY, "value": "31001"}], "name": "BV"}  # fmt: skip
    with access.reach(actor.SYSTEM, people="all"):
        records.save(facility, by=actor.SYSTEM)
    say({"type": "deny", "actor": [{"role": ROLE, "reference": {"reference": "Organization/h"}}]})

    assert access.denied("31001", _rid()) == access.WHOLE
    assert access.denied("31002", _rid()) is None


@pytest.mark.parametrize(
    ("starts_in", "ends_in", "is_held"),
    [(-1, 1, True), (-1, None, True), (None, 1, True), (1, 2, False), (1, None, False), (None, -1, False), (-2, -1, False)],
)  # fmt: skip
def test_a_denial_holds_from_its_first_moment_to_its_last(doctor, starts_in, ends_in, is_held):
    days = {"start": starts_in, "end": ends_in}
    period = {name: _in_days(n) for name, n in days.items() if n is not None}
    say(deny("31001", period=period))

    assert access.denied("31001", _rid()) == (access.WHOLE if is_held else None)
    assert service("31001", "system/*.rs").get("Patient/mai").status_code == (404 if is_held else 200)  # fmt: skip


def _in_days(number):
    return (timezone.now() + timedelta(days=number)).isoformat(timespec="seconds")


def _rid():
    with access.reach(actor.SYSTEM, people="all"):
        return records.rid("Patient/mai")
