"""Papers from DOCX templates: the values of typst papers, and no more power than to fill them in."""

import io
import zipfile

import pytest
from docx import Document

from haidang.engines.documents import api as documents
from haidang.kernel import errors

TOLD = {
    "agency": ["UBND thành phố Hải Phòng", "Sở Y tế"],
    "number": "12/QĐ-SYT",
    "place": "Hải Phòng, ngày 26 tháng 11 năm 2026",
    "title": "Quyết định",
    "summary": "Về việc thử <mẫu> & ký",
    "body": ["Điều 1. Nội dung thứ nhất.", "Điều 2. Nội dung thứ hai."],
    "position": "Giám đốc",
    "signer": "Trần Thị Thử",
    "recipients": ["Như Điều 2", "Lưu: VT"],
}


def template(*lines):
    paper = Document()
    for line in lines:
        paper.add_paragraph(line)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def with_part(name, content, base=None):
    """A template with one part added, or put in the place of another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or template("{{ title }}"))) as old:
        kept = {one: old.read(one) for one in old.namelist() if one != name}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one, held in kept.items():
            new.writestr(one, held)
        new.writestr(name, content)
    return out.getvalue()


def test_a_paper_has_the_layout_and_its_values():
    made = documents.render_docx(documents.administrative_docx(), TOLD)

    words = documents.text_of_docx(made)
    page = Document(io.BytesIO(made)).sections[0]
    assert [round(one.mm) for one in (page.page_width, page.left_margin, page.right_margin)] == [
        210,
        30,
        15,
    ]
    for told in ("SỞ Y TẾ", "12/QĐ-SYT", "Độc lập - Tự do - Hạnh phúc", "QUYẾT ĐỊNH",
                 "Về việc thử <mẫu> & ký", "Điều 2. Nội dung thứ hai.", "GIÁM ĐỐC", "Trần Thị Thử",
                 "Nơi nhận: Như Điều 2; Lưu: VT"):  # fmt: skip
        assert told in words
    assert "{" not in words


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ title.__init__ }}",
        "{{ 'a' * 999999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{% set a = title ~ title %}{{ a }}",
        "{{ title ~ title }}",
        "{{ range(9) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include 'x' %}",
        "{% macro a() %}{% endmacro %}{{ a() }}",
        "{{ body.append('x') }}",
        "{% for a in body %}{% for b in body %}{% for c in body %}{{ c }}{% endfor %}{% endfor %}{% endfor %}",
        "{{ title | attr('__class__') }}",
    ],
)
def test_a_template_that_computes_is_refused(line):
    with pytest.raises(errors.Incorrect) as refused:
        documents.render_docx(template(line), TOLD)

    assert refused.value.code in ("documents.template_unsafe", "documents.template_broken",
                                  "documents.template_value_missing")  # fmt: skip


RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r9" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    "</Relationships>"
)
FIELD = (
    '<w:p xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd</w:instrText></w:r></w:p>"
)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("word/vbaProject.bin", b"x", "part"),
        ("word/embeddings/a.bin", b"x", "part"),
        ("word/activeX/a.xml", b"<a/>", "part"),
        ("word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml"),
        ("word/_rels/x.rels", RELS.format(kind="attachedTemplate", target="http://h/x"), "link"),
        ("word/_rels/x.rels", RELS.format(kind="image", target="file:///etc/passwd"), "link"),
        ("word/_rels/x.rels", RELS.format(kind="hyperlink", target="file:///etc"), "link"),
        ("word/x.xml", FIELD, "field"),
        ("word/x.bin", bytes(50 << 20), "size"),
    ],
)
def test_a_template_that_runs_or_fetches_is_refused(name, content, why):
    with pytest.raises(errors.Incorrect) as refused:
        documents.render_docx(with_part(name, content), TOLD)

    assert (refused.value.code, refused.value.facts["why"]) == ("documents.template_unsafe", why)


def test_a_link_that_people_follow_is_no_harm():
    told = RELS.format(kind="hyperlink", target="https://haiphong.gov.vn")

    assert documents.render_docx(with_part("word/_rels/x.rels", told), TOLD)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", template("x")[:200]])
def test_what_is_no_docx_is_broken(content):
    with pytest.raises(errors.Incorrect) as refused:
        documents.render_docx(content, TOLD)

    assert refused.value.code == "documents.template_broken"


def test_a_value_that_is_not_there_is_told():
    with pytest.raises(errors.Incorrect) as refused:
        documents.render_docx(template("{{ nowhere }}"), TOLD)

    assert refused.value.code == "documents.template_value_missing"
