"""Search parameters of one's own: SearchParameter resources that are stored here and active.

Whatever door wrote such a resource, every process notices within seconds: it looks now and then
whether the stored ones are still those it knows (`look`). From then on it indexes what is written
by them; search answers by them once every record has been read anew (`$reindex`).
"""

import re
import threading
import time
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import compression, kinds, r4, wire
from haidang.engines.records.index import (
    computed,
    extractor,
    hashing,
    parameters,
    strays,
)
from haidang.engines.records.index.parameters import Parameter, Path
from haidang.kernel import actor, errors, fhirjson

EVERY_S = 2.0
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9\-_]{0,63}\Z")
_KINDS = ("token", "string", "date", "number", "quantity", "reference", "uri")
_OURS = {"patient", "subject"}  # say whose record a resource is part of
_TYPE = kinds.code("SearchParameter")
_MARK = """
SELECT (SELECT count(*) || '-' || COALESCE(sum(r.seq), 0) FROM records_key k
        JOIN records_resource r ON r.rid = k.rid WHERE k.type = %s AND k.live)
    || '-' || (SELECT COALESCE(sum(i.rid + i.seq), 0) FROM records_indexed i)
"""
_STORED = """
SELECT r.rid, r.seq, r.body, i.seq IS NOT DISTINCT FROM r.seq
FROM records_key k JOIN records_resource r ON r.rid = k.rid
LEFT JOIN records_indexed i ON i.rid = r.rid
WHERE k.type = %s AND k.live ORDER BY r.rid
"""
_lock = threading.Lock()


class Elements:
    """Which JSON keys a path means and the type under each, from the compact catalogue of R4.

    The same questions and answers as `elements.Elements`, which reads all published definitions.
    """

    def leaves(self, root, steps):
        found = [((), root, root)]
        for step in steps:
            found = [leaf for one in found for leaf in self._follow(one, step)]
        return [(keys, type) for keys, type, _kind in found]

    def single(self, root, steps):
        kind = root
        for step in steps:
            element = _element(kind, step.name)
            if element is None or element.is_list:
                return False
            kind = element.inside or element.types[0]
        return True

    def _follow(self, before, step):
        keys, _type, kind = before
        element = _element(kind, step.name)
        if element is None:
            return []
        return [
            ((*keys, (form, step.where) if step.where else form), code, element.inside or code)
            for form, code in element.forms()
            if not (element.choice and step.of) or code.lower() == step.of.lower()
        ]


def _element(kind, name):
    known = r4.catalogue().kinds.get(kind)
    return next((e for e in known.elements if e.name == name), None) if known else None


# ── From a SearchParameter to what the index needs ─────────────────────────────────────────


def check(resource):
    """Refuse an active SearchParameter that could not be served; another one is not looked at.

    Raises    Incorrect `records.parameter_unfit` (facts: expression, why)
    """
    if resource.get("status") == "active":
        compiled(resource)


def compiled(resource):
    """The `Parameter` of each base type.

    Raises    Incorrect `records.parameter_unfit`
    """
    code, kind, bases = resource.get("code"), resource.get("type"), resource.get("base")
    if not isinstance(code, str) or not _CODE.match(code):
        raise _unfit("code", _("Mã tham số chỉ gồm chữ, số và dấu gạch, bắt đầu bằng chữ."))
    if kind not in _KINDS:
        raise _unfit(
            "type",
            _("Chỉ nhận tham số loại token, string, date, number, quantity, reference, uri."),
        )
    if not isinstance(bases, list) or not bases or not set(bases) <= set(kinds.CODES):
        raise _unfit("base", _("base phải nêu loại tài nguyên có trong R4."))
    if code in _OURS or any(code in parameters.published(base) for base in bases):
        raise _unfit("code", _("Loại tài nguyên này đã có tham số chuẩn mang mã đó."))
    return [_for(base, code, kind, resource) for base in bases]


def _for(base, code, kind, resource):
    text = resource.get("expression")
    if not isinstance(text, str) or not text.strip() or len(text) > 2000:
        raise _unfit("expression", _("Thiếu biểu thức FHIRPath."))
    _check_expression(text)
    common = {"type": base, "code": code, "kind": kind, "url": resource.get("url", "")}
    paths = _paths(text, base, kind)
    if paths is not None:
        if not any(type in extractor.EMITTERS[kind] for path in paths for _, type in path.leaves):
            raise _unfit("expression", _("Biểu thức không dẫn tới giá trị thuộc loại đã khai."))
        return Parameter(**common, paths=paths, targets=_targets(resource, paths))
    # Of a token nobody knows before whether it will have a system, so search tries both ways.
    path = Path(hashing.path(f"{base}.{text}:{kind}"), text, (((), "Coding"), ((), "code")))
    return Parameter(**common, paths=(path,), targets=_targets(resource, ()), computed=text)


def _paths(text, base, kind):
    """The paths of an expression, or None when some part of it is more than a path."""
    found = ()
    for part in text.split("|"):
        root = part.strip().lstrip("(").partition(".")[0]
        if root in kinds.CODES and root != base:
            continue  # speaks of another type of the same parameter
        paths = parameters.paths(part, base, kind, Elements())
        if not paths and "(" in part:
            return None
        found += paths
    return found


def _targets(resource, paths):
    narrowed = {path.target for path in paths if path.target}
    return tuple(sorted(narrowed or set(resource.get("target", ())) & set(kinds.CODES)))


def _check_expression(text):
    try:
        computed.evaluator(text)
    except Exception as why:  # fhirpathpy tells of a wrong expression in many ways
        raise _unfit("expression", _("Biểu thức FHIRPath không đọc được.")) from why


def _unfit(element, sentence):
    return errors.Incorrect(
        "records.parameter_unfit", sentence, expression=f"SearchParameter.{element}"
    )


# ── What is stored, and keeping up with it ─────────────────────────────────────────────────


@dataclass(frozen=True)
class Stored:
    """One active SearchParameter that is stored; `ready` when every record was read by it."""

    rid: int
    seq: int
    ready: bool
    parameters: tuple[Parameter, ...]


class _State:
    """What this process goes by."""

    database, mark, looked_at, stored = None, None, -EVERY_S, ()


def look(*, now=False):
    """Go by the parameters that are stored now; asks the database once in two seconds at most.

    Call it where a search or a write begins: not while rows are on their way.
    """
    database = connection.settings_dict["NAME"]
    fresh = time.monotonic() - _State.looked_at < EVERY_S and _State.database == database
    if fresh and not now:
        return
    with _lock, access.reach(actor.SYSTEM, people="all"):
        ((mark,),) = wire.rows(_MARK, [_TYPE])
        if (database, mark) != (_State.database, _State.mark):
            _adopt(tuple(_read(wire.rows(_STORED, [_TYPE]))))
        _State.database, _State.mark, _State.looked_at = database, mark, time.monotonic()


def mark():
    """What the parameters of every type are as of now: as long as it is the same, so are they."""
    look()
    return _State.mark


def stored():
    """The stored parameters that this process goes by."""
    return _State.stored


def _read(rows):
    read = compression.reader()
    for rid, seq, body, ready in rows:
        resource = fhirjson.loads(read(_TYPE, body))
        if resource.get("status") == "active":
            try:
                yield Stored(rid, seq, ready, tuple(compiled(resource)))
            except errors.Incorrect:
                continue  # came before it was looked at; it is not served


def _adopt(stored):
    kept = [parameter for each in stored for parameter in each.parameters]
    served = [parameter for each in stored if each.ready for parameter in each.parameters]
    parameters.adopt(kept, served)
    extractor.forget()
    strays.paths_to.cache_clear()
    _State.stored = stored
