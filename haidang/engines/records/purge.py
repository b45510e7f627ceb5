"""Purge: a person's data gone for good, every version of it.

What stays of each record is that it was there: type, id, the moment and its change number. So
whoever keeps a copy (an export, the analytics, another system) is told by the change sequence to
throw it away too. Backups and the write-ahead log let go of it when their own time is over.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import binary, events, keys, kinds, reading, wire, writing
from haidang.engines.records.bulk import standing
from haidang.engines.records.index import hashing, parameters
from haidang.kernel import actor, errors

EVERYBODY = "all"
_OF_PATIENT = """
SELECT rid, type, id, deleted FROM records_resource WHERE patient = %s
UNION SELECT f.rid, f.type, f.id, f.deleted FROM records_attached a
JOIN records_resource f ON f.rid = a.rid WHERE a.patient = %s
"""
_FORMERLY = "SELECT DISTINCT rid FROM records_history WHERE patient = %s"
_ALLOW = "SELECT set_config('haidang.purge', %s, true)"
_HISTORY = """
WITH gone AS (DELETE FROM records_history WHERE rid = ANY (%s::bigint[]) OR patient = %s RETURNING 1)
SELECT count(*) FROM gone
"""
_TEXTS = "SELECT DISTINCT s FROM records_string WHERE rid = ANY (%s::bigint[])"
_IN_USE = """
SELECT c.s FROM unnest(%s::text[]) AS c(s) WHERE EXISTS (
    SELECT FROM records_string t WHERE t.p = ANY (%s::bigint[]) AND t.s = c.s)
"""
_NUMBERED = "SELECT EXISTS (SELECT FROM records_key WHERE h && %s::bigint[])"


@dataclass(frozen=True)
class Purged:
    """How much went: resources that were there, and versions of them."""

    resources: int
    versions: int


def purge(patient_ref, *, by, reason):
    """Remove everything of one person for good (xoá vĩnh viễn); there is no way back.

    reason    why, in a few words that name nobody; it stands in the ledger

    Raises    NotFound; RuleBroken `records.legal_hold`; Incorrect `records.reason_missing`
    Records   event `records.person.purged`
    """
    if not reason or not reason.strip():
        raise errors.Incorrect("records.reason_missing", _("Cần nêu lý do xoá vĩnh viễn."))
    _check_hold(patient_ref)
    with access.reach(actor.SYSTEM, people="all"):
        reading.lock(patient_ref)
        patient = reading.rid(patient_ref)
        rows = wire.rows(_OF_PATIENT, [patient, patient])
        rids = [rid for rid, *_rest in rows]
        texts = [s for (s,) in wire.rows(_TEXTS, [binary.int8s(rids)])]
        gone = [
            f"{kinds.name(code)}/{keys.unpack(id)}"
            for _rid, code, id, deleted in rows
            if not deleted
        ]
        writing.save_all([], by=by, deletes=gone)
        versions = _forget_versions(rids, patient)
        _forget_texts(texts)
        facts = {"reason": reason.strip()[:200], "resources": len(gone), "versions": versions}
        ledger.record(events.PURGED, by=by, about=patient_ref, facts=facts)
        transaction.on_commit(lambda: standing.forget(patient))
    return Purged(len(gone), versions)


def _check_hold(ref):
    if {ref, EVERYBODY} & set(settings.HAIDANG_LEGAL_HOLD):
        raise errors.RuleBroken(
            "records.legal_hold",
            _("Hồ sơ này đang được giữ theo yêu cầu pháp lý nên không được xoá."),
        )


def _forget_versions(rids, patient):
    """Old versions, also of what has since become somebody else's record."""
    formerly = [rid for (rid,) in wire.rows(_FORMERLY, [patient])]
    wire.rows(_ALLOW, ["{" + ",".join(map(str, sorted({*rids, *formerly}))) + "}"])
    ((versions,),) = wire.rows(_HISTORY, [binary.int8s(rids), patient])
    wire.rows(_ALLOW, [""])
    return versions


def _forget_texts(texts):
    """Names, addresses and the like that nobody else has."""
    if not texts:
        return
    paths = [p.number | odd for p in _paths("string") for odd in (0, 1)]
    used = {s for (s,) in wire.rows(_IN_USE, [binary.texts(texts), binary.int8s(paths)])}
    lone = [hashing.text_key(text) for text in texts if text not in used and not _numbered(text)]
    if lone:
        wire.cursor().execute(
            "DELETE FROM records_text WHERE key = ANY (%s::bigint[])", [binary.int8s(lone)]
        )


def _numbered(text):
    """True when some record has the text as the words of a code, or as an address."""
    key = hashing.text_key(text)
    numbers = [hashing.below(path.number, hashing.TEXT) ^ key for path in _paths("token")]
    numbers += [path.number ^ key for path in _paths("uri")]
    ((used,),) = wire.rows(_NUMBERED, [binary.int8s(numbers)])
    return used


def _paths(kind):
    known = parameters.catalogue()
    found = {
        path.number: path
        for type in kinds.NAMES
        for parameter in known.kept(type).values()
        if parameter.kind == kind
        for path in parameter.paths
    }
    return found.values()
