"""Views that somebody made to hurt: each is refused in words, or is only a text among texts."""

import pytest

from haidang.engines.analytics.views import running
from haidang.kernel import errors

ENGINES = ["duckdb", "interpreter"]
PEOPLE = [{"resourceType": "Patient", "id": "an", "gender": "male", "birthDate": "1984-05-17"}]
ID = {"name": "id", "path": "id"}


def _view(path, **more):
    return {"resource": "Patient", "select": [{"column": [{"name": "c", "path": path}]}], **more}


def _nested(part, depth):
    found = {"column": [ID]}
    for _each in range(depth):
        found = {part: [found]}
    return {"resource": "Patient", "select": [found]}


def _wide(count):
    columns = [{"name": f"c{number}", "path": "id"} for number in range(count)]
    return {"resource": "Patient", "select": [{"column": columns}]}


def _doubled(times):
    found = {"column": [ID]}
    for _each in range(times):
        found = {"unionAll": [found, found]}
    return {"resource": "Patient", "select": [found]}


def _with(type, value):
    return _view("id = %k", constant=[{"name": "k", type: value}])


def _refused(view, engine):
    with pytest.raises(errors.Incorrect) as refusal:
        running.run_view(view, PEOPLE, engine)
    assert len(str(refusal.value)) < 6000
    return refusal.value.code.removeprefix("analytics.view_")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("view", "reason"),
    [
        pytest.param(_wide(10_000), "too_large", id="ten thousand columns"),
        pytest.param(_doubled(18), "too_large", id="a quarter of a million branches"),
        pytest.param(_nested("select", 500), "too_deep", id="selects in selects"),
        pytest.param(_nested("unionAll", 500), "too_deep", id="unions in unions"),
        pytest.param(_view("-" * 3900 + "1"), "path_unreadable", id="minuses"),
        pytest.param(_view("(" * 1900 + "1" + ")" * 1900), "path_unreadable", id="brackets"),
        pytest.param(_view("+".join("1" * 1900)), "path_unreadable", id="a long sum"),
        pytest.param(_view("name" + "[0]" * 1300), "path_unreadable", id="indexes"),
        pytest.param(_view("id" + ".first()" * 400), "path_unreadable", id="steps"),
        pytest.param(_view("id" * 2001), "path_unreadable", id="a path without end"),
        pytest.param(_view(r"id = '\ud800'"), "path_unreadable", id="half a character"),
        pytest.param(_view("read_text('/etc/passwd')"), "function_unknown", id="a file"),
        pytest.param(_view("id'; DROP TABLE x; --"), "path_unreadable", id="SQL in a path"),
    ],
)
def test_what_would_take_the_engine_down_is_refused(view, reason, engine):
    assert _refused(view, engine) == reason


@pytest.mark.parametrize("engine", ENGINES)
def test_a_long_and_deep_view_of_honest_size_runs(engine):
    tests = " or ".join(f"id = 'x{number}'" for number in range(90))

    (row,) = running.run_view(_view(f"{tests} or id = 'an'"), PEOPLE, engine)

    assert row == {"c": True}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "text", ["' OR 1=1; DROP TABLE x; --", '"; SELECT 1', "a\0b", "$1", "x" * 1_000_000, "\\' or '"]
)
def test_a_hostile_constant_is_a_text_among_texts(text, engine):
    assert running.run_view(_with("valueString", text), PEOPLE, engine) == [{"c": False}]
    held = [{"resourceType": "Patient", "id": text}]
    assert running.run_view(_with("valueString", text), held, engine) == [{"c": True}]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("valueString", 12),
        ("valueString", ["a"]),
        ("valueString", {"a": 1}),
        ("valueString", "\ud800"),
        ("valueString", None),
        ("valueBoolean", "true"),
        ("valueInteger", "1"),
        ("valueInteger", 1.5),
        ("valueInteger", True),
        ("valueDecimal", "1.0"),
        ("valueDate", "2020-99-99"),
        ("valueDate", "2020-01-01T10:00:00Z"),
        ("valueDateTime", "hôm qua"),
        ("valueDateTime", "2020-01-01T10:00:00"),
        ("valueInstant", "2020-01-01"),
        ("valueTime", "25:00:00"),
        ("valueBlob", "x"),
    ],
)
def test_a_constant_of_another_type_is_refused(type, value, engine):
    assert _refused(_with(type, value), engine) == "constant_type"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("type", "value"),
    [
        ("valueDate", "1984"),
        ("valueDate", "1984-05"),
        ("valueDate", "1984-05-17"),
        ("valueDateTime", "1984-05-17"),
        ("valueDateTime", "1984-05-17T08:00:00.25+07:00"),
        ("valueInstant", "1984-05-17T08:00:00Z"),
        ("valueTime", "08:00:00"),
    ],
)
def test_a_moment_of_every_form_is_a_constant(type, value, engine):
    (row,) = running.run_view(_view("%k", constant=[{"name": "k", type: value}]), PEOPLE, engine)

    assert row == {"c": value}
