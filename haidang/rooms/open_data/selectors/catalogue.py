"""The catalogue: data sets as files and as contributed, and how they are found."""

import functools
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.kernel import errors, text, yamlfile
from haidang.rooms.open_data import models
from haidang.rooms.open_data.domain import datasets

_FOLDER = Path(__file__).resolve().parents[1] / "data" / "datasets"


@functools.cache
def files():
    """Data sets of the city itself, by their files; wrong ones stop the house at its tests."""
    found = [
        datasets.read(yamlfile.read(path), path.name) for path in sorted(_FOLDER.glob("*.yaml"))
    ]
    datasets.check_together(found)
    return {one.key: one for one in found}


def contributed():
    """Data sets that people and businesses contributed."""
    rows = models.Contributed.objects.order_by("key").values_list("definition", flat=True)
    return {one["key"]: datasets.read(one) for one in rows}


def everything():
    """Every data set by its key, whether it has a release yet or not."""
    return {**contributed(), **files()}


def dataset(key):
    """One data set.

    Raises    NotFound `open_data.dataset_unknown`
    """
    found = files().get(key)
    if found is None:
        row = models.Contributed.objects.filter(key=key).first()
        found = datasets.read(row.definition) if row else None
    if found is None:
        raise errors.NotFound("open_data.dataset_unknown", _("Không có bộ dữ liệu này."))
    return found


def newest():
    """The newest release of every data set: {key: Release}."""
    rows = models.Release.objects.order_by("dataset", "-number").distinct("dataset")
    return {row.dataset: row for row in rows}


def first_made():
    """When each data set was released first: {key: moment}."""
    rows = models.Release.objects.order_by("dataset", "number").distinct("dataset")
    return dict(rows.values_list("dataset", "made_at"))


def newest_release(key):
    """The newest release of one data set, or None."""
    return models.Release.objects.filter(dataset=key).order_by("-number").first()


def releases(key):
    """Releases of a data set, newest first."""
    return list(models.Release.objects.filter(dataset=key).order_by("-number"))


def release(key, number=None):
    """One release, the newest without a number.

    Raises    NotFound `open_data.release_unknown`
    """
    rows = models.Release.objects.filter(dataset=key).order_by("-number")
    row = (rows.filter(number=number) if number is not None else rows).first()
    if row is None:
        raise errors.NotFound("open_data.release_unknown", _("Bộ dữ liệu chưa có bản phát hành này."))  # fmt: skip
    return row


def find(words="", *, theme="", tag=""):
    """Released data sets that hold every word, without regard to marks; the newest release first.

    Returns   [(DataSet, Release)]
    """
    wanted, all_newest = text.words(words), newest()
    found = []
    for one in everything().values():
        if one.key not in all_newest or (theme and one.theme != theme):
            continue
        if tag and tag not in (*one.keywords, *one.keywords_en):
            continue
        held = " ".join(text.words(searched(one)))
        if all(word in held for word in wanted):
            rank = sum(word in text.words(one.title + " " + one.title_en) for word in wanted)
            found.append((-rank, -all_newest[one.key].made_at.timestamp(), one.key, one))
    return [(one, all_newest[key]) for _rank, _at, key, one in sorted(found, key=lambda f: f[:3])]


def searched(one):
    """Everything in a data set's description that a search looks at."""
    columns = " ".join(f"{c.name} {c.title} {c.title_en}" for c in one.columns)
    return " ".join(
        [one.key, one.title, one.title_en, one.description, one.description_en,
         *one.keywords, *one.keywords_en, one.contact, columns]
    )  # fmt: skip
