"""Narrative: what FHIR allows stays to the last byte, anything that acts or fetches is taken out."""

import pytest

from haidang.engines.records.validation import narrative

XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
KEPT = [
    "Chào bác sĩ",
    "<p>Chào <b>bác sĩ</b><br/>&#160;&amp; &lt;5</p>",
    '<table border="1"><tr><th scope="col">A</th><td colspan="2" style="color: red">1</td></tr></table>',
    '<a href="https://example.vn/a?b=1">trang</a> <a href="#note" name="x">chú thích</a>',
    '<img src="data:image/png;base64,iVBORw0KGgo=" alt="ảnh"/>',
    '<ul class="a" lang="vi"><li id="n">1</li></ul>',
]
HOSTILE = [
    ("<script>alert(1)</script>a", "a"),
    ("<SCRIPT SRC=//x.vn/a.js></SCRIPT>a", "a"),
    ('<p onclick="x()" onmouseover="y()">b</p>', "<p>b</p>"),
    ('<a href="javascript:alert(1)">c</a>', "<a>c</a>"),
    ('<a href=" java&#10;script:alert(1)">c</a>', "<a>c</a>"),
    ('<a href="data:text/html,x">c</a>', "<a>c</a>"),
    ('<a href="vbscript:x">c</a>', "<a>c</a>"),
    ('<img src="https://evil.example/t.png" alt="t"/>', '<img alt="t"/>'),
    ('<img src="data:image/svg+xml;base64,AAAA" alt="t"/>', '<img alt="t"/>'),
    ('<img src="x" onerror="alert(1)"/>z', "<img/>z"),
    ('<p style="background:url(http://x)">d</p>', "<p>d</p>"),
    ('<p style="position:fixed;top:0">d</p>', "<p>d</p>"),
    ('<p style="width:expression(alert(1))">d</p>', "<p>d</p>"),
    ("<style>p {}</style>e", "e"),
    ('<iframe src="https://x.vn"></iframe>f', "f"),
    ('<object data="x"></object><embed src="y"/>f', "f"),
    ('<form action="/x"><input name="a"/>g</form>', "g"),
    ("<svg><script>1</script></svg>h", "h"),
    ("<math><mtext><img src=x onerror=alert(1)></mtext></math>h", "h"),
    ('<link rel="stylesheet" href="x"/>i', "i"),
    ('<meta http-equiv="refresh" content="0"/>i', "i"),
    ("<!-- ẩn -->k", "k"),
    ("<p>không đóng", "<p>không đóng</p>"),
    ("l&nbsp;m", "l\N{NO-BREAK SPACE}m"),
    ('<a href="https://x.vn" target="_blank" ping="https://y.vn">n</a>', '<a href="https://x.vn">n</a>'),
    ('<base href="https://evil.example/"/>o', "o"),
]  # fmt: skip


#: txt-2: "The narrative SHALL have some non-whitespace content" (narrative.html#rules).
EMPTY = ["", "  \n\t", "&#160;", "\N{NO-BREAK SPACE}", "<p> </p>", "<br/>", "<table><tr><td>&#xA0;</td></tr></table>"]  # fmt: skip


@pytest.mark.parametrize("inner", EMPTY)
def test_a_narrative_that_says_nothing_becomes_an_ellipsis(inner):
    sent = XHTML.format(inner)

    assert narrative.is_empty(sent)
    assert not narrative.is_safe(sent)
    assert narrative.cleaned(sent) == XHTML.format("…")
    assert not narrative.is_empty(narrative.cleaned(sent))


def test_an_image_says_something():
    assert not narrative.is_empty(XHTML.format('<p><img src="#a" alt="x"/></p>'))


@pytest.mark.parametrize("inner", KEPT)
def test_what_is_allowed_stays_as_it_was_sent(inner):
    sent = XHTML.format(inner)

    assert narrative.is_safe(sent)
    assert narrative.cleaned(sent) is sent


@pytest.mark.parametrize(("inner", "left"), HOSTILE)
def test_what_acts_or_fetches_is_taken_out(inner, left):
    made = narrative.cleaned(XHTML.format(inner))

    assert made == XHTML.format(left)
    assert narrative.is_safe(made)


def test_entities_of_a_declaration_are_never_expanded():
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + XHTML.format("&b;")

    made = narrative.cleaned(bomb)

    assert narrative.is_safe(made)
    assert "aaaa" not in made


def test_cleaning_twice_changes_nothing_more():
    for inner, _ in HOSTILE:
        once = narrative.cleaned(XHTML.format(inner))
        assert narrative.cleaned(once) == once


def test_every_narrative_of_a_resource_is_cleaned():
    bad, good = XHTML.format("<script>1</script>a"), XHTML.format("a")
    resource = {
        "resourceType": "Composition",
        "text": {"div": bad},
        "contained": [{"resourceType": "Device", "text": {"div": bad}}],
        "section": [{"text": {"div": good}, "section": [{"text": {"div": bad}}]}],
    }

    changed = narrative.clean(resource)

    assert changed == [
        "Composition.text.div",
        "Composition.section[0].section[0].text.div",
        "Composition.contained[0].text.div",
    ]
    assert bad not in str(resource)
