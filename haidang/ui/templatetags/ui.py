"""Tags and filters of every template: `{% load ui %}`."""

import html
from datetime import UTC, date, datetime
from functools import lru_cache

from django import template
from django.conf import settings
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext

from haidang.kernel import dates, money
from haidang.ui import charts, context

register = template.Library()

SPRITE = "ui/icons.svg"
_HIDDEN = mark_safe('aria-hidden="true"')  # noqa: S308  (a constant)


@register.simple_tag
def asset(name):
    """URL of a built file, with its hash once static files are collected."""
    return _asset(name)


def _asset(name):
    return _url(storages["staticfiles"], name)


@lru_cache(maxsize=256)
def _url(storage, name):
    try:
        return storage.url(name)
    except ValueError:  # not collected: a test, or a server that is being developed on
        return f"{settings.STATIC_URL}{name}"


@register.simple_tag
def icon(name, label="", classes=""):
    """An icon of the sprite. Without a label it is decoration and hidden from screen readers."""
    return _icon(_asset(SPRITE), name or "circle", label, classes)


@lru_cache(maxsize=1024)
def _icon(sprite, name, label, classes):
    hidden = format_html('role="img" aria-label="{}"', label) if label else _HIDDEN
    return format_html(
        '<svg class="icon {}" {} focusable="false"><use href="{}#{}"/></svg>',
        classes,
        hidden,
        sprite,
        name,
    )


@register.simple_tag
def entries(found):
    """The lines of an episode. Written here because a life has hundreds of them."""
    return mark_safe("".join(map(_entry, found)))  # noqa: S308  (every part is escaped below)


def _entry(entry):
    get = entry.get if isinstance(entry, dict) else lambda name: getattr(entry, name, None)
    url, when, text, label = get("url"), get("when"), get("text"), get("badge_label")
    title = _plain(get("title"))
    if url:
        title = f'<a class="link-plain" href="{_plain(url)}">{title}</a>'
    badge = _badge(_asset(SPRITE), get("badge_kind") or "neutral", label) if label else ""
    time = f"<time>{_plain(when)}</time>" if when else ""
    more = f'<span class="entry-text quiet">{_plain(text)}</span>' if text else ""
    sign = icon(get("icon"))
    return f'<div class="entry">{sign}<span class="entry-title">{title}{badge}</span>{time}{more}</div>'


def _plain(value):
    """Escaped text; the standard library's way, ten times quicker than Django's lazy one."""
    return html.escape(str(value))


@lru_cache(maxsize=512)
def _badge(_sprite, kind, label):
    shown = render_to_string("ui/components/badge.html", {"kind": kind, "label": label})
    return mark_safe(f" {shown.strip()}")  # noqa: S308  (a template of our own)


@register.filter
def vnd(amount):
    """`1250000` → `1.250.000 ₫`."""
    return "" if amount in (None, "") else money.show(amount)


@register.filter
def day(value):
    """A date, moment or FHIR date as `25/11/2026`."""
    return dates.show(value)


@register.filter
def moment(value):
    """A moment or FHIR dateTime as `14:05 25/11/2026`; a bare date as a day."""
    if not value:
        return ""
    if isinstance(value, str) and len(value) <= len("2026-11-25"):
        return dates.show(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return dates.show(value)
    return dates.show_moment(value)


@register.filter
def iso(value):
    """The machine form for `<time datetime>`."""
    return value.isoformat() if isinstance(value, date) else value or ""


@register.filter
def relative(value, now=None):
    """How long ago or ahead: `5 phút trước`, `còn 3 ngày`; over 30 days it is the day itself."""
    moment_ = _moment(value)
    if moment_ is None:
        return ""
    seconds = int((moment_ - (now or timezone.now())).total_seconds())
    amount = _amount(abs(seconds))
    if amount is None:
        return dates.show(moment_)
    if not amount:
        return gettext("vừa xong") if seconds <= 0 else gettext("ngay bây giờ")
    if seconds < 0:
        return gettext("%(amount)s trước") % {"amount": amount}
    return gettext("còn %(amount)s") % {"amount": amount}


def _moment(value):
    if isinstance(value, str) and value:
        value = dates.parse_fhir(value)[0]
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=dates.HANOI)
    return None


def _amount(seconds):
    """Rounded down to one unit; "" below a minute, None above 30 days."""
    if seconds < 60:
        return ""
    if seconds < 3600:
        return ngettext("%(n)d phút", "%(n)d phút", seconds // 60) % {"n": seconds // 60}
    if seconds < 86400:
        return ngettext("%(n)d giờ", "%(n)d giờ", seconds // 3600) % {"n": seconds // 3600}
    if seconds <= 30 * 86400:
        return ngettext("%(n)d ngày", "%(n)d ngày", seconds // 86400) % {"n": seconds // 86400}
    return None


@register.filter
def count(value):
    """A whole number with dots between thousands: `12.345`."""
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


@register.filter
def spoken(message):
    """The translation of a sentence that arrives as data, such as the message of an error."""
    return gettext(str(message)) if message else ""


@register.filter
def initials(name):
    return context.initials(name or "")


@register.filter
def percent(done, total):
    """Whole percent, for words beside a bar; 0 when nothing is to do."""
    return min(100, int(100 * done / total)) if total else 0


@register.inclusion_tag("ui/components/trend.html")
def trend(label, points=(), unit="", low=None, high=None, lines=None, latest=True):
    """`{% trend "HbA1c" points unit="%" high=7 %}`: a line chart with its reference range."""
    return {
        "chart": charts.trend(
            label=label,
            points=points,
            unit=unit,
            low=low,
            high=high,
            lines=lines,
            latest=latest,
        )
    }


@register.inclusion_tag("ui/components/spark.html")
def spark(values, label):
    """`{% spark values "12 tháng qua" %}`: a line for a table cell."""
    return charts.spark(values=values, label=label)


@register.filter
def split_words(text):
    return text.split()
