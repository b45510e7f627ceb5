"""In which language the words of code lists are, where a list has not every language (decision 0007)."""

import pytest

from haidang.kernel import systems
from haidang.portals.gateway.tests import fruit
from haidang.portals.gateway.tests.fhir_client import read

pytestmark = pytest.mark.django_db

_BOTH, _ENGLISH = "lime", "kiwi"


@pytest.fixture
def some_english(asker, tmp_path):
    """A list with one code that nobody has given Vietnamese words, as HL7's have none."""
    rows = [(_BOTH, "Chanh", "Lime"), (_ENGLISH, "", "Kiwi"), ("bare", "", "")]
    fruit.load(tmp_path / "mixed" / "1", "code-system", "code name_vi name_en", rows, more='system = "mixed"\n')  # fmt: skip
    return asker


def _expanded(asker, query):
    """({code: (display, languages of its designations)}, Content-Language)"""
    answer = asker.get(f"ValueSet/$expand?url={systems.codes('mixed')}?fhir_vs{query}")
    contains = read(answer)["expansion"]["contains"]
    told = {
        each["code"]: (
            each.get("display"),
            [one["language"] for one in each.get("designation", ())],
        )
        for each in contains
    }
    return told, answer.headers.get("Content-Language")


@pytest.mark.parametrize(
    ("query", "both", "english", "languages"),
    [
        ("", ("Chanh", []), ("Kiwi", []), "vi, en"),
        ("&displayLanguage=vi", ("Chanh", []), ("Kiwi", ["en"]), "vi, en"),
        ("&displayLanguage=vi-VN", ("Chanh", []), ("Kiwi", ["en"]), "vi, en"),
        ("&displayLanguage=en", ("Lime", []), ("Kiwi", []), "en"),
        ("&displayLanguage=fr", ("Chanh", ["vi", "en"]), ("Kiwi", ["en"]), "vi, en"),
        ("&displayLanguage=vi&includeDesignations=false", ("Chanh", []), ("Kiwi", []), "vi, en"),
        ("&includeDesignations=true", ("Chanh", ["vi", "en"]), ("Kiwi", ["en"]), "vi, en"),
        ("&displayLanguage=vi&filter=kiwi", None, ("Kiwi", ["en"]), "en"),
        ("&displayLanguage=vi&filter=chanh", ("Chanh", []), None, "vi"),
    ],
)
def test_an_expansion_says_in_which_language_its_words_are(
    some_english, query, both, english, languages
):
    told, content_language = _expanded(some_english, query)

    assert (told.get(_BOTH), told.get(_ENGLISH), content_language) == (both, english, languages)


@pytest.mark.parametrize(
    ("code", "language", "display", "content_language", "designations"),
    [
        (_BOTH, "vi", "Chanh", "vi", ["vi", "en"]),
        (_BOTH, "en", "Lime", "en", ["vi", "en"]),
        (_ENGLISH, "vi", "Kiwi", "en", ["en"]),
        ("bare", "vi", "bare", "vi", []),
    ],
)
def test_a_look_up_says_in_which_language_its_words_are(
    some_english, code, language, display, content_language, designations
):
    answer = some_english.get(
        f"CodeSystem/$lookup?system={systems.codes('mixed')}&code={code}&displayLanguage={language}"
    )

    told = [
        p["part"][0]["valueCode"] for p in fruit.parameters(answer) if p["name"] == "designation"
    ]
    assert fruit.values(answer)["display"] == display
    assert (answer.headers.get("Content-Language"), told) == (content_language, designations)


def test_the_terminology_statement_names_the_languages_that_there_are(asker, tmp_path):
    fruit.load(tmp_path / "plain" / "1", "code-system", "code name_vi name_en", [("a", "", "A")], more='system = "plain"\n')  # fmt: skip

    found = read(asker.get("metadata?mode=terminology"))["codeSystem"]

    told = {each["uri"]: each["version"][0]["language"] for each in found}
    assert told == {fruit.FRUIT: ["vi", "en"], systems.codes("plain"): ["en"]}
