"""Filters of every template: money, days, how long ago."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from haidang.ui.templatetags import ui

NOW = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(seconds=59), "vừa xong"),
        (timedelta(seconds=60), "1 phút trước"),
        (timedelta(minutes=59), "59 phút trước"),
        (timedelta(hours=1), "1 giờ trước"),
        (timedelta(hours=24), "1 ngày trước"),
        (timedelta(days=30), "30 ngày trước"),
        (timedelta(days=31), "25/10/2026"),
        (-timedelta(days=3), "còn 3 ngày"),
    ],
    ids=str,
)
def test_time_is_told_as_people_say_it(ago, told):
    assert ui.relative(NOW - ago, NOW) == told


def test_english_has_its_own_plural():
    with translation.override("en"):
        assert ui.relative(NOW - timedelta(hours=1), NOW) == "1 hour ago"
        assert ui.relative(NOW - timedelta(hours=2), NOW) == "2 hours ago"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-11-25", "25/11/2026"),
        ("2026-11", "11/2026"),
        ("2026-11-25T07:00:00Z", "14:00 25/11/2026"),
        (date(2026, 11, 25), "25/11/2026"),
        (NOW, "14:00 25/11/2026"),
        (None, ""),
    ],
)
def test_a_moment_shows_what_is_known(value, told):
    assert ui.moment(value) == told


def test_money_and_counts_have_dots():
    assert ui.vnd(1250000) == "1.250.000 ₫"
    assert ui.vnd(None) == ""
    assert ui.count(12480) == "12.480"


def test_an_icon_is_decoration_unless_it_is_named():
    assert 'aria-hidden="true"' in ui.icon("search")
    assert 'aria-label="Tìm &lt;b&gt;"' in ui.icon("search", "Tìm <b>")


def test_entries_of_an_episode_are_escaped_wherever_they_come_from():
    nasty = "<script>alert(1)</script>"
    entry = {
        "icon": "pill",
        "title": nasty,
        "text": nasty,
        "when": nasty,
        "url": '"><b>',
        "badge_label": nasty,
    }

    shown = ui.entries([entry])

    assert "<script" not in shown
    assert 'href="&quot;&gt;&lt;b&gt;"' in shown


def test_a_life_of_500_entries_is_drawn_quickly():
    one = {
        "icon": "pill",
        "title": "Amoxicillin",
        "when": "03/10/2026",
        "text": "x",
        "badge_label": "Cao",
    }
    life = [{"title": "Khám", "year": 2026, "when": "x", "entries": [one] * 8}] * 63
    render_to_string("ui/components/timeline.html", {"episodes": life})

    started = time.process_time()
    render_to_string("ui/components/timeline.html", {"episodes": life})

    assert time.process_time() - started < 0.06, "the page's first byte has 100 ms for everything"
