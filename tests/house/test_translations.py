"""Every sentence has its English, no English is left over, and nothing is left unwrapped."""

import ast
import re
import string

import pytest
from django.template import base as templates
from django.utils import translation

from haidang.ui import messages, translations

VIETNAMESE = re.compile(
    "[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE
)
# Names, and the short forms of decisions and decrees, stay as they are in every language.
NAMES = ("Hải Đăng", "Hải Phòng", "Tiếng Việt", "Việt Nam", "QĐ", "NĐ")
# Pages whose words are samples of data, not of the interface.
SAMPLES = {"ui/gallery.html", "ui/components/table.html"}
# Papers that an official form wants in Vietnamese, whoever asks for them.
PAPERS = {"rooms/procedures/selectors/slips.py"}
SHOWN_CODE = ("views", "forms", "selectors")
TEMPLATES = sorted(messages.PACKAGE.glob("**/templates/**/*.html"))


def _name(path):
    return str(path).partition("/templates/")[2]


def test_every_sentence_has_its_english():
    lacking = [f"{places[0][0]}: {message.text}" for message, places in translations.untranslated()]

    assert lacking == []


def test_no_english_is_left_over():
    assert translations.unused() == []


def test_a_sentence_has_one_english_in_all_parts():
    """At run time the catalogues are one: the English of the first part would show everywhere."""
    assert translations.differing() == {}


def test_a_second_english_is_told_with_the_parts_that_say_it(tmp_path):
    _catalogue(tmp_path / "rooms" / "plan", 'msgid "Nguồn"\nmsgstr "Source"')
    _catalogue(tmp_path / "ui", 'msgid "Nguồn"\nmsgstr "Source"')
    assert translations.differing(tmp_path) == {}

    _catalogue(tmp_path / "ui", 'msgid "Nguồn"\nmsgstr "Spring"')
    second = translations.differing(tmp_path)
    _catalogue(tmp_path / "ui", 'msgctxt "nước"\nmsgid "Nguồn"\nmsgstr "Spring"')

    assert second == {("", "Nguồn"): {"rooms/plan": "Source", "ui": "Spring"}}
    assert translations.differing(tmp_path) == {}


def test_a_sentence_with_two_forms_in_one_part_only_is_told(tmp_path):
    _catalogue(tmp_path / "a", 'msgid "{n} ngày"\nmsgstr "{n} days"')
    _catalogue(
        tmp_path / "b",
        'msgid "{n} ngày"\nmsgid_plural "{n} ngày"\nmsgstr[0] "{n} day"\nmsgstr[1] "{n} days"',
    )

    assert list(translations.differing(tmp_path)) == [("", "{n} ngày")]


def test_english_keeps_the_gaps_of_the_sentence():
    wrong = [
        (vietnamese, told)
        for (_context, vietnamese), told in translations.english().items()
        for one in ([told] if isinstance(told, str) else told)
        if _gaps(one) != _gaps(vietnamese)
    ]

    assert wrong == []


def test_english_is_not_vietnamese_names_aside():
    wrong = [
        told
        for told in translations.english().values()
        for one in ([told] if isinstance(told, str) else told)
        if any(VIETNAMESE.search(word) for word in one.split() if word[0].islower())
    ]

    assert wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_wraps_all_its_words(path):
    if _name(path) in SAMPLES:
        pytest.skip("holds samples of data")

    assert _bare_words(path.read_text()) == []


def test_code_wraps_what_people_read():
    bare = [
        f"{path.relative_to(messages.PACKAGE)}:{line}: {text}"
        for path in _shown_code()
        for text, line in _bare_texts(ast.parse(path.read_text()))
    ]

    assert bare == []


def test_the_compiled_catalogue_speaks_english():
    translations.compile_all(say=lambda _line: None)

    with translation.override("en"):
        assert translation.gettext("Trang chủ") == "Home"
    with translation.override("vi"):
        assert translation.gettext("Trang chủ") == "Trang chủ"


def _catalogue(part, entries):
    path = part / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{entries}\n")


def _gaps(text):
    """Names in a sentence that are filled in, of both kinds: %(name)s and {name}."""
    with_percent = re.findall(r"%\((\w+)\)[sd]", text)
    try:
        with_braces = [name for _t, name, _s, _c in string.Formatter().parse(text) if name]
    except ValueError:
        with_braces = []
    return sorted({*with_percent, *with_braces})


def _without_names(text):
    for name in NAMES:
        text = text.replace(name, "")
    return text


def _bare_words(source):
    """Vietnamese in the text of a template, outside any tag that translates it."""
    found, translated = [], False
    for token in templates.Lexer(source).tokenize():
        if token.token_type == templates.TokenType.BLOCK:
            command = token.split_contents()[0]
            translated = command in {"blocktranslate", "blocktrans"} or (
                translated and command not in {"endblocktranslate", "endblocktrans"}
            )
        if token.token_type == templates.TokenType.TEXT and not translated:
            found += [line for line in token.contents.splitlines() if _is_vietnamese(line)]
    return found


def _is_vietnamese(text):
    return bool(VIETNAMESE.search(_without_names(text)))


def _shown_code():
    for path in sorted(messages.PACKAGE.rglob("*.py")):
        part = path.relative_to(messages.PACKAGE).parts
        is_shown = path.stem in SHOWN_CODE or set(part) & set(SHOWN_CODE)
        is_screen = part[0] in {"ui", "rooms", "portals"} and "/".join(part) not in PAPERS
        if is_shown and is_screen and "tests" not in part:
            yield path


def _bare_texts(tree):
    """Vietnamese literals that are neither translated nor documentation."""
    known = {id(node) for node in _documentation(tree)} | {id(node) for node in _translated(tree)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in known and _is_vietnamese(node.value):
            yield node.value, node.lineno


def _documentation(tree):
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]


def _translated(tree):
    calls = messages.SINGULAR | messages.PLURAL | messages.IN_CONTEXT
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) in calls
        ):
            yield from node.args
