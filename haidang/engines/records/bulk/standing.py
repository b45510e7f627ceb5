"""Whether what an export has made may still be given to who asked for it.

An export notes who is in its files and which denials it has left out. Whoever is told of the files,
or fetches one, is held to what is so at that moment: a denial that the export did not know, a care
relationship that has ended, a record that was labelled since. Then nothing of it is given any more,
and the files go. What is compared is what is so now with what the snapshot saw; no clock decides.
"""

import msgspec
from django.db import connection, transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import binary, kinds, lens, wire
from haidang.engines.records.bulk import storage
from haidang.engines.records.models import BulkJob
from haidang.engines.records.stored import COLUMNS, of_rows
from haidang.kernel import actor as actors
from haidang.kernel import errors, smart

_BINARY = kinds.code("Binary")
_MOST_JUDGED = 1000  # changed records that are looked at one by one; beyond, the export is closed

_IN_FORCE = """
d.org IN (%(asker)s, '*') AND NOT %(asker)s = ANY (d.but)
AND (d.since IS NULL OR d.since <= now()) AND (d.until IS NULL OR d.until > now())
"""
_LEFT_OUT = f"SELECT d.id FROM access_denial d WHERE {_IN_FORCE}"  # noqa: S608
_HOLDERS = "SELECT DISTINCT patient FROM records_attached WHERE rid = ANY (%s::bigint[]) AND patient IS NOT NULL"
_AMONG = """
EXISTS (SELECT FROM records_bulk_people p WHERE p.job_id = %(job)s
        AND {rid} BETWEEN p.low AND p.high AND {rid} = ANY (p.rids))
"""
_OUT_OF_REACH = """
EXISTS (
    SELECT FROM records_bulk_people p, unnest(p.rids) AS one(rid) WHERE p.job_id = %(job)s
    AND one.rid <> ALL (%(people)s::bigint[])
    AND NOT EXISTS (
        SELECT FROM access_care_relation care WHERE care.patient = one.rid
        AND care.org = ANY (%(orgs)s::text[]) AND (care.until IS NULL OR care.until > now())))
"""
# The denials that the snapshot did not know are found as two sets: of many, each would be sought in a list.
_DENIED = f"""
EXISTS (
    SELECT FROM access_denial d WHERE d.id = ANY (ARRAY(
        SELECT d.id FROM access_denial d WHERE {_IN_FORCE}
        EXCEPT SELECT unnest(held) FROM records_bulk_job WHERE number = %(job)s))
    AND (d.types IS NULL OR %(types)s::smallint[] IS NULL OR d.types && %(types)s::smallint[])
    AND {_AMONG.format(rid="d.patient")})
"""  # noqa: S608
_PURGED = f"""
EXISTS (SELECT FROM records_bulk_job j, jsonb_array_elements_text(j.stage->'purged') AS gone(rid)
        WHERE j.number = %(job)s AND {_AMONG.format(rid="gone.rid::bigint")})
"""  # noqa: S608
_NOTE_PURGED = """
UPDATE records_bulk_job
SET stage = jsonb_set(stage, '{purged}', COALESCE(stage->'purged', '[]') || to_jsonb(%s::bigint))
WHERE kind = 'export' AND state = 'running'
"""
_STANDS = f"""
SELECT NOT ({_PURGED} OR NOT %(whole)s AND {_OUT_OF_REACH} OR %(asker)s <> '' AND {_DENIED}),
       %(asker)s <> '' AND EXISTS (SELECT FROM access_denial d WHERE {_IN_FORCE} AND d.labels IS NOT NULL)
"""  # noqa: S608
# What was written since and is now closed by what it says, with the labels that close it. Seen as
# nobody, since the asker does not see it any more.
_HIDDEN = f"""
SELECT r.rid, l.labels FROM records_resource r CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT one.label) AS labels
    FROM access_denial d JOIN records_key k ON k.rid = r.rid AND k.h && d.labels, unnest(d.labels) AS one(label)
    WHERE %(asker)s <> '' AND d.patient = r.patient AND {_IN_FORCE}
    AND (d.types IS NULL OR r.type = ANY (d.types))) AS l
WHERE r.at >= %(moment)s AND r.version > 1 AND NOT r.deleted
AND (%(types)s::smallint[] IS NULL OR r.type = ANY (%(types)s::smallint[]))
AND (r.patient IS NULL OR {_AMONG.format(rid="r.patient")})
AND (l.labels IS NOT NULL OR %(lens)s <> ''
     AND NOT records_passes(NULLIF(%(lens)s, '')::jsonb, r.rid, r.type, r.patient))
LIMIT {_MOST_JUDGED + 1}
"""  # noqa: S608
# The versions that a snapshot may have seen of these: the last one before its moment, and all later ones.
_REPLACED = f"""
SELECT {COLUMNS} FROM records_history r WHERE r.rid = ANY (%s::bigint[])
AND (r.at >= %s OR NOT EXISTS (
    SELECT FROM records_history n WHERE n.rid = r.rid AND n.version > r.version AND n.at < %s))
"""  # noqa: S608


def left_out():
    """Numbers of the denials that close something to the asker of the reach that is open."""
    asker = access.sight().asker
    return _numbers(_LEFT_OUT, {"asker": asker}) if asker else []


def holders(rids):
    """Record numbers of the people whose records hold these files (Binary)."""
    return _numbers(_HOLDERS, [sorted(rids)]) if rids else []


def _numbers(statement, values):
    return [number for (number,) in _rows(statement, values)]


def _rows(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def check(row, *, by):
    """Refuse what a finished export may not give any more to who asks, in the reach that is open.

    Raises    NotAllowed `records.files_of_more` when this token covers less than the export holds;
              Gone `records.files_closed` when what it holds was closed, and then the files are gone
    """
    types = _types(row)
    _check_scopes(msgspec.convert(row.actor, actors.Actor), by, types or kinds.CODES.values())
    if not _stands(row, types):
        _close(row)
        raise closed()


def _check_scopes(then, now, types):
    kept = {text for text in then.permissions if smart.parse(text) is None}
    if kept <= now.permissions and lens.covers(_lens(now), _lens(then), types):
        return
    raise errors.NotAllowed(
        "records.files_of_more",
        _(
            "Các tệp này được xuất với phạm vi rộng hơn phạm vi của token đang dùng nên chưa đưa được. Tệp vẫn còn; hãy lấy bằng token có đủ phạm vi như khi yêu cầu xuất."
        ),
    )


def _lens(by):
    if by.kind == actors.SYSTEM_KIND:
        return ""
    return lens.of(by.permissions, "r", people=by.people, ceiling=by.ceiling)


def _stands(row, types):
    """True when all that is in the files may be seen in the reach that is open."""
    if row.held is None:
        return False  # made before it was noted who is in the files
    sight = access.sight()
    values = {
        "job": row.number, "whole": sight.whole, "people": sight.people, "orgs": sight.orgs,
        "asker": sight.asker, "types": types, "lens": sight.lens, "moment": row.moment,
    }  # fmt: skip
    ((stands, by_label),) = _rows(_STANDS, values)
    if stands and (by_label or lens.changes(sight.lens)):
        with access.reach(actors.SYSTEM, people="all", lens="", asker=""):
            return not _relabelled(values)
    return stands


def _relabelled(values):
    """True when something that the snapshot showed is closed by now because of what it says."""
    hidden = dict(_rows(_HIDDEN, values))
    if len(hidden) > _MOST_JUDGED:
        return True
    moment = values["moment"]
    rows = wire.rows(_REPLACED, [binary.int8s(sorted(hidden)), moment, moment], prepare=False)
    return any(
        not one.deleted
        and lens.admits(values["lens"], one)
        and lens.numbers_of(one).isdisjoint(hidden[one.rid] or ())
        for one in of_rows(rows)
    )


def _types(row):
    """Codes of the types in the files, None for any: deletions are told of all types together."""
    made = set(row.files.exclude(role="input").values_list("role", "type"))
    if any(role == "deleted" for role, _type in made):
        return None
    codes = sorted(kinds.code(type) for _role, type in made)
    # A file of a person is closed with whatever holds it.
    return None if _BINARY in codes else codes


def closed():
    return errors.Gone(
        "records.files_closed",
        _(
            "Từ khi xuất các tệp này, có người bệnh đã từ chối chia sẻ, hoặc hồ sơ trong tệp đã được đóng với hệ thống này, nên các tệp đã bị xoá. Dữ liệu gốc còn nguyên; hãy xuất lại từ đầu."
        ),
    )


def forget(rid):
    """Close every export that has something of a person whose data are gone for good (`purge`).

    Called when that is committed: whatever began to read before has its row by now, and one that
    is at work is told of it, since nobody knows yet whom it has met.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_PURGED, [rid])
    met = BulkJob.objects.filter(
        kind="export", state="done",
        people__low__lte=rid, people__high__gte=rid, people__rids__contains=[rid],
    )  # fmt: skip
    for row in met.distinct():
        _close(row)


def _close(row):
    """Throw away the files of an export that stands no more, and remember why."""
    told = closed()
    why = {"code": told.code, "message": told.message, "facts": {}}
    BulkJob.objects.filter(pk=row.pk).update(state="failed", why=why)
    transaction.on_commit(lambda: storage.discard(row.uid.hex))
