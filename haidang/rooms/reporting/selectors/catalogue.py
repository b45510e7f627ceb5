"""Forms and circulars as their files say, and which is in force on a day."""

import functools
import hashlib
import json
from datetime import date
from pathlib import Path

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from haidang.kernel import dates, errors, yamlfile
from haidang.rooms.reporting import domain

_DATA = Path(__file__).resolve().parents[1] / "data"
#: What a form that adds up reports takes over from the form that it adds up.
_SHARED = ("columns", "rows", "checks")


@functools.cache
def _loaded():
    """{(code, file): (Form, content)} of every file; a form is told once for each day."""
    told = {path.name: _content(path) for path in sorted((_DATA / "forms").glob("*.yaml"))}
    found = {}
    for name, content in told.items():
        whole = _whole(content, told.values())
        form = domain.read(whole, circulars()[content["circular"]])
        found[form.code, name] = (form, _plain(whole))
    _check_overlaps([form for form, _content in found.values()])
    return found


def _content(path):
    return yamlfile.read(path)


def _whole(content, others):
    if not content.get("aggregate"):
        return content
    base = next(o for o in others if str(o["code"]) == content["aggregate"])
    return {key: base[key] for key in _SHARED if key in base} | content


def _check_overlaps(forms):
    for one in forms:
        for other in forms:
            same = one is not other and one.code == other.code
            if same and one.applies_on(other.valid_from):
                raise ValueError(f"{one.code}: two files apply on {other.valid_from}")


@functools.cache
def circulars():
    """Every circular by its code."""
    told = _content(_DATA / "circulars.yaml")
    return {code: domain.Circular(code, **one) for code, one in told.items()}


def forms():
    """Every form of every file, by level, period and code."""
    order = {level: n for n, level in enumerate(domain.LEVELS)}
    periods = {period: n for n, period in enumerate(domain.PERIODS)}
    found = [form for form, _content in _loaded().values()]
    return sorted(found, key=lambda f: (order[f.level], periods[f.period], _in_order(f.code)))


def _in_order(code):
    head = code.partition("-")[0]
    return (int(head) if head.isdigit() else 99, code)


def form(code, *, on=None):
    """A form by its code: the one in force on a day, or the newest.

    Raises    NotFound `reporting.form_unknown`
    """
    found = [one for one in forms() if one.code == code and (on is None or one.applies_on(on))]
    if not found:
        raise errors.NotFound("reporting.form_unknown", _why_not(code, on), form=code[:40])
    return max(found, key=lambda one: one.valid_from)


def _why_not(code, on):
    """Why no form applies: whoever opens a period has to know which file to bring."""
    ends = [
        one for one in forms() if one.code == code and one.valid_to and on and one.valid_to <= on
    ]
    if not ends:
        return _("Không có biểu này, hoặc biểu không còn hiệu lực.")
    last = max(ends, key=lambda one: one.valid_to)
    return _("Biểu {number} hết hiệu lực ngày {end} theo {circular}; kỳ sau đó cần biểu của văn bản thay thế.").format(
        number=last.number, end=dates.show(last.valid_to), circular=last.circular.title
    )  # fmt: skip


def successor(form):
    """The form of the next circular that takes a form's place on the day it ends, or None."""
    if form.valid_to is None:
        return None
    later = (one for one in forms() if one.code == form.code and one.applies_on(form.valid_to))
    return next(later, None)


def content_of(wanted):
    """A form's content, its circular and the digest of both, as plain values to be kept."""
    content = next(content for one, content in _loaded().values() if one == wanted)
    circular = _plain(dict(vars(wanted.circular)))
    text = json.dumps([content, circular], sort_keys=True, ensure_ascii=False)
    return content, circular, hashlib.sha256(text.encode()).hexdigest()


def form_of(content, circular):
    """A form from what was kept of it; see `content_of`."""
    days = {key: _day(circular[key]) for key in ("valid_from", "valid_to")}
    return domain.read(content, domain.Circular(**circular | days))


def _day(text):
    return date.fromisoformat(text) if text else None


def _plain(value):
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@functools.cache
def dhis2():
    """How codes of the house are written in the receiving DHIS2, as data."""
    return _content(_DATA / "dhis2.yaml")


def column_name(form, code):
    """A column with the heading above it: `Trong đó: Nữ`."""
    column = next(one for one in form.columns if one.code == code)
    return f"{column.group}: {column.title}" if column.group else column.title


def cell_name(form, key):
    """A cell as people point at it: `dòng 1.1, Trong đó: Nữ`."""
    row, _colon, column = key.partition(":")
    return gettext("dòng {row}, {column}").format(row=row, column=column_name(form, column))


def heads(form):
    """The two header rows of a table: [(title, how many columns, how many rows)] and [title]."""
    above, below = [], []
    for column in form.columns:
        if not column.group:
            above.append([column.title, 1, 2])
        elif above and above[-1][2] == 1 and above[-1][0] == column.group:
            above[-1][1] += 1
            below.append(column.title)
        else:
            above.append([column.group, 1, 1])
            below.append(column.title)
    return [tuple(one) for one in above], below
