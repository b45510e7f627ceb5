"""Whatever is asked at whatever door, an answer holds no more than a plain rule allows (hypothesis)."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.access import api as access
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests import leaking, smart_app
from haidang.portals.gateway.tests.leaking import CATEGORY, LABEL, Rule
from haidang.portals.gateway.tests.test_smart_leaks import exported

# The same examples each time: a test must not depend on chance.
STEADY = settings(
    max_examples=80, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
LAB = f"Observation.rs?category={CATEGORY}|laboratory"
MAI, NAM, BOTH = frozenset({"mai"}), frozenset({"nam"}), frozenset({"mai", "nam"})
ALL_LABELS = frozenset({"R", "V"})


def service(org, *scopes):
    _client, token = access.create_client("Hệ thống", ["gateway.use_fhir", *scopes], org, actor.SYSTEM)  # fmt: skip
    return smart_app.Bearer(token)


def app(account, scope, **more):
    return smart_app.App(account).fhir(scope, **more)


def doctor():
    return smart_app.account("bs.ha", ("doctor", "31001"))


#: Who asks, how it is let in, and what it may see.
ASKERS = {
    "hospital": (lambda: service("31001", "system/*.rs"), Rule(MAI, labels=ALL_LABELS)),
    "other hospital": (lambda: service("31002", "system/*.rs"), Rule(NAM, labels=ALL_LABELS)),
    "third hospital": (lambda: service("31003", "system/*.rs"), Rule(frozenset())),
    "laboratory": (
        lambda: service("31001", f"system/{LAB}", "system/Patient.rs"),
        Rule(MAI, frozenset({"Observation", "Patient"}), "laboratory", ALL_LABELS),
    ),
    "app of mai": (lambda: app(doctor(), "launch/patient patient/*.rs", patient="mai"), Rule(MAI)),
    "part of mai": (
        lambda: app(doctor(), f"launch/patient patient/{LAB} patient/Encounter.rs", patient="mai"),
        Rule(MAI, frozenset({"Observation", "Encounter"}), "laboratory"),
    ),
    "sensitive": (
        lambda: app(doctor(), "launch/patient patient/Observation.rs sensitive", patient="mai"),
        Rule(MAI, frozenset({"Observation"}), labels=frozenset({"R"})),
    ),
    "citizen nam": (lambda: app(smart_app.account("nam.dan", patient="nam"), "user/*.rs"), Rule(NAM)),
    "city": (
        lambda: service("", "system/Condition.rs", "gateway.see_whole_city"),
        Rule(BOTH, frozenset({"Condition"}), labels=ALL_LABELS),
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def house(settings, request):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_MATCHES_PER_MINUTE = 10_000
    request.getfixturevalue("own_database" if "own_database" in request.fixturenames else "db")
    leaking.build()


# ── Requests ───────────────────────────────────────────────────────────────────────────────

refs = st.sampled_from(leaking.IDS)
ids = refs.map(lambda ref: ref.split("/")[1])
types = st.sampled_from(leaking.TYPES)
people = st.sampled_from(sorted(leaking.PEOPLE))
VALUES = {
    "_id": ids,
    "patient": people,
    "subject": refs,
    "encounter": refs,
    "performer": st.just("Practitioner/ha"),
    "result": refs,
    "target": refs,
    "code": st.sampled_from(["glucose", "flu", "urn:t|glucose"]),
    "category": st.sampled_from(["laboratory", "vital-signs"]),
    "_security": st.sampled_from([f"{LABEL}|R", f"{LABEL}|V", "R,V"]),
    "name": st.sampled_from(["mark", "mark-p-nam"]),
    "_lastUpdated": st.just("gt2020"),
    "date": st.sampled_from(["2026", "gt2020", "lt2030"]),
    "value-quantity": st.sampled_from(["5", "gt1", "lt9"]),
    "general-practitioner": st.just("ha"),
    "identifier": st.just("x"),
}  # fmt: skip
REFERENCES = ["patient", "subject", "encounter", "performer", "result", "target", "general-practitioner"]  # fmt: skip
NAMES = st.sampled_from(sorted(VALUES))


@st.composite
def conditions(draw):
    """`name=value`, perhaps negated, chained or turned round."""
    name = draw(NAMES)
    value = draw(VALUES[name])
    shape = draw(st.sampled_from(["plain", "plain", "not", "missing", "chain", "typed", "has", "far"]))  # fmt: skip
    if shape == "not":
        return f"{name}:not", value
    if shape == "missing":
        return f"{name}:missing", draw(st.sampled_from(["true", "false"]))
    if shape == "chain":
        return f"{draw(st.sampled_from(REFERENCES))}.{name}", value
    if shape == "typed":
        return f"{draw(st.sampled_from(REFERENCES))}:{draw(types)}.{name}", value
    if shape == "has":
        return f"_has:{draw(types)}:{draw(st.sampled_from(REFERENCES))}:{name}", value
    if shape == "far":
        return f"{draw(st.sampled_from(REFERENCES))}._has:{draw(types)}:{draw(st.sampled_from(REFERENCES))}:{name}", value  # fmt: skip
    return name, value


wishes = st.one_of(
    st.sampled_from([("_include", "*"), ("_summary", "count"), ("_total", "accurate"), ("_summary", "text"),
                     ("_sort", "-_lastUpdated"), ("_sort", "date"), ("_count", "1"), ("_elements", "code"), ("_list", "x")]),
    st.tuples(st.sampled_from(["_include", "_include:iterate", "_revinclude", "_revinclude:iterate"]),
              st.builds(lambda t, r: f"{t}:{r}", types, st.sampled_from(REFERENCES))),
)  # fmt: skip
queries = st.builds(
    lambda first, more: "&".join(f"{quote(n, safe=':.')}={quote(v)}" for n, v in [*first, *more]),
    st.lists(conditions(), max_size=2),
    st.lists(wishes, max_size=3),
)
searches = st.builds(lambda kind, query: f"{kind}?{query}", types, queries)
of_several = st.builds(
    lambda kinds, query: f"?_type={','.join(kinds)}&{query}", st.lists(types, max_size=3), queries
)
paths = st.one_of(
    searches,
    searches,
    of_several,
    refs,
    refs.map(lambda ref: f"{ref}/_history"),
    st.builds(lambda ref, n: f"{ref}/_history/{n}", refs, st.integers(1, 3)),
    types.map(lambda kind: f"{kind}/_history?_count=100"),
    st.just("_history?_count=1000"),
    st.builds(lambda who, kind, query: f"Patient/{who}/{kind}?{query}", people, types, queries),
    people.map(lambda who: f"Patient/{who}/$everything"),
    people.map(lambda who: f"Patient/{who}/$summary"),
    people.map(lambda who: f"DocumentReference/$docref?patient={who}&start=2000-01-01"),
    st.just("Patient/$everything"),
)


def _matching(who):
    wanted = {"resourceType": "Patient", "name": [{"text": f"mark-p-{who}"}]}
    return {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": wanted}]}


def _batch(entries):
    listed = [{"request": {"method": "GET", "url": path}} for path in entries]
    return {"resourceType": "Bundle", "type": "batch", "entry": listed}


posts = st.one_of(
    st.lists(st.one_of(searches, of_several, refs), min_size=1, max_size=4).map(lambda all: ("", _batch(all))),
    people.map(lambda who: ("Patient/$match", _matching(who))),
    types.map(lambda kind: ("$sql-run", {"resourceType": "ViewDefinition", "status": "active", "resource": kind,
                                         "select": [{"column": [{"name": "id", "path": "id"}]}]})),
)  # fmt: skip


# ── The rule ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ASKERS)
def test_no_answer_holds_more_than_the_rule_allows(name):
    let_in, rule = ASKERS[name]
    fhir, allowed = let_in(), rule.marks()

    @STEADY
    @given(path=paths)
    def ask(path):
        answer = fhir.http.get(f"/fhir/{path}")
        assert answer.status_code < 500, answer.content
        # What was asked for is said again in the links of a bundle.
        asked = {mark for mark in ("mark-p-nam", "mark-p-mai") if mark in path}
        assert leaking.given_away(answer) - asked <= allowed

    ask()


@pytest.mark.parametrize("name", ASKERS)
def test_no_answer_to_what_is_sent_holds_more_either(name):
    let_in, rule = ASKERS[name]
    fhir, allowed = let_in(), rule.marks()

    @settings(STEADY, max_examples=30)
    @given(sent=posts)
    def ask(sent):
        answer = fhir.send("post", *sent)
        assert answer.status_code < 500, answer.content
        assert leaking.given_away(answer) <= allowed

    ask()


@pytest.mark.parametrize("name", ASKERS)
def test_all_that_the_rule_allows_is_found_and_counted(name):
    let_in, rule = ASKERS[name]
    fhir = let_in()

    for kind in leaking.TYPES:
        answer = fhir.get(f"{kind}", _total="accurate", _count="1000")
        if answer.status_code == 403:
            assert not rule.seen(kind)
            continue
        bundle = fhirjson.loads(answer.content)
        assert {f"{kind}/{e['resource']['id']}" for e in bundle.get("entry", ())} == rule.seen(kind)
        assert bundle["total"] == len(rule.seen(kind))
        counted = fhirjson.loads(fhir.get(kind, _summary="count").content)
        assert counted["total"] == len(rule.seen(kind))


@pytest.mark.parametrize("name", ASKERS)
def test_a_search_over_all_types_finds_just_that(name):
    let_in, rule = ASKERS[name]

    bundle = fhirjson.loads(let_in().get("", _total="accurate", _count="1000").content)

    found = [
        f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle.get("entry", ())
    ]
    assert {ref for ref in found if ref.split("/")[0] in leaking.TYPES} == rule.seen()
    assert bundle["total"] == len(found) == len(set(found))


@pytest.mark.parametrize(
    "name", ["hospital", "other hospital", "third hospital", "laboratory", "city"]
)
def test_an_export_brings_exactly_that(own_database, settings, tmp_path, name):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    let_in, rule = ASKERS[name]

    assert exported(let_in()) == rule.seen()
