"""The files of documents: scans, pictures and letters that are kept in the record."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson
from haidang.rooms.health_record.fhir import papers

#: What a browser shows without running anything; all else is handed over as a file to keep.
SHOWN = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/plain": "txt",
}


@dataclass(frozen=True)
class Content:
    """The bytes of one file, and how they may be handed over.

    content_type   one of `SHOWN`, or what makes a browser keep the file
    name           tells nobody whose it is
    """

    content: bytes
    content_type: str
    name: str
    is_shown: bool


def lines(paper, url_of):
    """The files of a paper as links; `url_of` gives the address of one by its place.

    A file without an address can be opened nowhere, and its line says so.
    """
    return [
        {
            "title": one.title or _("Tệp %(number)d") % {"number": one.place + 1},
            "text": " · ".join(filter(None, (one.content_type, _size(one)))),
            "url": url_of(one.place) if one.is_here else one.url,
            "outside": bool(one.url),
        }
        for one in paper.files
    ]


def _size(one):
    return filesizeformat(one.size) if one.size else ""


def of(record, ref, place, *, by):
    """The bytes of one file of an opened record, as `Content`.

    Raises    NotFound `health_record.no_file`
    """
    for resource in record.resources("DocumentReference"):
        if f"DocumentReference/{resource['id']}" == ref:
            found = next((one for one in papers.files_of(resource) if one.place == place), None)
            if found is not None and found.is_here:
                return _content(_holder(record, resource, found, by), found)
    raise _missing()


def _holder(record, resource, found, by):
    """The element that holds the bytes: the attachment itself, or the Binary that it names."""
    if not found.binary:
        return resource["content"][found.place]["attachment"]
    with record.reopened(by):
        stored = records.get_many([f"Binary/{found.binary}"])
    held = [fhirjson.loads(one.body) for one in stored if not one.deleted]
    if not held or not record.may_show(held[0]):
        raise _missing()
    return held[0]


def _content(holder, found):
    try:
        content = papers.bytes_of(holder)
    except ValueError as why:
        raise _missing() from why
    told = (holder.get("contentType") or found.content_type).partition(";")[0].strip().lower()
    is_shown = told in SHOWN
    name = f"tep-{found.place + 1}.{SHOWN.get(told, 'bin')}"
    return Content(content, told if is_shown else "application/octet-stream", name, is_shown)


def _missing():
    return errors.NotFound("health_record.no_file", _("Hồ sơ này không có tệp đó."))
