"""SMART scopes as they are written, and what two lists of them have in common."""

import pytest

from haidang.kernel import smart

LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("patient/Observation.rs", ("patient", "Observation", "rs", ())),
        ("system/*.cruds", ("system", "*", "cruds", ())),
        ("user/*.*", ("user", "*", "cruds", ())),
        ("patient/Condition.read", ("patient", "Condition", "rs", ())),
        ("user/Condition.write", ("user", "Condition", "cud", ())),
        (
            f"patient/Observation.rs?category={LABORATORY}",
            ("patient", "Observation", "rs", (("category", LABORATORY),)),
        ),
        (
            "patient/Observation.s?category=a&status=final",
            ("patient", "Observation", "s", (("category", "a"), ("status", "final"))),
        ),
    ],
)
def test_a_scope_is_read(text, read):
    found = smart.parse(text)

    assert (found.context, found.type, found.letters, found.query) == read


@pytest.mark.parametrize(
    "text",
    [
        "patient/Observation", "patient/Observation.", "patient/Observation.sr", "Patient/*.rs",
        "patient/observation.rs", "patient/*.rs?", "patient/*.rs?category", "openid", "launch/patient",
        "system/*.rs system/*.cud", "everything/*.rs", "patient/Observation.rs?a=b c",
    ],
)  # fmt: skip
def test_what_is_no_scope_is_none(text):
    assert smart.parse(text) is None


@pytest.mark.parametrize(
    ("asked", "allowed", "granted"),
    [
        ("patient/*.cruds", "patient/*.rs", ["patient/*.rs"]),
        ("patient/Observation.rs", "patient/*.rs", ["patient/Observation.rs"]),
        ("patient/*.rs", "patient/Observation.rs", ["patient/Observation.rs"]),
        ("patient/*.read", "patient/*.cruds", ["patient/*.rs"]),
        ("user/*.rs", "patient/*.rs", []),
        ("system/*.cud", "system/*.rs", []),
        ("patient/Condition.rs", "patient/Observation.rs", []),
        (
            "patient/Observation.rs",
            f"patient/Observation.rs?category={LABORATORY}",
            [f"patient/Observation.rs?category={LABORATORY}"],
        ),
        (
            "patient/Observation.rs?status=final",
            "patient/Observation.rs?category=a",
            ["patient/Observation.rs?status=final&category=a"],
        ),
    ],
)
def test_what_is_granted_is_never_wider_than_either(asked, allowed, granted):
    assert smart.common([asked], [allowed]) == granted
