"""The terminology operations over HTTP (FHIR R4, terminology-service.html)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.terminology import api as terminology
from haidang.kernel import errors
from haidang.portals.gateway.tests import fruit
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

pytestmark = pytest.mark.django_db


# ── Code systems ───────────────────────────────────────────────────────────────────────────


def test_a_look_up_tells_words_properties_and_place(asker):
    answer = asker.get(f"CodeSystem/$lookup?system={fruit.FRUIT}&code=lime")

    assert fruit.values(answer) | {
        "name": "Quả",
        "version": "2026",
        "display": "Chanh",
    } == fruit.values(answer)
    designations = [
        p["part"][1]["valueString"] for p in fruit.parameters(answer) if p["name"] == "designation"
    ]
    assert designations == ["Chanh", "Lime"]
    assert fruit.properties(answer) == {
        ("colour", "green"), ("inactive", False), ("parent", "citrus"), ("child", "key-lime"),
    }  # fmt: skip


def test_only_the_properties_asked_for_are_told(asker):
    answer = asker.get(
        f"CodeSystem/$lookup?system={fruit.FRUIT}&code=lime&property=colour&property=lang.en"
    )

    assert fruit.properties(answer) == {("colour", "green")}
    assert [
        p["part"][0]["valueCode"] for p in fruit.parameters(answer) if p["name"] == "designation"
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
def test_words_are_in_the_language_asked_for(asker, query, header, display):
    answer = asker.get(
        f"CodeSystem/$lookup?system={fruit.FRUIT}&code=lime{query}", Accept_Language=header
    )

    assert fruit.values(answer)["display"] == display


def test_a_coding_is_looked_up_too(asker):
    coding = {"name": "coding", "valueCoding": {"system": fruit.FRUIT, "code": "durian"}}

    assert ("inactive", True) in fruit.properties(fruit.post(asker, "CodeSystem/$lookup", coding))


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        (f"system={fruit.FRUIT}&code=apple", 404, "terminology.code_unknown"),
        (f"system={fruit.FRUIT}&version=1999&code=lime", 404, "terminology.system_unknown"),
        ("system=urn:nothing&code=lime", 404, "terminology.system_unknown"),
        ("code=lime", 400, "fhir.parameter_missing"),
        (f"system={fruit.FRUIT}", 400, "fhir.one_code_needed"),
        (f"system={fruit.FRUIT}&code=a%00b", 400, "fhir.parameter_unreadable"),
        (f"system={fruit.FRUIT}&code=lime&date=someday", 400, "dates.unreadable"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(asker, query, status, code):
    refused = asker.get(f"CodeSystem/$lookup?{query}")

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
def test_a_code_is_validated_with_its_display(asker, query, result, told):
    found = fruit.values(asker.get(f"CodeSystem/$validate-code?url={fruit.FRUIT}&{query}"))

    assert found["result"] is result
    assert (told in found["message"]) if told else "message" not in found


@pytest.mark.parametrize(
    ("a", "b", "outcome"),
    [("citrus", "key-lime", "subsumes"), ("key-lime", "citrus", "subsumed-by"),
     ("lime", "lime", "equivalent"), ("orange", "lime", "not-subsumed")],
)  # fmt: skip
def test_codes_stand_to_each_other(asker, a, b, outcome):
    asked = asker.get(f"CodeSystem/$subsumes?system={fruit.FRUIT}&codeA={a}&codeB={b}")
    posted = fruit.post(
        asker, "CodeSystem/$subsumes",
        {"name": "codingA", "valueCoding": {"system": fruit.FRUIT, "code": a}},
        {"name": "codingB", "valueCoding": {"system": fruit.FRUIT, "code": b}},
    )  # fmt: skip

    assert fruit.values(asked) == fruit.values(posted) == {"outcome": outcome}


@pytest.mark.parametrize(
    ("query", "code"),
    [("system=https://nowhere.example", "terminology.system_unknown"),
     (f"system={fruit.FRUIT}&version=1999", "terminology.system_unknown"),
     (f"system={fruit.FRUIT}&codeB=stone", "terminology.code_unknown")],
)  # fmt: skip
def test_codes_that_cannot_be_compared_are_told_with_the_reason(asker, query, code):
    rest = "" if "codeB" in query else "&codeB=citrus"

    answer = asker.get(f"CodeSystem/$subsumes?codeA=lime&{query}{rest}")

    assert (answer.status_code, code_of(answer)) == (404, code)


# ── Value sets ─────────────────────────────────────────────────────────────────────────────


def test_an_expansion_is_a_value_set_with_where_it_comes_from(asker):
    found = read(
        asker.get(f"ValueSet/$expand?url={fruit.FRUITS}&count=2&offset=1&includeDesignations=true")
    )

    expansion = found["expansion"]
    assert (found["url"], expansion["total"], expansion["offset"]) == (fruit.FRUITS, 5, 1)
    assert [c["code"] for c in expansion["contains"]] == ["durian", "key-lime"]
    assert expansion["contains"][0]["inactive"] is True
    assert expansion["contains"][1]["designation"][1] == {"language": "en", "value": "Key lime"}
    used = {p["name"]: p for p in expansion["parameter"]}
    assert used["used-codesystem"]["valueUri"] == f"{fruit.FRUIT}|2026"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("filter=chanh", ["lime", "key-lime", "citrus"]),
        ("filter=ta+CHANH", ["key-lime"]),
        ("filter=sau+rieng", ["durian"]),
        ("filter=sau+rieng&activeOnly=true", []),
        ("activeOnly=true&count=1", ["citrus"]),
        (f"exclude-system={fruit.FRUIT}", []),
        ("count=0", []),
    ],
)
def test_an_expansion_is_narrowed(asker, query, codes):
    assert fruit.codes(asker.get(f"ValueSet/$expand?url={fruit.FRUITS}&{query}")) == codes


def test_a_tree_is_given_where_it_is_asked_for(asker):
    found = read(asker.get(f"ValueSet/$expand?url={fruit.FRUITS}&excludeNested=false"))

    citrus = found["expansion"]["contains"][0]
    assert [c["code"] for c in citrus["contains"]] == ["lime", "orange"]
    assert [c["code"] for c in citrus["contains"][0]["contains"]] == ["key-lime"]


def _posted(*include, **more):
    compose = {"include": list(include)} | more
    return {"resourceType": "ValueSet", "status": "active", "url": "urn:posted", "compose": compose}


def test_a_posted_value_set_is_expanded(asker):
    below = {
        "system": fruit.FRUIT,
        "filter": [{"property": "concept", "op": "descendent-of", "value": "citrus"}],
    }
    out = {"system": fruit.FRUIT, "concept": [{"code": "orange"}]}
    value_set = _posted(below, exclude=[out])

    alone = asker.post("ValueSet/$expand", value_set)
    among = fruit.post(
        asker, "ValueSet/$expand",
        {"name": "valueSet", "resource": value_set}, {"name": "displayLanguage", "valueCode": "en"},
    )  # fmt: skip

    assert fruit.codes(alone) == fruit.codes(among) == ["key-lime", "lime"]
    assert read(among)["expansion"]["contains"][1]["display"] == "Lime"


def test_a_set_that_is_too_large_says_so_with_the_code_of_r4(asker, monkeypatch):
    def costly(*_args, **_more):
        raise errors_of_terminology()

    def errors_of_terminology():
        return errors.RuleBroken("terminology.too_costly", "…", issues=[{"code": "too-costly"}])

    monkeypatch.setattr(terminology, "expand", costly)
    refused = asker.get(f"ValueSet/$expand?url={fruit.FRUITS}")

    assert (refused.status_code, read(refused)["issue"][0]["code"]) == (422, "too-costly")


@pytest.mark.parametrize(
    ("parameter", "result", "told"),
    [
        ({"name": "coding", "valueCoding": {"system": fruit.FRUIT, "code": "lime"}}, True, None),
        ({"name": "coding", "valueCoding": {"system": fruit.FRUIT, "code": "lime", "display": "Cam"}}, False, "“Chanh”"),
        ({"name": "codeableConcept", "valueCodeableConcept": {"coding": [
            {"system": fruit.FRUIT, "code": "apple"}, {"system": fruit.FRUIT, "code": "lime"}]}}, True, None),
        ({"name": "codeableConcept", "valueCodeableConcept": {"coding": [{"system": fruit.FRUIT, "code": "apple"}]}},
         False, "không có"),
        ({"name": "code", "valueCode": "lime"}, True, None),
    ],
)  # fmt: skip
def test_membership_is_told_with_the_reason(asker, parameter, result, told):
    url = {"name": "url", "valueUri": fruit.FRUITS}
    found = fruit.values(fruit.post(asker, "ValueSet/$validate-code", url, parameter))

    assert found["result"] is result
    assert (told in found["message"]) if told else "message" not in found


def test_a_value_set_that_a_client_keeps_is_expanded_by_url_and_by_id(asker, fruits):
    writer = Fhir("31001")
    kept = read(
        writer.post("ValueSet", _posted({"system": fruit.FRUIT, "concept": [{"code": "lime"}]}))
    )
    importing = _posted({"valueSet": ["urn:posted"]})

    assert fruit.codes(asker.get("ValueSet/$expand?url=urn:posted")) == ["lime"]
    assert fruit.codes(asker.get(f"ValueSet/{kept['id']}/$expand")) == ["lime"]
    assert fruit.codes(asker.post("ValueSet/$expand", importing | {"url": "urn:other"})) == ["lime"]


def test_search_and_the_operations_agree_on_who_belongs(asker):
    writer = Fhir("31001")
    person = read(
        writer.post("Patient", {"resourceType": "Patient", "name": [{"text": "Người Thử"}]})
    )
    for code, *_rest in fruit.ROWS:
        writer.post("Condition", {
            "resourceType": "Condition", "id": code, "subject": {"reference": f"Patient/{person['id']}"},
            "code": {"coding": [{"system": fruit.FRUIT, "code": code}]},
        })  # fmt: skip
    below = f"{fruit.FRUIT}?fhir_vs=isa/citrus".replace("?", "%3F").replace("=", "%3D")
    members = set(fruit.codes(asker.get(f"ValueSet/$expand?url={below}")))

    def found(query):
        entries = read(writer.get(f"Condition?{query}"))["entry"]
        return {e["resource"]["code"]["coding"][0]["code"] for e in entries}

    assert found(f"code:in={below}") == found(f"code:below={fruit.FRUIT}|citrus") == members
    assert found(f"code:not-in={below}") == {row[0] for row in fruit.ROWS} - members
    assert found(f"code:above={fruit.FRUIT}|key-lime") == {"citrus", "lime", "key-lime"}
    for code, *_rest in fruit.ROWS:
        answer = asker.get(f"ValueSet/$validate-code?url={below}&system={fruit.FRUIT}&code={code}")
        assert fruit.values(answer)["result"] is (code in members)


# ── Whatever is sent ───────────────────────────────────────────────────────────────────────

_PATHS = ["CodeSystem/$lookup", "CodeSystem/$validate-code", "CodeSystem/$subsumes", "ValueSet/$expand",
          "ValueSet/$validate-code", "ConceptMap/$translate", "ValueSet/x/$expand"]  # fmt: skip
_NAMES = ["url", "system", "code", "coding", "codeableConcept", "filter", "count", "offset", "date", "version",
          "display", "displayLanguage", "valueSet", "codeA", "codeB", "codingA", "property", "activeOnly",
          "system-version", "abstract", "reverse", "targetsystem", "excludeNested", "designation"]  # fmt: skip
_TEXTS = st.sampled_from(
    [
        "",
        fruit.FRUIT,
        fruit.FRUITS,
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
_VALUE_SETS = _JSON.map(lambda part: _posted({"system": fruit.FRUIT, "filter": part}, exclude=part))


@settings(max_examples=150, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    path=st.sampled_from(_PATHS),
    query=st.lists(st.tuples(st.sampled_from(_NAMES), _TEXTS), max_size=4),
    sent=st.none()
    | st.lists(st.tuples(st.sampled_from(_NAMES), _JSON | _VALUE_SETS), max_size=4)
    | _VALUE_SETS,
)
def test_whatever_is_asked_the_answer_is_fhir(asker, path, query, sent):
    from urllib.parse import urlencode

    address = f"{path}?{urlencode(query)}"
    if sent is None:
        answer = asker.get(address)
    elif isinstance(sent, dict):
        answer = asker.post(address, sent)
    else:
        kinds = [
            {
                "name": n,
                "resource" if isinstance(v, dict) and "resourceType" in v else "valueString": v,
            }
            for n, v in sent
        ]
        answer = fruit.post(asker, address, *kinds)

    assert answer.status_code < 500
    assert (read(answer)["resourceType"] == "OperationOutcome") is (answer.status_code >= 400)
