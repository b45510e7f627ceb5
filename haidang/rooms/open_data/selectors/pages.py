"""What the public pages show: the catalogue, a data set, a release."""

from collections import Counter

from haidang.rooms.open_data import models
from haidang.rooms.open_data.domain import contributions, datasets
from haidang.rooms.open_data.selectors import catalogue, tables, words

_PREVIEW, _PAGE = 10, 20


def catalogue_page(asked, *, theme="", tag="", start=0):
    """Data sets that fit, page by page, with how many each theme has."""
    everything = catalogue.find(asked, tag=tag)
    counts = Counter(one.theme for one, _row in everything)
    theme = theme if theme in datasets.THEMES else ""
    found = [pair for pair in everything if not theme or pair[0].theme == theme]
    return {
        "asked": asked,
        "theme": theme,
        "tag": tag,
        "total": len(found),
        "lines": [_line(one, row) for one, row in found[start : start + _PAGE]],
        "themes": [(k, words.theme(k), counts[k], k == theme) for k in datasets.THEMES if counts[k]],
        "start": start,
        "next": start + _PAGE if len(found) > start + _PAGE else None,
        "previous": max(start - _PAGE, 0) if start else None,
    }  # fmt: skip


def _line(one, row):
    return {
        "key": one.key,
        "title": words.title(one),
        "description": words.description(one),
        "theme": words.theme(one.theme),
        "rhythm": words.RHYTHMS[one.rhythm],
        "made_at": row.made_at,
        "rows": row.row_count,
        "contributor": one.contributor,
    }


def dataset_page(key):
    """Everything of a data set's page; a set without a release says so instead of tables."""
    one = catalogue.dataset(key)
    history = catalogue.releases(key)
    newest = history[0] if history else None
    found = tables.rows(newest) if newest else []
    return {
        "one": one,
        "title": words.title(one),
        "description": words.description(one),
        "theme": words.theme(one.theme),
        "licence": words.licence(one.licence),
        "rhythm": words.RHYTHMS[one.rhythm],
        "columns": [(c, words.TYPES[c.type], c.title_en if words.english() and c.title_en else c.title) for c in one.columns],
        "newest": newest,
        "files": files(newest) if newest else [],
        "preview": tables.preview(one, found, _PREVIEW),
        "chart": tables.chart(one, found),
        "history": history,
        "observations": _observations(key),
    }  # fmt: skip


def files(release):
    """Files of a release as [(format, title, size, sha256)]."""
    return [(f["format"], words.FORMATS[f["format"]], f["size"], f["sha256"]) for f in release.files]  # fmt: skip


def release_page(key, number):
    """One release as it went out: its files, its dictionary of the day, what it says of itself."""
    one, row = catalogue.dataset(key), catalogue.release(key, number)
    return {"one": one, "title": words.title(one), "release": row, "files": files(row)}


def _observations(key):
    """What readers found and the department confirmed, with their names as they chose."""
    rows = models.Contribution.objects.filter(kind="observation", state="accepted", dataset=key)
    return [
        {
            "row": row.row_words,
            "column": row.column,
            "proposed": row.proposed,
            "words": row.description,
            "at": row.decided_at,
            "by": contributions.shown_name(row.shown_as, name=row.owner_name, organisation=row.organisation),
        }
        for row in rows.order_by("-decided_at")[:20]
    ]  # fmt: skip
