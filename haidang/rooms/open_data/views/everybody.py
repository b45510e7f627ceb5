"""The public pages: catalogue, data set, release, files; for people and, by negotiation, machines."""

import json

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.kernel import errors
from haidang.kernel.described import TEXT, Answer, Deed, described
from haidang.rooms.open_data import selectors
from haidang.rooms.open_data.selectors import dcat
from haidang.rooms.open_data.views import bounds, shapes

_JSON_LD = "application/ld+json"
_ENDINGS = {"dictionary": "-dictionary.csv"}
# What would end the data block early, written as JSON may write it.
_SAFE = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


_KEY = {"key": "Of the data set, as the catalogue names it"}
_UNKNOWN = ("open_data.dataset_unknown", "open_data.release_unknown", "access.too_many")
_FORMS = "csv, json, parquet or dictionary"


def _deed(operation, summary, answer, codes=_UNKNOWN, **more):
    return described(Deed(operation, summary, {200: answer}, codes=codes, tag="open data", **more))


def _page_or(shape):
    return Answer(
        "A page; JSON-LD to who asks for it by Accept", TEXT, "text/html", more={shapes.LD: shape}
    )


def base_of(request):
    """The address of the catalogue's page, as the asker wrote our name."""
    return request.build_absolute_uri(reverse("open_data:catalogue"))


def _wants_graph(request):
    """Whether the asker prefers JSON-LD to a page."""
    return request.get_preferred_type(["text/html", _JSON_LD, "application/json"]) in (_JSON_LD, "application/json")  # fmt: skip


def _graph(found):
    text = json.dumps(found, ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type=f"{_JSON_LD}; charset=utf-8")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _varied(answer):
    patch_vary_headers(answer, ["Accept"])
    return answer


@_deed(
    "getCatalogue",
    "The data sets",
    _page_or(shapes.CATALOGUE),
    ("access.too_many",),
    query={"q": ("Words, with or without marks; on the page", TEXT)},
)
@access.screen("public", portal="public")
def catalogue(request):
    """Find data sets by words and theme; JSON-LD for who asks for it."""
    bounds.spend(request, "page")
    if _wants_graph(request):
        return _varied(_graph(dcat.catalogue_graph(base_of(request))))
    asked, theme = request.GET.get("q", "")[:100], request.GET.get("chu-de", "")[:20]
    start = request.GET.get("tu", "0")
    start = min(int(start), 10_000) if start.isascii() and start.isdigit() else 0
    shown = selectors.catalogue_page(
        asked, theme=theme, tag=request.GET.get("the", "")[:60], start=start
    )
    shown["page"] = _pages(request, shown)
    shown["themes"] = [
        (*one, _query(request, **{"chu-de": one[0], "tu": ""})) for one in shown["themes"]
    ]
    shown["all_url"] = _query(request, **{"chu-de": "", "tu": ""})
    return _varied(render(request, "open_data/catalogue.html", shown))  # fmt: skip


def _query(request, **changes):
    """This page's address with some parameters changed, empty ones left out."""
    found = request.GET.copy()
    for name, value in changes.items():
        found.pop(name, None)
        if value not in ("", None):
            found[name] = value
    return f"?{found.urlencode()}"


def _pages(request, shown):
    after, before = shown["next"], shown["previous"]
    return {
        "next_url": _query(request, tu=after) if after is not None else "",
        "previous_url": _query(request, tu=before) if before is not None else "",
        "total": shown["total"],
    }


@_deed(
    "getCatalogueGraph",
    "The data sets as DCAT-AP",
    Answer("JSON-LD", shapes.CATALOGUE, shapes.LD),
    ("access.too_many",),
)
@access.screen("public", portal="public")
def catalogue_graph(request):
    """The catalogue as DCAT-AP."""
    bounds.spend(request, "api")
    return _graph(dcat.catalogue_graph(base_of(request)))


@_deed("getDataset", "One data set", _page_or(shapes.DATASET), path=_KEY)
@access.screen("public", portal="public")
def see_dataset(request, key):
    """One data set: description, chart, first rows, files, dictionary, licence, quality, history."""
    bounds.spend(request, "page")
    if _wants_graph(request):
        return _varied(_graph(dcat.dataset_graph(key, base_of(request))))
    shown = selectors.dataset_page(key)
    if shown["newest"]:
        page = request.build_absolute_uri(reverse("open_data:see_dataset", args=[key]))
        shown["schema_org"] = _block(dcat.schema_org(shown["one"], shown["newest"], page))
    return _varied(render(request, "open_data/dataset.html", shown))


def _block(found):
    """JSON for a data block in a page: data that no browser runs, so the policy lets it stand."""
    return mark_safe(json.dumps(found, ensure_ascii=False).translate(_SAFE))  # noqa: S308 - escaped


@_deed(
    "getDatasetGraph",
    "One data set as DCAT-AP",
    Answer("JSON-LD", shapes.DATASET, shapes.LD),
    path=_KEY,
)
@access.screen("public", portal="public")
def dataset_graph(request, key):
    """One data set as DCAT-AP."""
    bounds.spend(request, "api")
    return _graph(dcat.dataset_graph(key, base_of(request)))


@access.screen("public", portal="public")
def see_release(request, key, number):
    """One release as it went out."""
    bounds.spend(request, "page")
    return render(request, "open_data/release.html", selectors.release_page(key, number))


@_deed(
    "getFile",
    "A file of a release",
    shapes.FILE,
    (*_UNKNOWN, "open_data.file_unknown"),
    path=_KEY | {"number": "Of the release", "name": f"Any name that ends in {_FORMS}"},
)
@access.screen("public", portal="public")
def download(request, key, number, name):
    """A file of a release, under a name that tells what it is."""
    return _file(request, selectors.release(key, number), name.rpartition(".")[2])


@_deed(
    "getNewestFile",
    "A file of the newest release",
    shapes.FILE,
    (*_UNKNOWN, "open_data.file_unknown"),
    path=_KEY | {"form": _FORMS},
    text="An address that stays.",
)
@access.screen("public", portal="public")
def download_newest(request, key, form):
    """A file of the newest release: an address that stays."""
    return _file(request, selectors.release(key), form)


def _file(request, release, form):
    bounds.spend(request, "file")
    kept = selectors.file_of(release, form)
    if kept is None:
        raise errors.NotFound("open_data.file_unknown", _("Bản phát hành không có tệp này."))
    ending = _ENDINGS.get(form, f".{form}")
    kind = f"{kept['type']}; charset=utf-8" if kept["type"] == "text/csv" else kept["type"]
    answer = FileResponse(
        documents.open_file(kept["file"]),
        content_type=kind,
        as_attachment=True,
        filename=f"{release.dataset}-{release.number}{ending}",
    )
    answer.headers["ETag"] = f'"{kept["sha256"]}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
