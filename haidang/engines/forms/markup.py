"""The words of a question with their looks (chữ có định dạng): XHTML or markdown, made safe to show.

Words come from questionnaires that anybody made. What is left is a closed list of tags; nothing
runs, nothing is loaded, and an address opens only where it leads to over https, mail or telephone.
"""

import functools
import re

import nh3
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

_INLINE = frozenset(["a", "b", "strong", "i", "em", "u", "sub", "sup", "code", "br", "small"])
_BLOCK = _INLINE | {
    "p",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "blockquote",
}
_UNSEEN = {"script", "style", "iframe", "object", "template", "noscript", "svg", "math", "title"}
_ENDS = re.compile(r"</(?:p|div|li|tr|h[1-6]|table|blockquote|ul|ol)\s*>", re.IGNORECASE)
_BREAKS = re.compile(r"(?:\s*<br\s*/?>\s*)+")
#: Without HTML inside, and without pictures: these would be loaded from elsewhere.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image").enable("table")


_TAG = re.compile(r"<\s*/?\s*([A-Za-z0-9:-]*)([^<>]*)>?")
_HARMLESS = re.compile(
    r"""\s*(?:xmlns\s*=\s*["']http://www\.w3\.org/1999/xhtml["']"""
    r"""|href\s*=\s*["'](?:https://|mailto:|tel:)[^"']*["'])?\s*/?\s*"""
)


def is_safe(xhtml):
    """Whether `safe` leaves everything that is there, outer boxes aside."""
    known = _BLOCK | {"div", "span"}
    return all(
        name.lower() in known and _HARMLESS.fullmatch(rest) for name, rest in _TAG.findall(xhtml)
    )


def safe(xhtml):
    """XHTML without all that is not in the closed list; empty when no words are left."""
    found = _clean(xhtml, _BLOCK).strip()
    return found if _says(found) else ""


def formatted(item, *, block):
    """The words of an item as safe HTML; empty when they have no looks of their own.

    block    whether paragraphs, lists and tables may stand there; in a label they become lines
    """
    # Both ways end in `_clean`, with its closed list of tags and addresses.
    return mark_safe(_formatted(item.text_xhtml, item.text_markdown, block))  # noqa: S308


@functools.lru_cache(maxsize=1024)
def _formatted(xhtml, markdown, block):
    source = xhtml or (_MARKDOWN.render(markdown) if markdown else "")
    if block:
        return safe(source)
    found = _BREAKS.sub("<br>", _clean(_ENDS.sub("<br>", source), _INLINE))
    found = found.strip().removeprefix("<br>").removesuffix("<br>").strip()
    return found if _says(found) else ""


def _clean(markup, tags):
    return nh3.clean(
        markup,
        tags=set(tags),
        attributes={"a": {"href"}},
        url_schemes={"https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        clean_content_tags=_UNSEEN,
    )


def _says(markup):
    return bool(nh3.clean(markup, tags=set()).replace("&nbsp;", " ").strip())
