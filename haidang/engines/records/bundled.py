"""What one entry of a batch or transaction asks for."""

import contextlib
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from django.utils.translation import gettext as _

from haidang.engines.records import drafts, kinds
from haidang.kernel import errors

_METHODS = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")
VERSION = re.compile("[0-9]{1,9}")


@dataclass
class Entry:
    """One entry on its way: what it asks for, and what came of it."""

    number: int
    method: str
    url: str
    full_url: str | None
    resource: dict | None
    request: dict
    found: object = None
    draft: object = None
    outcome: object = None
    answer: dict | None = None

    @cached_property
    def type(self):
        return self.url.split("?")[0].split("/")[0]

    @cached_property
    def types(self):
        """The resource types that it names: one, or those of a search over several."""
        if self.type:
            return (self.type,)
        named = (value for name, value in pairs(self.query) if name == "_type")
        return tuple(name for value in named for name in value.split(",") if name)

    @property
    def reads(self):
        return self.method in ("GET", "HEAD")

    @cached_property
    def asks(self):
        """Whether it asks for what this engine does not answer in bundles by itself.

        Those are operations, histories, searches within a compartment or over all types, what the
        server says of itself, and addresses that it does not know.
        """
        parts = self.path.split("/")
        if any(part.startswith("$") for part in parts):
            return self.reads or self.method == "POST"
        if not self.reads:
            return len(parts) > (1 if self.method == "POST" else 2)
        version = len(parts) == 4 and parts[2] == "_history"
        plain = len(parts) < 3 and parts[-1] not in ("_history", "metadata")
        return not (version or plain) or not self.types

    @property
    def saves(self):
        """Whether it brings a whole resource to be written."""
        return self.method in ("POST", "PUT") and not self.asks

    @property
    def deletes(self):
        return self.method == "DELETE" and not self.asks

    @property
    def patches(self):
        return self.method == "PATCH" and not self.asks

    @property
    def is_search(self):
        return self.reads and "/" not in self.path

    @cached_property
    def path(self):
        return self.url.partition("?")[0]

    @cached_property
    def query(self):
        return self.url.partition("?")[2]

    @property
    def condition(self):
        """(type, query) that decides which resource this entry is about, or None."""
        if self.method == "POST" and self.saves and "ifNoneExist" in self.request:
            return self.type, self.request["ifNoneExist"].lstrip("?")
        if self.method in ("PUT", "PATCH", "DELETE") and "/" not in self.path:
            return self.type, self.query
        return None

    @property
    def expected(self):
        """The version that there must be now, as `writing.save` takes it."""
        text = self.request.get("ifMatch", "").strip()
        if text == drafts.ANY:
            return drafts.ANY
        if text:
            return numbered(self, text)
        return 0 if self.request.get("ifNoneMatch") == "*" else None


def of(number, raw, admit):
    """The entry that stands at a number of a bundle, when it can be read and is admitted.

    Raises    Incorrect `records.bundle_unreadable`, whatever `admit` raises
    """
    entry = _entry(number, raw)
    if entry.asks:
        return entry
    if entry.saves and entry.resource is None:
        raise unreadable(number, _("Mục POST hoặc PUT phải có resource."))
    if not entry.types or not (entry.type or entry.is_search):
        raise unreadable(number, _("Mục trong gói phải nêu loại tài nguyên ở request.url."))
    if admit is not None:
        admit(entry)
    for type in entry.types:
        kinds.code(type)
    return entry


def _entry(number, raw):
    request = raw.get("request") if isinstance(raw, dict) else None
    if not isinstance(request, dict) or request.get("method") not in _METHODS:
        raise unreadable(number, _("Mục trong gói thiếu request.method hợp lệ."))
    if "url" not in request:
        raise unreadable(number, _("Mục trong gói thiếu request.url."))
    if not all(isinstance(each, str) for each in (*request.values(), raw.get("fullUrl", ""))):
        raise unreadable(number, _("fullUrl và mọi giá trị trong request phải là chuỗi."))
    if not isinstance(raw.get("resource", {}), dict):
        raise unreadable(number, _("resource của mục phải là một đối tượng JSON."))
    path, mark, query = request["url"].partition("?")
    url = path.strip("/") + mark + query
    return Entry(number, request["method"], url, raw.get("fullUrl"), raw.get("resource"), request)


def readable(content):
    """The entries of a bundle that can be read, whoever may be admitted to them."""
    raws = content.get("entry")
    found = []
    for number, raw in enumerate(raws if isinstance(raws, list) else ()):
        with contextlib.suppress(errors.HaidangError):
            found.append(of(number, raw, None))
    return found


def unreadable(number, sentence):
    """The refusal of an entry that nobody understands."""
    return errors.Incorrect("records.bundle_unreadable", sentence, entry=number)


def pairs(query):
    """(name, value) of each parameter of a query."""
    parts = (part.partition("=") for part in query.split("&"))
    return [(unquote(name), unquote(value)) for name, sign, value in parts]


def numbered(entry, etag):
    """The version that an ETag names."""
    digits = _digits(etag)
    if not VERSION.fullmatch(digits):
        raise unreadable(entry.number, _('ifMatch và ifNoneMatch phải có dạng W/"3".'))
    return int(digits)


def known(entry):
    """The versions that `ifNoneMatch` names, or `ANY`; None without it."""
    text = entry.request.get("ifNoneMatch", "").strip()
    if text == drafts.ANY:
        return drafts.ANY
    digits = map(_digits, text.split(","))
    return {int(each) for each in digits if VERSION.fullmatch(each)} if text else None


def _digits(etag):
    return etag.strip().removeprefix("W/").strip('"')
