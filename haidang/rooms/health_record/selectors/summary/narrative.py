"""The text of a section as safe XHTML (phần chữ của bản tóm tắt)."""

import html

import nh3

_XHTML = "http://www.w3.org/1999/xhtml"
_TAGS = {"p", "table", "thead", "tbody", "tr", "th", "td", "b", "ul", "li"}


def of_part(part, language):
    """The narrative of one section: its table, or the sentence that nothing is known."""
    told = _table(part) if part.rows else f"<p>{html.escape(part.absent)}</p>"
    return _text(told + (f"<p>{html.escape(part.more)}</p>" if part.more else ""), language)


def of_person(summary):
    """The narrative of the whole document: whom it is about."""
    lines = "".join(
        f"<tr><th>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>"
        for label, value in summary.facts
        if value
    )
    return _text(f"<p><b>{html.escape(summary.name)}</b></p><table><tbody>{lines}</tbody></table>", summary.language)  # fmt: skip


def _table(part):
    heads = "".join(f"<th>{html.escape(head)}</th>" for head in part.columns)
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in part.rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def _text(inner, language):
    # Everything was escaped above; the closed list of tags is the second lock.
    safe = nh3.clean(inner, tags=_TAGS, attributes={})
    div = f'<div xmlns="{_XHTML}" xml:lang="{language}" lang="{language}">{safe}</div>'
    return {"status": "generated", "div": div}
