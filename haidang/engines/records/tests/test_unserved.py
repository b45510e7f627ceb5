"""Every search parameter that R4 publishes is served, or named here and in docs/decisions/0006 with its reason."""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records import kinds
from haidang.engines.records.index import parameters
from haidang.engines.terminology import api as terminology
from haidang.kernel import errors

pytestmark = pytest.mark.usefixtures("everything_open")

EVERYWHERE = {"_text", "_content", "_query"}
OF_A_TYPE = {("Bundle", "composition"), ("Bundle", "message")}
UNPUBLISHED = ["_filter"]  # named in the text of R4 alone


def published():
    """(type, code) of every parameter of the published package."""
    for definition in terminology.definitions("search-parameters"):
        whole = {"Resource", "DomainResource"} & set(definition["base"])
        for type in kinds.NAMES if whole else definition["base"]:
            yield type, definition["code"]


def test_what_is_not_served_is_what_is_written_down():
    unserved = {
        (type, code) for type, code in published() if not parameters.catalogue().find(type, code)
    }

    assert unserved == OF_A_TYPE | {(type, code) for type in kinds.NAMES for code in EVERYWHERE}


@pytest.mark.parametrize(
    ("type", "code"),
    sorted(OF_A_TYPE | {("Patient", code) for code in [*EVERYWHERE, *UNPUBLISHED]}),
)
def test_what_is_not_served_is_an_unknown_parameter(type, code):
    page = records.search(type, [("_count", "3"), (code, "x")])

    assert page.self_query == "_count=3"
    with pytest.raises(errors.Incorrect) as refused:
        records.search(type, [(code, "x")], strict=True)
    assert (refused.value.code, refused.value.facts["name"]) == ("records.search_unknown", code)
    for modified in (f"{code}:missing", f"{code}.name"):
        with pytest.raises(errors.Incorrect):
            records.search(type, [(modified, "true")], strict=True)
