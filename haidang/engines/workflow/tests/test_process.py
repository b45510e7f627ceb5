"""Models: what is read, what would trap a case, and what a model can never do."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engines.workflow import conditions, process
from haidang.engines.workflow.running import Run
from haidang.engines.workflow.tests.examples import HEAD, LICENCE, TAIL, flow, simple, task
from haidang.kernel import errors

OK = task("a") + flow("f1", "s", "a") + flow("f2", "a", "e")


def _issues(xml):
    with pytest.raises(errors.Incorrect) as refused:
        process.read(xml.encode())
    return [issue["expression"] for issue in refused.value.facts["issues"]]


def test_a_model_is_read():
    found = process.read(LICENCE.encode())

    assert [node.id for node in found.tasks] == ["receive", "verify", "inspect", "sign"]
    assert found.nodes["verify"].term.amount == 3
    assert found.nodes["sign"].outcomes == ("accept", "return")


def _gateway(kind, default=""):
    return f'<{kind} id="g" default="{default}"/>' if default else f'<{kind} id="g"/>'


CASES = {
    "script": (OK.replace("f2", "f2x") + '<scriptTask id="x"><script>1</script></scriptTask>', "x"),
    "service": (OK + '<serviceTask id="x"/>', "x"),
    "timer": (OK + '<intermediateCatchEvent id="x"><timerEventDefinition/></intermediateCatchEvent>', "x"),
    "start by message": (
        '<startEvent id="s2"><messageEventDefinition/></startEvent>' + OK,
        "s2",
    ),
    "no role": (OK + '<userTask id="b" name="b"/>' + flow("f3", "b", "e"), "b"),
    "unknown role": (task("b", "king") + OK + flow("f3", "b", "e"), "b"),
    "no name": (OK + '<userTask id="b" haidang:role="officer"/>' + flow("f3", "b", "e"), "b"),
    "wrong term": (task("b", more='haidang:term="ba ngày"') + OK + flow("f3", "b", "e"), "b"),
    "same id": (task("a") + OK, "a"),
    "flow to nowhere": (OK + flow("f3", "a", "x"), "f3"),
    "unreached": (task("b") + OK + flow("f3", "b", "e"), "b"),
    "dead end": (task("a") + flow("f1", "s", "a"), "a"),
    "branch without gateway": (OK + flow("f3", "a", "e"), "a"),
    "no default": (
        task("a") + _gateway("exclusiveGateway") + flow("f1", "s", "g")
        + flow("f2", "g", "a", "x == 1") + flow("f3", "g", "e", "x == 2") + flow("f4", "a", "e"),
        "g",
    ),
    "no condition": (
        task("a") + _gateway("exclusiveGateway", "f3") + flow("f1", "s", "g")
        + flow("f2", "g", "a") + flow("f3", "g", "e") + flow("f4", "a", "e"),
        "f2",
    ),
    "call in a condition": (
        task("a") + _gateway("exclusiveGateway", "f3") + flow("f1", "s", "g")
        + flow("f2", "g", "a", "__import__('os').getpid()") + flow("f3", "g", "e") + flow("f4", "a", "e"),
        "f2",
    ),
    "join of a choice": (
        _gateway("exclusiveGateway", "f3") + task("a") + task("b") + '<parallelGateway id="j"/>'
        + flow("f1", "s", "g") + flow("f2", "g", "a", "x == 1") + flow("f3", "g", "b")
        + flow("f4", "a", "j") + flow("f5", "b", "j") + flow("f6", "j", "e"),
        "j",
    ),
    "round for ever": (
        task("a") + task("b") + _gateway("exclusiveGateway", "f3") + flow("f1", "s", "a")
        + flow("f2", "a", "b") + flow("f3", "g", "a") + flow("f4", "b", "g")
        + flow("f5", "g", "a", "x == 1"),
        "e",
    ),
    "more and more": (
        '<parallelGateway id="g"/>' + task("a") + flow("f1", "s", "a") + flow("f2", "a", "g")
        + flow("f3", "g", "a") + flow("f4", "g", "e"),
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_model_that_could_trap_a_case_is_refused_where_it_is_wrong(name):
    inside, where = CASES[name]

    assert where in _issues(simple(inside))


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<a/>",
        "không phải xml",
        HEAD + TAIL + HEAD + TAIL,
        f'<!DOCTYPE x [<!ENTITY a "b">]>{simple(OK)[len(HEAD.splitlines()[0]) :]}',
    ],
)
def test_what_is_no_model_is_refused(xml):
    assert _issues(xml) == [""]


def test_a_model_that_is_too_large_is_refused():
    with pytest.raises(errors.TooLarge):
        process.read(b" " * 1_000_001)


@pytest.mark.parametrize(
    ("condition", "known", "holds"),
    [
        ("outcome == 'refuse'", {"outcome": "refuse"}, True),
        ("outcome == 'refuse'", {}, False),
        ("fee > 0 and not urgent", {"fee": 5, "urgent": False}, True),
        ("fee > 0", {"fee": "nhiều"}, False),
        ("kind in ['a', 'b']", {"kind": "b"}, True),
    ],
)
def test_conditions_compare_and_never_fail(condition, known, holds):
    assert conditions.evaluate(condition, known) is holds


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b",
        "a()",
        "[x for x in y]",
        "lambda: 1",
        "a := 1",
        "9**9",
        "",
        "(" * 99,
    ],
)
def test_a_condition_can_do_nothing_but_compare(text):
    with pytest.raises(errors.Incorrect):
        conditions.names_in(text)


def test_a_run_goes_through_a_kept_state_to_its_end():
    run = Run.start(LICENCE.encode(), {})
    for element, outcome in [
        ("receive", "accept"),
        ("inspect", ""),
        ("verify", ""),
        ("sign", "return"),
        ("verify", ""),
        ("inspect", ""),
        ("sign", "accept"),
    ]:
        assert not run.is_ended
        run = Run.load(LICENCE.encode(), run.state)
        run.complete(element, {"outcome": outcome})

    assert run.is_ended
    with pytest.raises(errors.Conflict):
        run.complete("sign", {})


def test_parallel_tasks_wait_for_each_other():
    run = Run.start(LICENCE.encode(), {})
    run.complete("receive", {"outcome": "accept"})

    assert sorted(run.open_tasks().values()) == ["inspect", "verify"]
    run.complete("verify", {})
    assert list(run.open_tasks().values()) == ["inspect"]


@given(st.lists(st.sampled_from(["accept", "refuse", "return", ""]), max_size=30))
def test_whatever_is_decided_a_case_is_never_trapped(outcomes):
    run = Run.start(LICENCE.encode(), {})
    for outcome in [*outcomes, *["accept"] * 12]:
        if run.is_ended:
            break
        run.complete(min(run.open_tasks().values()), {"outcome": outcome})

    assert run.is_ended


def test_what_is_known_outlives_any_order_in_which_a_state_is_kept():
    text = LICENCE.replace("outcome == 'refuse'", "fee_vnd != 5").encode()
    run = Run.start(text, {"fee_vnd": 5})
    state = json.loads(json.dumps(run.state))
    state["tasks"] = dict(reversed(state["tasks"].items()))  # jsonb has an order of its own

    kept = Run.load(text, state)
    kept.complete("receive", {})

    assert sorted(kept.open_tasks().values()) == ["inspect", "verify"]
