"""Where the record came from, and how its parts changed over time."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson
from haidang.rooms.health_record import fhir
from haidang.rooms.health_record.domain import changes
from haidang.rooms.health_record.selectors import words

#: Versions compared on one page.
MOST = 30


@dataclass(frozen=True)
class Version:
    """One version of one part, with what it changed (phiên bản)."""

    number: int
    at: object
    deleted: bool
    changes: list


def sources(record, url_of):
    """The messages from which the record came, newest first.

    url_of    address of a message by its receipt, or "" for who may not open it
    """
    found = sorted(record.of("Provenance"), key=lambda s: s.at or "", reverse=True)
    return [
        {
            "when": source.at,
            "sender": record.places.get(source.sender, source.sender),
            "activity": source.activity or _("Hồ sơ khám chữa bệnh"),
            "url": url_of(source.message) if source.message else "",
            "targets": source.targets,
        }
        for source in found
    ]


def stored(record, url_of, *, kind=""):
    """The parts of one type as stored; without a type those that were ever changed."""
    return [
        {
            "type": words.word(words.TYPES, one.type),
            "name": _name(one),
            "version": one.version,
            "at": one.at,
            "url": url_of(one.ref),
        }
        for one in record.readable
        if (one.type == kind if kind else one.version > 1)
    ]


def kinds(record, url_of, *, kind=""):
    """The types of parts with how many there are, as filters."""
    counts = Counter(one.type for one in record.readable)
    changed = sum(one.version > 1 for one in record.readable)
    chips = [{"label": _("Đã thay đổi"), "count": changed, "url": url_of(""), "active": not kind}]
    for name in sorted(counts, key=lambda name: words.word(words.TYPES, name)):
        label = words.word(words.TYPES, name)
        chips.append(
            {"label": label, "count": counts[name], "url": url_of(name), "active": name == kind}
        )
    return chips


def _name(one):
    part = fhir.part_of(fhirjson.loads(one.body)) if one.type in fhir.TYPES else None
    name = getattr(part, "name", "") or getattr(part, "title", "") or ""
    return words.short(name, 80)


def of(record, ref, *, by):
    """The versions of one part of an opened record, newest first.

    Raises    NotFound `health_record.no_part` when it is not part of this record
    """
    if ref not in {one.ref for one in record.readable}:
        raise errors.NotFound("health_record.no_part", _("Hồ sơ này không có phần đó."))
    with record.reopened(by):
        history = records.history(ref, count=MOST).entries
    found, before = [], {}
    for one in sorted(history, key=lambda one: one.version):
        after = {} if one.deleted else fhirjson.loads(one.body)
        if not record.may_show(after):  # an earlier version may have been restricted
            continue
        found.append(Version(one.version, one.at, one.deleted, changes.between(before, after)))
        before = after
    return found[::-1]
