"""The terminology operations over HTTP (FHIR R4, terminology-service.html)."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, systems
from haidang.portals.gateway.fhir import terms
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

pytestmark = pytest.mark.django_db
FRUIT = systems.codes("fruit")
FRUITS = f"{systems.BASE}/ValueSet/fruit"
ROWS = [
    ("citrus", "Họ cam chanh", "Citrus", "", "", ""),
    ("lime", "Chanh", "Lime", "citrus", "", "green"),
    ("orange", "Cam", "Orange", "citrus", "", "orange"),
    ("key-lime", "Chanh ta", "Key lime", "lime", "", "green"),
    ("durian", "Sầu riêng", "Durian", "", "1", ""),
]
MANIFEST = """kind = "{kind}"
title_vi = "Quả"
title_en = "Fruit"
version = "{version}"
publisher = "Bộ"
source = "thử"
licence = "tự do"
completeness = "complete"
rows = 0
checksum = ""
"""


def _load(folder, kind, header, rows, version="2026", more=""):
    folder.mkdir(parents=True)
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header.split(), *rows])
    text = MANIFEST.format(kind=kind, version=version) + more
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    terminology.seal(folder)
    terminology.load_release(folder, actor.SYSTEM)


@pytest.fixture
def fruits(db, tmp_path):
    head = "code name_vi name_en parent inactive colour"
    _load(tmp_path / "fruit" / "1", "code-system", head, ROWS, more='system = "fruit"\n')
    arrows = [("lime", "limeade", "wider", ""), ("orange", "juice", "equivalent", "vắt")]
    maps = f'url = "{systems.BASE}/ConceptMap/juice"\nsource_system = "fruit"\ntarget_system = "drink"\n'
    _load(
        tmp_path / "juice" / "1",
        "concept-map",
        "source target equivalence comment",
        arrows,
        more=maps,
    )


@pytest.fixture
def client(fruits):
    """A system that may use the door and nothing else: code lists need no scope."""
    return Fhir("31001", ["gateway.use_fhir"])


def _parameters(answer):
    assert answer.status_code == 200, answer.content
    return read(answer)["parameter"]


def _values(answer):
    return {p["name"]: next((v for k, v in p.items() if k.startswith("value")), None)
            for p in _parameters(answer)}  # fmt: skip


def _properties(answer):
    parts = [p["part"] for p in _parameters(answer) if p["name"] == "property"]
    return {
        (code["valueCode"], next(v for k, v in value.items() if k != "name"))
        for code, value in parts
    }


def _post(client, path, *parameters):
    return client.post(path, {"resourceType": "Parameters", "parameter": list(parameters)})


def _codes(answer):
    assert answer.status_code == 200, answer.content
    return [c["code"] for c in read(answer)["expansion"].get("contains", [])]


# ── Code systems ───────────────────────────────────────────────────────────────────────────


def test_a_look_up_tells_words_properties_and_place(client):
    answer = client.get(f"CodeSystem/$lookup?system={FRUIT}&code=lime")

    assert _values(answer) | {"name": "Quả", "version": "2026", "display": "Chanh"} == _values(
        answer
    )
    designations = [
        p["part"][1]["valueString"] for p in _parameters(answer) if p["name"] == "designation"
    ]
    assert designations == ["Chanh", "Lime"]
    assert _properties(answer) == {
        ("colour", "green"), ("inactive", False), ("parent", "citrus"), ("child", "key-lime"),
    }  # fmt: skip


def test_only_the_properties_asked_for_are_told(client):
    answer = client.get(
        f"CodeSystem/$lookup?system={FRUIT}&code=lime&property=colour&property=lang.en"
    )

    assert _properties(answer) == {("colour", "green")}
    assert [
        p["part"][0]["valueCode"] for p in _parameters(answer) if p["name"] == "designation"
    ] == ["en"]


@pytest.mark.parametrize(
    ("query", "header", "display"),
    [
        ("", "", "Chanh"),
        ("&displayLanguage=en", "", "Lime"),
        ("&displayLanguage=en-GB", "vi", "Lime"),
        ("", "en-US,en;q=0.9,vi;q=0.8", "Lime"),
        ("", "fr,en;q=0.1", "Lime"),
        ("&displayLanguage=fr", "", "Chanh"),
    ],
)
def test_words_are_in_the_language_asked_for(client, query, header, display):
    answer = client.get(
        f"CodeSystem/$lookup?system={FRUIT}&code=lime{query}", Accept_Language=header
    )

    assert _values(answer)["display"] == display


def test_a_coding_is_looked_up_too(client):
    coding = {"name": "coding", "valueCoding": {"system": FRUIT, "code": "durian"}}

    assert ("inactive", True) in _properties(_post(client, "CodeSystem/$lookup", coding))


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (f"system={FRUIT}&code=apple", 404, "terminology.code_unknown"),
        (f"system={FRUIT}&version=1999&code=lime", 404, "terminology.system_unknown"),
        ("system=urn:nothing&code=lime", 404, "terminology.system_unknown"),
        ("code=lime", 400, "fhir.parameter_missing"),
        (f"system={FRUIT}", 400, "fhir.one_code_needed"),
        (f"system={FRUIT}&code=a%00b", 400, "fhir.parameter_unreadable"),
        (f"system={FRUIT}&code=lime&date=someday", 400, "dates.unreadable"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(client, query, status, code):
    refused = client.get(f"CodeSystem/$lookup?{query}")

    assert (refused.status_code, code_of(refused)) == (status, code)


@pytest.mark.parametrize(
    ("query", "result", "told"),
    [
        ("code=lime", True, None),
        ("code=lime&display=Lime", True, None),
        ("code=lime&display=Cam", False, "tên đúng là “Chanh”"),
        ("code=lime&display=Cam&displayLanguage=en", False, "the right one is “Lime”"),
        ("code=apple", False, "không có trong danh mục"),
        ("code=durian", True, "không còn dùng"),
    ],
)
def test_a_code_is_validated_with_its_display(client, query, result, told):
    found = _values(client.get(f"CodeSystem/$validate-code?url={FRUIT}&{query}"))

    assert found["result"] is result
    assert (told in found["message"]) if told else "message" not in found


@pytest.mark.parametrize(
    ("a", "b", "outcome"),
    [("citrus", "key-lime", "subsumes"), ("key-lime", "citrus", "subsumed-by"),
     ("lime", "lime", "equivalent"), ("orange", "lime", "not-subsumed")],
)  # fmt: skip
def test_codes_stand_to_each_other(client, a, b, outcome):
    asked = client.get(f"CodeSystem/$subsumes?system={FRUIT}&codeA={a}&codeB={b}")
    posted = _post(
        client, "CodeSystem/$subsumes",
        {"name": "codingA", "valueCoding": {"system": FRUIT, "code": a}},
        {"name": "codingB", "valueCoding": {"system": FRUIT, "code": b}},
    )  # fmt: skip

    assert _values(asked) == _values(posted) == {"outcome": outcome}


# ── Value sets ─────────────────────────────────────────────────────────────────────────────


def test_an_expansion_is_a_value_set_with_where_it_comes_from(client):
    found = read(
        client.get(f"ValueSet/$expand?url={FRUITS}&count=2&offset=1&includeDesignations=true")
    )

    expansion = found["expansion"]
    assert (found["url"], expansion["total"], expansion["offset"]) == (FRUITS, 5, 1)
    assert [c["code"] for c in expansion["contains"]] == ["durian", "key-lime"]
    assert expansion["contains"][0]["inactive"] is True
    assert expansion["contains"][1]["designation"][1] == {"language": "en", "value": "Key lime"}
    used = {p["name"]: p for p in expansion["parameter"]}
    assert used["used-codesystem"]["valueUri"] == f"{FRUIT}|2026"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("filter=chanh", ["lime", "key-lime", "citrus"]),
        ("filter=ta+CHANH", ["key-lime"]),
        ("filter=sau+rieng", ["durian"]),
        ("filter=sau+rieng&activeOnly=true", []),
        ("activeOnly=true&count=1", ["citrus"]),
        (f"exclude-system={FRUIT}", []),
        ("count=0", []),
    ],
)
def test_an_expansion_is_narrowed(client, query, codes):
    assert _codes(client.get(f"ValueSet/$expand?url={FRUITS}&{query}")) == codes


def test_a_tree_is_given_where_it_is_asked_for(client):
    found = read(client.get(f"ValueSet/$expand?url={FRUITS}&excludeNested=false"))

    citrus = found["expansion"]["contains"][0]
    assert [c["code"] for c in citrus["contains"]] == ["lime", "orange"]
    assert [c["code"] for c in citrus["contains"][0]["contains"]] == ["key-lime"]


def _posted(*include, **more):
    compose = {"include": list(include)} | more
    return {"resourceType": "ValueSet", "status": "active", "url": "urn:posted", "compose": compose}


def test_a_posted_value_set_is_expanded(client):
    below = {
        "system": FRUIT,
        "filter": [{"property": "concept", "op": "descendent-of", "value": "citrus"}],
    }
    out = {"system": FRUIT, "concept": [{"code": "orange"}]}
    value_set = _posted(below, exclude=[out])

    alone = client.post("ValueSet/$expand", value_set)
    among = _post(
        client, "ValueSet/$expand",
        {"name": "valueSet", "resource": value_set}, {"name": "displayLanguage", "valueCode": "en"},
    )  # fmt: skip

    assert _codes(alone) == _codes(among) == ["key-lime", "lime"]
    assert read(among)["expansion"]["contains"][1]["display"] == "Lime"


def test_a_set_that_is_too_large_says_so_with_the_code_of_r4(client, monkeypatch):
    def costly(*_args, **_more):
        raise errors_of_terminology()

    from haidang.kernel import errors

    def errors_of_terminology():
        return errors.RuleBroken("terminology.too_costly", "…", issues=[{"code": "too-costly"}])

    monkeypatch.setattr(terminology, "expand", costly)
    refused = client.get(f"ValueSet/$expand?url={FRUITS}")

    assert (refused.status_code, read(refused)["issue"][0]["code"]) == (422, "too-costly")


@pytest.mark.parametrize(
    ("parameter", "result", "told"),
    [
        ({"name": "coding", "valueCoding": {"system": FRUIT, "code": "lime"}}, True, None),
        ({"name": "coding", "valueCoding": {"system": FRUIT, "code": "lime", "display": "Cam"}}, False, "“Chanh”"),
        ({"name": "codeableConcept", "valueCodeableConcept": {"coding": [
            {"system": FRUIT, "code": "apple"}, {"system": FRUIT, "code": "lime"}]}}, True, None),
        ({"name": "codeableConcept", "valueCodeableConcept": {"coding": [{"system": FRUIT, "code": "apple"}]}},
         False, "không có"),
        ({"name": "code", "valueCode": "lime"}, True, None),
    ],
)  # fmt: skip
def test_membership_is_told_with_the_reason(client, parameter, result, told):
    url = {"name": "url", "valueUri": FRUITS}
    found = _values(_post(client, "ValueSet/$validate-code", url, parameter))

    assert found["result"] is result
    assert (told in found["message"]) if told else "message" not in found


def test_a_value_set_that_a_client_keeps_is_expanded_by_url_and_by_id(client, fruits):
    writer = Fhir("31001")
    kept = read(writer.post("ValueSet", _posted({"system": FRUIT, "concept": [{"code": "lime"}]})))
    importing = _posted({"valueSet": ["urn:posted"]})

    assert _codes(client.get("ValueSet/$expand?url=urn:posted")) == ["lime"]
    assert _codes(client.get(f"ValueSet/{kept['id']}/$expand")) == ["lime"]
    assert _codes(client.post("ValueSet/$expand", importing | {"url": "urn:other"})) == ["lime"]


def test_search_and_the_operations_agree_on_who_belongs(client):
    writer = Fhir("31001")
    person = read(
        writer.post("Patient", {"resourceType": "Patient", "name": [{"text": "Người Thử"}]})
    )
    for code, *_rest in ROWS:
        writer.post("Condition", {
            "resourceType": "Condition", "id": code, "subject": {"reference": f"Patient/{person['id']}"},
            "code": {"coding": [{"system": FRUIT, "code": code}]},
        })  # fmt: skip
    below = f"{FRUIT}?fhir_vs=isa/citrus".replace("?", "%3F").replace("=", "%3D")
    members = set(_codes(client.get(f"ValueSet/$expand?url={below}")))

    def found(query):
        entries = read(writer.get(f"Condition?{query}"))["entry"]
        return {e["resource"]["code"]["coding"][0]["code"] for e in entries}

    assert found(f"code:in={below}") == found(f"code:below={FRUIT}|citrus") == members
    assert found(f"code:not-in={below}") == {row[0] for row in ROWS} - members
    assert found(f"code:above={FRUIT}|key-lime") == {"citrus", "lime", "key-lime"}
    for code, *_rest in ROWS:
        answer = client.get(f"ValueSet/$validate-code?url={below}&system={FRUIT}&code={code}")
        assert _values(answer)["result"] is (code in members)


# ── Concept maps ───────────────────────────────────────────────────────────────────────────


def test_a_code_is_translated_there_and_back(client):
    drink = systems.codes("drink")
    there = _parameters(
        client.get(f"ConceptMap/$translate?system={FRUIT}&code=lime&targetsystem={drink}")
    )
    back = _parameters(
        client.get(f"ConceptMap/$translate?system={drink}&code=limeade&reverse=true")
    )
    none = _values(client.get(f"ConceptMap/$translate?system={FRUIT}&code=durian"))

    assert there[0]["valueBoolean"] is True
    assert there[1]["part"][0] == {"name": "equivalence", "valueCode": "wider"}
    assert back[1]["part"][:2] == [
        {"name": "equivalence", "valueCode": "narrower"},
        {"name": "concept", "valueCoding": {"system": FRUIT, "code": "lime", "display": "Chanh"}},
    ]
    assert none["result"] is False and none["message"]


def test_an_unknown_map_is_not_found(client):
    refused = client.get(f"ConceptMap/$translate?url=urn:none&system={FRUIT}&code=lime")

    assert code_of(refused) == "terminology.map_unknown"


# ── Lists as resources, and what is said of them ───────────────────────────────────────────


def test_loaded_lists_are_found_and_read_like_every_resource(fruits):
    terms._published.clear()
    terms.publish()
    client = Fhir("31001")

    (entry,) = read(client.get(f"CodeSystem?url={FRUIT}"))["entry"]
    again = read(client.get(f"CodeSystem/{entry['resource']['id']}"))
    (concept_map,) = read(client.get(f"ConceptMap?url={systems.BASE}/ConceptMap/juice"))["entry"]

    assert (again["content"], again["count"], len(again["concept"])) == ("complete", 5, 5)
    asked = client.get(
        f"ConceptMap/{concept_map['resource']['id']}/$translate?system={FRUIT}&code=lime"
    )
    assert _values(asked)["result"] is True
    by_id = client.get(f"CodeSystem/{again['id']}/$validate-code?code=lime")
    assert _values(by_id)["result"] is True


def test_what_is_no_longer_loaded_is_deleted(fruits, monkeypatch):
    terms._published.clear()
    terms.publish()
    monkeypatch.setattr(terminology, "resources", lambda: iter(()))
    monkeypatch.setattr(terminology, "stamp", lambda: "another")

    terms.publish()

    with access.reach(actor.SYSTEM, people="all"):
        assert records.search("CodeSystem", [("url", FRUIT)]).matches == []


def test_nothing_is_written_when_nothing_was_loaded(fruits):
    terms._published.clear()
    terms.publish()
    last = records.changes(0, 100_000)[-1].seq
    terms._published.clear()
    terms.publish()

    assert records.changes(last) == []


def test_the_terminology_statement_names_what_is_loaded(client):
    found = read(client.get("metadata?mode=terminology"))

    assert found["resourceType"] == "TerminologyCapabilities"
    (fruit,) = [s for s in found["codeSystem"] if s["uri"] == FRUIT]
    assert fruit["version"] == [{"code": "2026", "isDefault": True, "language": ["vi", "en"]}]


def test_the_capability_statement_lists_the_operations(client):
    rest = read(client.get("metadata"))["rest"][0]
    offered = {r["type"]: {o["name"] for o in r.get("operation", ())} for r in rest["resource"]}

    assert offered["CodeSystem"] >= {"lookup", "validate-code", "subsumes"}
    assert offered["ValueSet"] >= {"expand", "validate-code"}
    assert "translate" in offered["ConceptMap"]


def test_without_the_permission_nothing_is_answered(fruits):
    refused = Fhir("31001", ["system/*.cruds"]).get(f"CodeSystem/$lookup?system={FRUIT}&code=lime")

    assert refused.status_code == 403


# ── Whatever is sent ───────────────────────────────────────────────────────────────────────

_PATHS = ["CodeSystem/$lookup", "CodeSystem/$validate-code", "CodeSystem/$subsumes", "ValueSet/$expand",
          "ValueSet/$validate-code", "ConceptMap/$translate", "ValueSet/x/$expand"]  # fmt: skip
_NAMES = ["url", "system", "code", "coding", "codeableConcept", "filter", "count", "offset", "date", "version",
          "display", "displayLanguage", "valueSet", "codeA", "codeB", "codingA", "property", "activeOnly",
          "system-version", "abstract", "reverse", "targetsystem", "excludeNested", "designation"]  # fmt: skip
_TEXTS = st.sampled_from(
    [
        "",
        FRUIT,
        FRUITS,
        "lime",
        "citrus",
        "%",
        "a|b",
        "true",
        "-1",
        "9" * 12,
        "\x00",
        "2026-02-30",
        "((",
        "đ",
    ]
) | st.text(max_size=12)
_JSON = st.recursive(
    _TEXTS | st.booleans() | st.integers(-5, 10**12) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["system", "code", "coding", "compose", "include", "exclude", "filter", "concept", "valueSet",
                         "property", "op", "value", "resourceType", "version", "display"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_VALUE_SETS = _JSON.map(lambda part: _posted({"system": FRUIT, "filter": part}, exclude=part))


@settings(max_examples=150, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    path=st.sampled_from(_PATHS),
    query=st.lists(st.tuples(st.sampled_from(_NAMES), _TEXTS), max_size=4),
    sent=st.none()
    | st.lists(st.tuples(st.sampled_from(_NAMES), _JSON | _VALUE_SETS), max_size=4)
    | _VALUE_SETS,
)
def test_whatever_is_asked_the_answer_is_fhir(client, path, query, sent):
    from urllib.parse import urlencode

    address = f"{path}?{urlencode(query)}"
    if sent is None:
        answer = client.get(address)
    elif isinstance(sent, dict):
        answer = client.post(address, sent)
    else:
        kinds = [
            {
                "name": n,
                "resource" if isinstance(v, dict) and "resourceType" in v else "valueString": v,
            }
            for n, v in sent
        ]
        answer = _post(client, address, *kinds)

    assert answer.status_code < 500
    assert (read(answer)["resourceType"] == "OperationOutcome") is (answer.status_code >= 400)
