"""$sql-run through the door: who may, what comes back, what is refused."""

import base64
import csv
import io

import duckdb
import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests.fhir_client import ALL, Fhir, code_of, read

VIEW = {
    "resourceType": "ViewDefinition",
    "status": "active",
    "resource": "Patient",
    "select": [{"column": [{"name": "id", "path": "id"}, {"name": "sex", "path": "gender"}]}],
}


def _library(sql):
    data = base64.b64encode(sql.encode()).decode()
    return {
        "resourceType": "Library",
        "status": "active",
        "type": {"text": "sql-query"},
        "content": [{"contentType": "application/sql", "data": data}],
    }


def _asked(subject, **more):
    listed = [{"name": "subjectResource", "resource": subject}]
    return {
        "resourceType": "Parameters",
        "parameter": [*listed, *({"name": k, **v} for k, v in more.items())],
    }


@pytest.fixture
def analyst(everything_open, settings, tmp_path):
    settings.HAIDANG_LAKE = str(tmp_path / "lake")
    people = [
        {"resourceType": "Patient", "id": f"s{n}", "gender": "male" if n else "female"}
        for n in range(3)
    ]
    records.save_all(people, by=actor.SYSTEM)
    analytics.catch_up()
    return Fhir("31001", [*ALL, "gateway.see_whole_city"])


def test_a_view_of_ones_own_gives_rows(analyst):
    answer = analyst.post("$sql-run", _asked(VIEW))

    assert answer.status_code == 200, answer.content
    assert sorted(fhirjson.loads(answer.content), key=lambda row: row["id"]) == [
        {"id": "s0", "sex": "female"},
        {"id": "s1", "sex": "male"},
        {"id": "s2", "sex": "male"},
    ]
    assert answer["Haidang-Data-At"]


def test_a_published_view_by_its_address_and_by_reference(analyst):
    one = analyst.get(
        "$sql-run?subjectCanonical=https://haidang.vn/fhir/ViewDefinition/patient&_format=ndjson"
    )
    other = analyst.get("$sql-run?subjectReference=ViewDefinition/patient&_format=ndjson&_limit=2")

    assert len(one.content.splitlines()) == 3
    assert len(other.content.splitlines()) == 2
    assert other["Haidang-Rows-Cut"] == "true"


def test_a_query_with_parameters_as_csv(analyst):
    wanted = {
        "parameters": {
            "resource": {
                "resourceType": "Parameters",
                "parameter": [{"name": "sex", "valueString": "male"}],
            }
        }
    }
    sql = "SELECT sex, count(*) AS n FROM patient WHERE sex = :sex GROUP BY sex"

    answer = analyst.post("$sql-run", _asked(_library(sql), _format={"valueCode": "csv"}, **wanted))

    assert list(csv.reader(io.StringIO(answer.content.decode()))) == [["sex", "n"], ["male", "2"]]


def test_rows_as_a_fhir_resource(analyst):
    answer = analyst.post(
        "$sql-run", _asked(_library("SELECT 1 AS one, 'x' AS two"), _format={"valueCode": "fhir"})
    )

    (row,) = read(answer)["parameter"]
    assert row["part"] == [{"name": "one", "valueInteger": 1}, {"name": "two", "valueString": "x"}]


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        (_library("SELECT * FROM read_text('/etc/passwd')"), "analytics.sql_refused"),
        (_library("DROP TABLE patient"), "analytics.sql_refused"),
        ({"resourceType": "Library", "status": "active"}, "fhir.library_without_sql"),
        ({"resourceType": "Patient"}, "fhir.not_a_subject"),
        (
            {**VIEW, "select": [{"column": [{"name": "x", "path": "nonsense"}]}]},
            "analytics.view_path_unknown",
        ),
    ],
)
def test_what_may_not_run_is_told(analyst, subject, code):
    answer = analyst.post("$sql-run", _asked(subject))

    assert 400 <= answer.status_code < 500
    assert code_of(answer) == code


def test_a_column_with_several_values_is_told_in_a_sentence(analyst):
    person = {"resourceType": "Patient", "id": "s3", "name": [{"given": ["Thị", "Hoa"]}]}
    records.save_all([person], by=actor.SYSTEM)
    analytics.catch_up()
    column = {"name": "given", "path": "name.given", "collection": False}

    answer = analyst.post("$sql-run", _asked({**VIEW, "select": [{"column": [column]}]}))

    assert code_of(answer) == "analytics.view_plural"
    said = read(answer)["issue"][0]["details"]["text"]
    assert said.startswith("«name.given» cho nhiều giá trị")
    assert "Error" not in said


def test_exactly_one_subject(analyst):
    assert code_of(analyst.get("$sql-run")) == "fhir.one_subject"
    both = "$sql-run?subjectReference=ViewDefinition/patient&subjectCanonical=x"
    assert code_of(analyst.get(both)) == "fhir.one_subject"
    assert code_of(analyst.get("$sql-run?subjectCanonical=nowhere")) == "fhir.view_unknown"
    assert (
        code_of(analyst.get("$sql-run?subjectReference=ViewDefinition/patient&_format=xml"))
        == "fhir.format_unknown"
    )


@pytest.mark.parametrize(
    "scopes",
    [
        ALL,
        ["gateway.use_fhir", "system/Patient.rs", "gateway.see_whole_city"],
        ["gateway.use_fhir", "gateway.see_whole_city"],
    ],
)
def test_who_does_not_see_the_whole_city_may_not(analyst, scopes):
    answer = Fhir("31001", scopes).get("$sql-run?subjectReference=ViewDefinition/patient")

    assert answer.status_code == 403


def test_it_is_announced(analyst):
    (rest,) = read(analyst.get("metadata"))["rest"]

    assert "sql-run" in [one["name"] for one in rest["operation"]]


def _export(*subjects, format="ndjson"):
    listed = [{"name": "subject", "part": parts} for parts in subjects]
    return {
        "resourceType": "Parameters",
        "parameter": [*listed, {"name": "_format", "valueCode": format}],
    }


def _part(name, subject):
    return [{"name": "name", "valueString": name}, {"name": "subjectResource", "resource": subject}]


@pytest.fixture
def exports(analyst, settings, tmp_path):
    settings.HAIDANG_SQL_EXPORTS = str(tmp_path / "exports")
    return analyst


def _path(answer):
    return answer["Content-Location"].partition("/fhir/")[2]


@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet"])
def test_an_export_is_asked_for_made_and_fetched(exports, format, tmp_path):
    wanted = _export(
        _part("people", VIEW),
        _part("sexes", _library("SELECT sex, count(*) AS n FROM patient GROUP BY sex")),
        format=format,
    )

    asked = exports.post("$sql-export", wanted, Prefer="respond-async")
    assert asked.status_code == 202, asked.content
    assert exports.get(_path(asked)).status_code == 202
    assert analytics.exports.work() == 1
    told = {
        one["part"][0]["valueString"]: one["part"]
        for one in read(exports.get(_path(asked)))["parameter"]
        if one["name"] == "output"
    }

    assert {name: part[2]["valueInteger"] for name, part in told.items()} == {
        "people": 3,
        "sexes": 2,
    }
    fetched = exports.get(told["people"][1]["valueUri"].partition("/fhir/")[2])
    content = b"".join(fetched.streaming_content)
    (tmp_path / f"f.{format}").write_bytes(content)
    assert duckdb.sql(
        f"SELECT count(*) FROM '{tmp_path}/f.{format}'"
        if format != "ndjson"
        else f"SELECT count(*) FROM read_json('{tmp_path}/f.ndjson')"
    ).fetchall() == [(3,)]


def test_an_export_is_its_owners_alone_and_can_be_thrown_away(exports, tmp_path):
    asked = exports.post("$sql-export", _export(_part("people", VIEW)), Prefer="respond-async")
    analytics.exports.work()
    other = Fhir("31002", [*ALL, "gateway.see_whole_city"])

    assert other.get(_path(asked)).status_code == 404
    assert other.get(_path(asked) + "/people.ndjson").status_code == 404
    assert exports.get(_path(asked) + "/../../keys").status_code == 404
    assert exports.delete(_path(asked)).status_code == 202
    assert exports.get(_path(asked)).status_code == 404
    assert list((tmp_path / "exports").iterdir()) == []


def test_what_cannot_be_exported_is_told_at_once(exports):
    evil = _export(_part("x", _library("SELECT * FROM read_text('/etc/passwd')")))
    twice = _export(_part("x", VIEW), _part("x", VIEW))

    assert (
        code_of(exports.post("$sql-export", evil, Prefer="respond-async"))
        == "analytics.sql_refused"
    )
    assert (
        code_of(exports.post("$sql-export", twice, Prefer="respond-async"))
        == "analytics.export_names"
    )
    assert (
        code_of(exports.post("$sql-export", _export(_part("../x", VIEW)), Prefer="respond-async"))
        == "analytics.export_names"
    )
    assert (
        code_of(exports.post("$sql-export", _export(), Prefer="respond-async"))
        == "analytics.export_names"
    )
    assert code_of(exports.post("$sql-export", _export(_part("x", VIEW)))) == "fhir.prefer_async"


def test_an_export_that_fails_says_why(exports):
    plural = {
        "resource": "Patient",
        "resourceType": "ViewDefinition",
        "select": [{"column": [{"name": "x", "path": "id"}]}],
    }
    bad = _library("SELECT CAST(id AS INTEGER) AS n FROM patient")
    asked = exports.post(
        "$sql-export", _export(_part("x", plural), _part("y", bad)), Prefer="respond-async"
    )

    analytics.exports.work()

    told = exports.get(_path(asked))
    assert told.status_code == 422
    assert code_of(told) == "analytics.sql_failed"
