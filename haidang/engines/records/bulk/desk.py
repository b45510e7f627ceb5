"""The worker's own connection beside its work: who does which job, how far, and is it wanted still.

A job is held by a session lock on this connection. When a worker is killed PostgreSQL lets go of
the lock, and the next one takes the job up: no clock decides who is alive.
"""

import time
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection

from haidang.engines.records.bulk import jobs
from haidang.engines.records.models import BulkJob
from haidang.kernel import room

_SPACE = 0x42554C4B
_EVERY_S = 0.5
MOST_STARTS = 5

# Of each owner the oldest job alone may run; of these the oldest is first.
_READY = """
SELECT number FROM records_bulk_job j
WHERE state IN ('waiting', 'running') AND (%(only)s::bigint IS NULL OR number = %(only)s)
AND NOT EXISTS (
    SELECT FROM records_bulk_job e
    WHERE e.owner = j.owner AND e.number < j.number AND e.state IN ('waiting', 'running'))
ORDER BY number
"""
_TAKE = """
UPDATE records_bulk_job SET state = 'running', starts = starts + 1,
    started_at = COALESCE(started_at, now())
WHERE number = %s AND state IN ('waiting', 'running')
"""
_TELL = """
UPDATE records_bulk_job SET done = %s, total = COALESCE(%s, total) WHERE number = %s
RETURNING state
"""
_PEOPLE = "INSERT INTO records_bulk_people (job_id, low, high, rids) VALUES (%s, %s, %s, %s)"


class Stopped(Exception):
    """The job was cancelled, or this process is to end: put everything down."""


@contextmanager
def taken(only=None):
    """Hold the next job that nobody works on (or this one), and yield (Job, Desk), or None."""
    with psycopg.connect(**_parameters(), autocommit=True) as own:
        number = _take(own, only)
        if number is None:
            yield None
            return
        try:
            yield jobs.job_of(BulkJob.objects.get(pk=number)), Desk(own, number)
        finally:
            _give_back(own, number)


def _take(own, only):
    for (number,) in own.execute(_READY, {"only": only}).fetchall():
        got = own.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", _key(number))
        if not got.fetchone()[0]:
            continue
        if own.execute(_TAKE, [number]).rowcount:
            return number
        _give_back(own, number)
    return None


def _give_back(own, number):
    """Give the job back at once; a connection that is closed does so when PostgreSQL notices."""
    with suppress(psycopg.Error):
        own.execute("SELECT pg_advisory_unlock(%s::int, %s::int)", _key(number))


def _key(number):
    return [_SPACE, number & 0x7FFFFFFF]


def let_go(number):
    """Whether no worker holds a job; none will before the transaction that asks has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s::int, %s::int)", _key(number))
        return cursor.fetchone()[0]


class Desk:
    """Where the work of one job tells how far it is, and hears whether to stop."""

    def __init__(self, own, number):
        self.own, self.number = own, number
        self.told_at = 0.0

    def tell(self, done, total=None, *, now=False):
        """Say how much is done, not more often than twice a second.

        Raises    Stopped when the job was cancelled or the process is to end
        """
        moment = time.monotonic()
        if not now and moment - self.told_at < _EVERY_S:
            return
        self.told_at = moment
        row = self.own.execute(_TELL, [done, total, self.number]).fetchone()
        if room.STOPPING.is_set() or row is None or row[0] != jobs.RUNNING:
            raise Stopped

    def note(self, moment):
        """Begin: the moment of the snapshot; who was gathered by an attempt before this one goes."""
        self.own.execute(
            "UPDATE records_bulk_job SET moment = %s, done = 0 WHERE number = %s",
            [moment, self.number],
        )
        self.own.execute("DELETE FROM records_bulk_people WHERE job_id = %s", [self.number])

    def note_left_out(self, denials):
        """The denials (numbers) that the snapshot knows: what they close is not in the files."""
        self.own.execute(
            "UPDATE records_bulk_job SET held = %s WHERE number = %s", [denials, self.number]
        )

    def note_people(self, rids):
        """Some people of whom something is in the files: record numbers in order."""
        self.own.execute(_PEOPLE, [self.number, rids[0], rids[-1], rids])


def _parameters():
    """What Django's connection was made with, as far as it says where to."""
    kept = connection.get_connection_params()
    names = ("dbname", "user", "host", "port", "password", "options", "sslmode", "sslrootcert")
    return {name: kept[name] for name in names if kept.get(name)}
