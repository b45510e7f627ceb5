"""Sentences are found where people read them: templates, code, rooms."""

from haidang.ui import messages
from haidang.ui.messages import Message


def found(pairs):
    return [message for message, _line in pairs]


def test_a_template_gives_its_sentences():
    source = """{% load i18n %}{% translate "Trang chủ" %}{{ label|default:_("Đóng") }}
    {% blocktranslate with name=x %}Chào {{ name }}{% endblocktranslate %}
    {% blocktranslate count n=n %}{{ n }} mũi{% plural %}{{ n }} mũi{% endblocktranslate %}"""

    assert found(messages.of_template(source)) == [
        Message("Trang chủ"),
        Message("Đóng"),
        Message("Chào %(name)s"),
        Message("%(n)s mũi", plural="%(n)s mũi"),
    ]


def test_code_gives_its_sentences_and_what_a_room_says():
    source = """
_("Một " "câu")
ngettext("%(n)d ngày", "%(n)d ngày", n)
MenuItem("Tìm người", "a:b", "a.b")
MenuItem("Hồ sơ", "a:b", "a.b", context="sức khoẻ")
Permission(title="Xem sổ", roles=())
_(variable)
"""

    assert set(found(messages.of_code(source))) == {
        Message("Một câu"),
        Message("%(n)d ngày", plural="%(n)d ngày"),
        Message("Tìm người"),
        Message("Hồ sơ", context="sức khoẻ"),
        Message("Xem sổ"),
    }


def test_each_sentence_belongs_to_its_part():
    parts = messages.parts()

    assert Message("Trang chủ") in parts[messages.FALLBACK].messages
    assert all((folder / "apps.py").exists() for folder in parts)
