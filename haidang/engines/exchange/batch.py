"""Writing many judged dossiers as one set (ghi cả lô): the heart of the intake.

Everything here happens inside the caller's transaction: locks on the visits, the verdict on
each telling, people, records, care relationships, the ledger, and the rows of the monitor.
Either all of it is there afterwards or nothing is.
"""

import hashlib
from collections import defaultdict

from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.exchange import mapping, models, problems, sets, standing
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor

State = models.Dossier.State
_PLACE = ["message_id", "position"]
_JUDGED = [
    "facility", "visit", "rank", "made_on", "state", "errors", "warnings", "encounter", "patient",
    "refs", "tries", "next_try_at", "fault",
]  # fmt: skip
_ANEW = (
    f"ON CONFLICT ({', '.join(_PLACE)}) DO UPDATE"
    f" SET {', '.join(f'{name} = excluded.{name}' for name in _JUDGED)}"
    f" RETURNING id, {', '.join(_PLACE)}"
)
_EVENTS = {
    State.ACCEPTED: "exchange.dossier.accepted",
    State.REJECTED: "exchange.dossier.rejected",
    State.SUPERSEDED: "exchange.dossier.superseded",
}


def write(cases):
    """Settle and write the cases; the caller holds the transaction and full reach.

    Records   events `exchange.dossier.accepted`, `.rejected` and `.superseded`, one for each
              dossier whose state changed
    """
    if not cases:
        return
    visits = sorted({case.visit for case in cases if case.visit})
    _lock(visits)
    rows = _rows_of(cases)
    rivals = _rivals(visits, rows)
    before = {id(row): row.state for row in [*rows.values(), *rivals]}
    _settle(cases, rows, rivals)
    _write_records(cases, rows, rivals)
    changed = [row for row in [*rivals, *rows.values()] if before[id(row)] != row.state]
    _save_rows(cases, rows, [row for row in rivals if row in changed])
    _retire_mistakes([*rows.values(), *rivals])
    _tell(changed, {case.message.pk: case.message for case in cases})


def _lock(visits):
    """One telling of a visit at a time, in every process; always in the same order."""
    keys = sorted(_lock_key(*visit) for visit in visits)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(k) FROM unnest(%s::bigint[]) AS k", [keys])


def _lock_key(facility, visit):
    name = f"claims|{facility}|{visit}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), "big", signed=True)


def _rows_of(cases):
    """The row of each case, by (message, position): the one of an earlier try, or a new one."""
    messages, positions = {c.message.pk for c in cases}, {c.position for c in cases}
    found = models.Dossier.objects.filter(message__in=messages, position__in=positions)
    earlier = {(row.message_id, row.position): row for row in found}
    return {_place(case): _filled(earlier.get(_place(case)), case) for case in cases}


def _place(case):
    return case.message.pk, case.position


def _filled(row, case):
    row = row or models.Dossier(message_id=case.message.pk, position=case.position, state="")
    row.facility, row.visit = case.facility[:20], case.dossier.ma_lk[:100]
    row.rank, row.made_on = case.key.rank, case.key.made_on
    row.errors = sum(each.is_error for each in case.problems)
    row.warnings = len(case.problems) - row.errors
    row.next_try_at, row.fault = None, ""
    return row


def _rivals(visits, rows):
    """Other tellings of the same visits that have not been superseded yet."""
    facilities, keys = [v[0] for v in visits], [v[1] for v in visits]
    found = models.Dossier.objects.raw(
        "SELECT d.* FROM exchange_dossier d"
        " JOIN unnest(%s::text[], %s::text[]) AS v(facility, visit)"
        "   ON d.facility = v.facility AND d.visit = v.visit"
        " WHERE d.state <> 'superseded'",
        [facilities, keys],
    )
    return [row for row in found if (row.message_id, row.position) not in rows]


def _key(row):
    return standing.Key(row.rank, row.made_on, row.message_id, row.position)


def _settle(cases, rows, rivals):
    by_visit = defaultdict(list)
    for case in cases:
        row = rows[_place(case)]
        row.state = _own_merit(case, row)
        if case.visit:
            by_visit[case.visit].append(row)
    for row in rivals:
        by_visit[row.facility, row.visit].append(row)
    for tellings in by_visit.values():
        states = standing.settle(standing.Telling(_key(row), row.state) for row in tellings)
        for row in tellings:
            row.state = states[_key(row)]


def _own_merit(case, row):
    # What was taken in once is not taken back because rules have grown stricter since.
    if case.is_sound or row.state == State.ACCEPTED:
        return State.ACCEPTED
    return State.REJECTED


def _write_records(cases, rows, rivals):
    """Put the visits that now count into the records, and take away what they leave behind."""
    sound = [case for case in cases if case.is_sound]
    if not sound:
        return
    told = [
        (rows[_place(case)], case, who)
        for case, who in zip(sound, mapping.people_of(sound), strict=True)
    ]
    for row, _, who in told:
        row.patient = who.patient_ref
    visits = mapping.map_all(
        [(case, who) for row, case, who in told if row.state == State.ACCEPTED]
    )
    leaves = _refs_before([*rows.values(), *rivals])
    for visit in visits:
        row = rows[_place(visit.case)]
        leaves[visit.case.visit] -= set(visit.owned)
        row.refs, row.encounter = visit.owned, visit.encounter_ref
    deletes = sorted(ref for visit in visits for ref in leaves[visit.case.visit])
    records.save_all(mapping.together(visits), by=actor.SYSTEM, deletes=deletes)
    access.relate_many((v.who.patient_rid, v.case.dossier.facility, "encounter") for v in visits)
    people.revive([v.who.patient_ref for v in visits if v.who.retired], by=actor.SYSTEM)


def _refs_before(rows):
    """What each visit stood for so far."""
    refs = defaultdict(set)
    for row in rows:
        refs[row.facility, row.visit].update(row.refs)
    return refs


def _save_rows(cases, rows, overtaken):
    # The overtaken first: only one telling of a visit may be accepted at any moment.
    if overtaken:
        gone = models.Dossier.objects.filter(pk__in=[row.pk for row in overtaken])
        gone.update(state=State.SUPERSEDED, refs=[], next_try_at=None)
        models.Problem.objects.filter(dossier__in=[row.pk for row in overtaken]).update(live=False)
    for row in rows.values():
        if row.state != State.ACCEPTED:
            row.refs = []
    again = [row.pk for row in rows.values() if row.pk]
    kept = sets.insert("exchange_dossier", [*_PLACE, *_JUDGED], rows.values(), _ANEW)
    for pk, *place in kept:
        rows[tuple(place)].pk = pk
    pairs = ((rows[_place(case)], case.problems) for case in cases)
    problems.keep_of_dossiers(pairs, again=again)


_MISTAKEN = """
    SELECT old.patient, array_agg(DISTINCT now.patient)
    FROM exchange_dossier old
        JOIN exchange_dossier now ON now.facility = old.facility AND now.visit = old.visit
            AND now.state = 'accepted' AND now.patient <> old.patient
    WHERE old.state = 'superseded' AND old.patient = ANY(
        SELECT o.patient FROM unnest(%s::text[], %s::text[]) AS v(facility, visit)
            JOIN exchange_dossier o ON o.facility = v.facility AND o.visit = v.visit
        WHERE o.state = 'superseded' AND o.patient <> '')
    GROUP BY old.patient
"""


def _retire_mistakes(rows):
    """Take out of use the people of whom only overtaken tellings speak: their number, name or birth
    date was a mistake. Asked of the rows, so that it depends on no order of arrival."""
    spoken = defaultdict(set)
    for row in rows:
        if row.patient:
            spoken[row.facility, row.visit].add(row.patient)
    corrected = sorted(visit for visit, refs in spoken.items() if len(refs) > 1)
    if corrected:
        with connection.cursor() as cursor:
            cursor.execute(_MISTAKEN, [list(column) for column in zip(*corrected, strict=True)])
            people.retire(dict(cursor.fetchall()), by=actor.SYSTEM)


def _tell(changed, messages):
    ledger.record_many([_entry(row, messages) for row in changed], by=actor.SYSTEM)


def _entry(row, messages):
    message = messages.get(row.message_id) or row.message
    return ledger.Entry(
        _EVENTS[row.state],
        about=row.patient or None,
        record=row.encounter or None,
        org=row.facility or message.org or None,
        facts={"message": message.receipt, "position": row.position, "errors": row.errors},
    )
