"""Papers from DOCX templates (văn bản từ mẫu DOCX): the same values as for typst, and only values.

A template may come from an office of the city and is a stranger's file: it is looked through before
anything of it is used, and what it may say to the renderer is a short list of forms (a value, a
condition, a loop over what was given). So it can neither compute nor fetch, and its cost is bounded
by its own size and that of the values.
"""

import io
import re
import zipfile

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from haidang.engines.documents import markup
from haidang.kernel import errors

_LARGEST, _UNPACKED, _MOST_PARTS, _MOST_SHOWN = 5 << 20, 40 << 20, 300, 2_000_000
_FILTERS = ("upper", "lower", "title", "default", "length", "join", "first", "last")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.For, nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr, nodes.Test, nodes.Filter,
)  # fmt: skip
_MOST_NESTED = 2
# Parts that run, or bring in another document.
_FORBIDDEN = re.compile(r"vbaproject|activex|/embeddings/|afchunk|externallink|/ctrlprops/", re.I)
_FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDE\w*|LINK|IMPORT|MACROBUTTON|EXECUTE|DATABASE)\b", re.I)


class _Values(ImmutableSandboxedEnvironment):
    """Fills in values, and knows nothing else."""

    def __init__(self):
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in ("defined", "undefined", "none")}

    def _parse(self, source, name, filename):
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                raise SecurityError(type(node).__name__)
        _check_nesting(tree, 0)
        return tree


def _check_nesting(node, depth):
    depth += isinstance(node, nodes.For)
    if depth > _MOST_NESTED:
        raise SecurityError("nesting")
    for child in node.iter_child_nodes():
        _check_nesting(child, depth)


def render_docx(template, data):
    """Make a DOCX of a template and its data (lập văn bản DOCX), and return its bytes.

    template    bytes of a DOCX with `{{ value }}`, `{% if … %}`, `{% for … in … %}` in its text
    data        what `render` takes for the same paper: texts, numbers, lists and dictionaries

    Raises      Incorrect `documents.template_unsafe` (facts: why) for a template that could run,
                fetch or compute; `documents.template_broken`; `documents.template_value_missing`
    Source      Nghị định 30/2020/NĐ-CP, Phụ lục I, for the layout in `word_layout`
    """
    check_template(template)
    from docxtpl import DocxTemplate

    made = io.BytesIO()
    try:
        paper = DocxTemplate(io.BytesIO(template))
        paper.render(data, jinja_env=_Values(), autoescape=True)
        paper.save(made)
    except SecurityError as why:
        raise _unsafe("expression") from why
    except UndefinedError as why:
        raise errors.Incorrect(
            "documents.template_value_missing",
            _("Mẫu dùng một giá trị mà văn bản này không có; hãy sửa mẫu."),
        ) from why
    # What is wrong inside a stranger's file may come out of any of the three libraries below.
    except (TemplateError, KeyError, ValueError, AttributeError, TypeError, OSError) as why:
        raise _broken() from why
    return made.getvalue()


def check_template(content):
    """Refuse a template that is no plain DOCX (kiểm tra mẫu).

    Raises    as `render_docx`
    """
    if len(content) > _LARGEST:
        raise _unsafe("size")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _check_parts(packed)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as why:
        raise _broken() from why


def _check_parts(packed):
    parts = packed.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        raise _unsafe("size")
    names = [part.filename for part in parts]
    if len(set(names)) < len(names) or "word/document.xml" not in names:
        raise _broken()
    for part in parts:
        if _FORBIDDEN.search(f"/{part.filename}") or part.flag_bits & 1:
            raise _unsafe("part")
        if part.filename.endswith((".xml", ".rels")):
            _check_xml(part.filename, packed.read(part))


def _check_xml(name, content):
    try:
        root = markup.read(content)
    except markup.Unreadable as why:
        raise (_broken() if why.why == "broken" else _unsafe("xml")) from why
    for element in root.iter("*"):
        kind = markup.local(element.tag)
        if kind == "Relationship" and element.get("TargetMode") == "External":
            _check_link(element)
        elif kind == "altChunk":
            raise _unsafe("part")
    # Word puts a field together from pieces, so that its name may stand in several of them.
    told = "".join(one.text or "" for one in root.iter("{*}instrText"))
    told += " ".join(v for one in root.iter("{*}fldSimple") for v in one.attrib.values())
    if _FIELDS.search(told):
        raise _unsafe("field")


def _check_link(element):
    kind, target = element.get("Type", ""), element.get("Target", "").lower()
    if not kind.endswith("/hyperlink") or not target.startswith(("https://", "http://", "mailto:")):
        raise _unsafe("link")


def _unsafe(why):
    return errors.Incorrect(
        "documents.template_unsafe",
        _("Mẫu có phần chạy lệnh, tính toán hoặc lấy từ bên ngoài nên không được dùng."),
        why=why,
    )


def _broken():
    return errors.Incorrect(
        "documents.template_broken", _("Không đọc được mẫu DOCX này; hãy lưu lại rồi gửi.")
    )


def text_of_docx(content):
    """The words of a DOCX, paragraph by paragraph, for a preview (xem trước); nothing of it is run.

    Raises    as `check_template`
    """
    check_template(content)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        root = markup.read(packed.read("word/document.xml"))
    paragraphs = ("".join(t.text or "" for t in p.iter("{*}t")) for p in root.iter("{*}p"))
    return "\n".join(paragraphs)[:_MOST_SHOWN]
