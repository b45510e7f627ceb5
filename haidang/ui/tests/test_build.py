"""The build: icons are all drawn, nothing is inline, and a second build has nothing to do."""

import re

import pytest

from haidang.ui import build, sprite

TEMPLATES = sorted(build.PACKAGE.glob("**/templates/**/*.html"))
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\b(src|type=\"application/(ld\+)?json\"))"
)


def test_every_icon_that_is_named_is_drawn():
    missing = [
        name
        for name in sprite.names()
        if not sprite.source(name, build.MODULES / "lucide-static" / "icons")
    ]

    assert missing == []


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=[str(p.relative_to(build.PACKAGE)) for p in TEMPLATES]
)
def test_no_template_holds_inline_script_or_style(path):
    assert INLINE.findall(path.read_text()) == []


def test_a_second_build_has_nothing_to_do():
    build.build(say=lambda _line: None)

    assert build.build(say=lambda _line: None) == []


def test_a_daily_page_stays_light():
    packed = sum(_gzipped(build.OUT / name) for name in ("app.css", "app.js"))

    assert packed < 100_000


def _gzipped(path):
    import gzip

    return len(gzip.compress(path.read_bytes()))
