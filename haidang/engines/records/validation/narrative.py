"""The XHTML of narratives: what FHIR allows stays as it was sent, anything else is taken out.

One that says nothing, neither a character nor an image, becomes an ellipsis (txt-2).

Allowed are the formatting elements of txt-1, links to the web, to mail and within the text, and
images that are part of the text. No script, no events, no forms, nothing fetched from elsewhere:
whoever opens a record must not be seen doing so (docs/decisions/0005-validation-and-profiles.md).
"""

import html
import re
from xml.etree import ElementTree

import nh3

_XHTML = "http://www.w3.org/1999/xhtml"
TAGS = set(
    "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3"  # noqa: SIM905
    " h4 h5 h6 hr i img li ol p pre q samp small span strong sub sup table tbody td tfoot th thead"
    " tr tt ul var".split()
)
_COMMON = {"id", "class", "lang", "dir", "title", "style", "xml:lang"}
ATTRIBUTES = {tag: set(_COMMON) for tag in TAGS}
for _tag, _more in {
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign", "abbr", "axis", "headers", "scope", "nowrap"},
    "th": {"colspan", "rowspan", "align", "valign", "abbr", "axis", "headers", "scope", "nowrap"},
    "tr": {"align", "valign"},
    "table": {"border", "cellpadding", "cellspacing", "summary", "width", "rules", "frame"},
    "col": {"span", "width", "align", "valign"},
    "colgroup": {"span", "width", "align", "valign"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "ol": {"type", "start"},
    "ul": {"type"},
    "div": {"align"},
    "p": {"align"},
}.items():
    ATTRIBUTES[_tag] |= _more
_STYLES = set(
    "background-color border border-collapse border-color border-style border-width color font"  # noqa: SIM905
    " font-family font-size font-style font-weight height line-height list-style list-style-type"
    " margin margin-bottom margin-left margin-right margin-top padding padding-bottom padding-left"
    " padding-right padding-top text-align text-decoration text-indent vertical-align white-space"
    " width".split()
)
_LINK = re.compile(r"(?i)(?:https?://|mailto:|tel:|#)[^\s]*\Z")
_IMAGE = re.compile(r"(?i)(?:#[^\s]*|data:image/(?:png|jpeg|gif);base64,[a-z0-9+/=\s]*)\Z")
_ADDRESSES = {("a", "href"): _LINK, ("img", "src"): _IMAGE}
_ADDRESSES |= {("q", "cite"): _LINK, ("blockquote", "cite"): _LINK}
_STYLE = re.compile(r"(?i)(?:[\w\s.,:;#%'\"+-]|rgba?\([\d\s,.%]*\))*\Z")
_VOID = re.compile(r'<(br|hr|img|col)((?:\s+[\w:-]+="[^"]*")*)\s*>')
_OUTER = re.compile(r"(?is)\A\s*<div\b[^>]*>(.*)</div>\s*\Z")


def is_safe(text):
    """True when a narrative holds something, nothing but what FHIR allows, and is well-formed."""
    root = _parsed(text)
    return (
        root is not None
        and root.tag == f"{{{_XHTML}}}div"
        and all(map(_is_safe, root.iter()))
        and _says_something(root)
    )


def is_empty(text):
    """True when a well-formed narrative has neither words nor an image (txt-2)."""
    root = _parsed(text)
    return root is not None and not _says_something(root)


def _says_something(root):
    """White space of any kind says nothing, a non-breaking space among them."""
    return any(map(str.strip, root.itertext())) or root.find(f".//{{{_XHTML}}}img") is not None


def cleaned(text):
    """The narrative as it may be stored: untouched when it is safe."""
    return text if is_safe(text) else _without_harm(text)


def clean(resource):
    """Clean every narrative of a resource in place; return where something was taken out."""
    changed = []
    for holder, where in narratives(resource, str(resource.get("resourceType"))):
        if not is_safe(holder["div"]):
            holder["div"] = _without_harm(holder["div"])
            changed.append(where)
    return changed


def narratives(resource, where):
    """(narrative, where) of a resource, its sections and what it contains."""
    yield from _own(resource, f"{where}.text")
    if "section" in resource:
        yield from _sections(resource["section"], where)
    contained = resource.get("contained")
    for n, each in enumerate(contained if isinstance(contained, list) else ()):
        if isinstance(each, dict):
            yield from narratives(each, f"{where}.contained[{n}]")


def _own(holder, where):
    text = holder.get("text")
    if isinstance(text, dict) and isinstance(text.get("div"), str):
        yield text, f"{where}.div"


def _sections(sections, where, depth=0):
    for n, each in enumerate(sections if isinstance(sections, list) and depth < 20 else ()):
        if isinstance(each, dict):
            here = f"{where}.section[{n}]"
            yield from _own(each, f"{here}.text")
            yield from _sections(each.get("section"), here, depth + 1)


def _parsed(text):
    """The tree of a narrative, or None: not well-formed, or with a declaration of any kind."""
    if "<!" in text or "<?" in text:
        return None
    try:
        return ElementTree.fromstring(text)  # noqa: S314 (no declarations, so no entities)
    except (ElementTree.ParseError, ValueError, RecursionError):
        return None


def _is_safe(element):
    space, _, tag = element.tag.rpartition("}")
    if space != f"{{{_XHTML}" or tag not in TAGS:
        return False
    return all(_is_safe_attribute(tag, name, value) for name, value in element.attrib.items())


def _is_safe_attribute(tag, name, value):
    name = name.replace("{http://www.w3.org/XML/1998/namespace}", "xml:")
    if name not in ATTRIBUTES.get(tag, ()):
        return False
    if name == "style":
        return _is_safe_style(value)
    form = _ADDRESSES.get((tag, name))
    return form is None or form.match(value.strip()) is not None


def _is_safe_style(value):
    names = {part.partition(":")[0].strip().lower() for part in value.split(";") if part.strip()}
    return names <= _STYLES and bool(_STYLE.match(value)) and "url" not in value.lower()


def _without_harm(text):
    found = nh3.clean(
        text,
        tags=TAGS,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_kept,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        filter_style_properties=_STYLES,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript"},
    )
    made = _wrapped(_VOID.sub(r"<\1\2/>", found.replace("&nbsp;", "\N{NO-BREAK SPACE}")))
    return made if is_safe(made) else _plain(text)


def _plain(text):
    """The words alone: what remains when the markup cannot be trusted."""
    return _wrapped(html.escape(_bare(text), quote=False) or "…")


def _kept(tag, name, value):
    return value if _is_safe_attribute(tag, name, value) and "<" not in value else None


def _wrapped(markup):
    outer = _OUTER.match(markup)
    inner = outer[1] if outer else markup
    return f'<div xmlns="{_XHTML}">{inner}</div>'


def _bare(text):
    found = html.unescape(nh3.clean(text, tags=set(), clean_content_tags={"script", "style"}))
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", found).strip()
