"""An import: NDJSON files taken in, a set of about a thousand lines at a time.

What a set writes and how far the file is read are one transaction, so a worker that is killed at
any moment has written all of a set or nothing of it, and the next one goes on behind it.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DataError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.records import drafts, events, outcomes, validation, worker, writing
from haidang.engines.records.bulk import desk as desks
from haidang.engines.records.bulk import jobs, sources, storage
from haidang.engines.records.index import own
from haidang.engines.records.models import BulkFault, BulkFile, BulkJob
from haidang.kernel import errors, fhirjson, room, systems

LINES, BYTES = 1000, 8 * 1024 * 1024  # of one set
ALONE = 2 * BYTES
# Of one line. Read, a value takes up to a hundred bytes, however few it has in the file.
MOST_VALUES, _FEW_BYTES = 1_000_000, 1024 * 1024
MOST_FAULTS = 100_000
LINE = systems.extension("line-number")
_ATTEMPTS = 5
_SETS_A_TRAINING = 25
_TURN_S = 0.0005


@dataclass(frozen=True)
class Source:
    """One file to take in; `type` is the resource type of its lines, empty for any."""

    url: str
    type: str = ""


def take_in(job, desk, manner):
    """Carry out an import, going on where it stood; return the rows of the files it made."""
    for row in BulkFile.objects.filter(job_id=job.number, role="input").order_by("number"):
        if not row.ended:
            _File(job, manner, row).take_in()
    worker.tidy()
    return _reports(job)


class _File:
    """One file on its way in; `row` says how much of it is done."""

    def __init__(self, job, manner, row):
        self.job, self.manner, self.row, self.sets = job, manner, row, 0

    def take_in(self):
        pieces, self.row.mark = sources.open_at(self.row.name, self.row.bytes, self.row.mark)
        for chunk in _ahead(_chunks(self.row, pieces)):
            own.look()
            self._write(chunk)
            chunk.forget()

    def _write(self, chunk):
        """Write a set together with its place in the file."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.manner.opened(self.job.actor):
                    faults = [*chunk.faults, *self._refused(chunk.entries)]
                    self._note(chunk, faults)
                break
            except errors.Conflict:  # two writers waited for each other; ours is undone whole
                if attempt == _ATTEMPTS:
                    raise
        self.row.lines, self.row.bytes = chunk.line, chunk.offset
        self.row.faults += len(faults)
        self.sets += 1
        if self.sets % _SETS_A_TRAINING == 2:
            worker.train()  # a first import finds no dictionaries, and bodies without take space

    def _refused(self, entries):
        """Write all that can be written; return (line, outcome) of the others."""
        if not entries:
            return []
        try:
            with transaction.atomic():
                writing.write([draft for _line, draft in entries], ())
                versions = [draft.outcome for _line, draft in entries if draft.seq is not None]
                self.manner.written(self.job.actor, versions)
                self._tell(entries, versions)
            return []
        except (errors.Conflict, errors.Unavailable):
            raise
        except (errors.HaidangError, DataError) as why:
            if len(entries) == 1:
                return [(entries[0][0], _outcome(why, entries[0][0]))]
        middle = len(entries) // 2
        return self._refused(entries[:middle]) + self._refused(entries[middle:])

    def _tell(self, entries, versions):
        """One event for a set: a ledger of a million equal lines would tell less."""
        facts = {
            "job": self.job.uid, "file": self.row.number, "from_line": entries[0][0],
            "to_line": entries[-1][0], "written": len(versions),
        }  # fmt: skip
        if versions:
            ledger.record(events.IMPORTED, by=self.job.actor, facts=facts)

    def _note(self, chunk, faults):
        """The place in the file and the count, in the transaction of the set.

        Raises    desk.Stopped when the job was cancelled; then the set is undone too
        """
        if room.STOPPING.is_set():
            raise desks.Stopped
        BulkFault.objects.bulk_create(
            BulkFault(file=self.row, line=line, outcome=outcome) for line, outcome in faults
        )
        BulkFile.objects.filter(pk=self.row.pk).update(
            bytes=chunk.offset, lines=chunk.line, faults=F("faults") + len(faults),
            ended=chunk.last, mark=self.row.mark,
        )  # fmt: skip
        taken = chunk.count - len(faults)
        if not BulkJob.objects.filter(pk=self.job.number, state=jobs.RUNNING).update(
            done=F("done") + taken, starts=1
        ):
            raise desks.Stopped
        if len(faults) + self.row.faults > MOST_FAULTS:
            raise _too_many_faults()


def _chunks(row, pieces):
    """The sets of a file from where it stands; the last one says so."""
    chunk = _Chunk(row.type, row.lines, row.bytes)
    try:
        for line, offset in sources.lines(pieces, row.bytes):
            if not chunk.take(line, offset):
                yield chunk
                chunk = _Chunk(chunk.type, chunk.line, chunk.offset)
                chunk.take(line, offset)
            line = None  # which may be long, and is in the set now
            if chunk.full:
                yield chunk
                chunk = _Chunk(chunk.type, chunk.line, chunk.offset)
    except errors.HaidangError:
        yield chunk  # what came before the fault
        raise
    chunk.last = True
    yield chunk


def _ahead(items):
    """Items, each made in a thread while the one before is dealt with.

    Reading a set is Python's work and writing it mostly PostgreSQL's, so the two run together. A
    set with a very long line is in memory alone: reading and writing take several times its length.
    """
    with _short_turns(), ThreadPoolExecutor(1, thread_name_prefix="records-import") as reader:
        waiting = reader.submit(next, items, None)
        while (item := waiting.result()) is not None:
            if item.size > ALONE:
                yield item
            waiting = reader.submit(next, items, None)
            if item.size <= ALONE:
                yield item


@contextmanager
def _short_turns():
    """Threads take turns ten times as often as they would.

    Each answer of PostgreSQL otherwise waits 5 ms for a turn of the thread that has it, and
    PostgreSQL with it: an import gained a twentieth.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class _Chunk:
    """The lines of one set: what can be tried, and what cannot be read."""

    def __init__(self, type, line, offset):
        self.type, self.line, self.offset = type, line, offset
        self.entries, self.faults, self.names = [], [], set()
        self.count = self.size = 0
        self.last = False

    @property
    def full(self):
        return self.count >= LINES or self.size >= BYTES

    def take(self, line, offset):
        """Take a line in; False when it names what the set holds already, for the next set."""
        number = self.line + 1
        if line is None or line.strip():
            try:
                draft = self._draft(line)
                if draft.name in self.names:
                    return False
                self.names.add(draft.name)
                self.entries.append((number, draft))
                self.size += len(line)
            except errors.HaidangError as why:
                self.faults.append((number, _outcome(why, number)))
            self.count += 1
        self.line, self.offset = number, offset
        return True

    def forget(self):
        """Let go of what is written: the next set may be as long."""
        self.entries.clear()
        self.faults.clear()

    def _draft(self, line):
        if line is None or (len(line) > _FEW_BYTES and _values(line) > MOST_VALUES):
            raise _line_too_long()
        resource = fhirjson.received(line)
        if self.type and isinstance(resource, dict) and resource.get("resourceType") != self.type:
            raise errors.Incorrect(
                "records.type_differs",
                _("Tài nguyên khác loại đã khai cho tệp này."),
                type=self.type,
            )
        if not isinstance(resource, dict):
            return drafts.Draft(resource)  # which says what is wrong with it
        validation.check_shape(resource)
        return drafts.Draft(resource)


def _values(line):
    """How many values a line has at most: a comma or bracket within a text counts too."""
    return sum(map(line.count, (b",", b"{", b"[")))


def _line_too_long():
    return errors.TooLarge(
        "records.line_too_long",
        _(
            "Dòng này dài hoặc có nhiều giá trị quá mức cho phép nên không được nhập; các dòng khác vẫn được"
            " nhập. Hãy chia nhỏ tài nguyên rồi nhập lại."
        ),
        most_bytes=sources.LONGEST_LINE,
        most_values=MOST_VALUES,
    )


def _outcome(why, line):
    """The OperationOutcome of one line, as a line of the report."""
    if not isinstance(why, errors.HaidangError):
        why = errors.Incorrect("records.value_unreadable", _("Có giá trị không lưu được."))
    found = outcomes.outcome(why)
    mark = {"url": LINE, "valueInteger": line}
    return fhirjson.dumps({"resourceType": "OperationOutcome", "extension": [mark], **found})


def _too_many_faults():
    return errors.RuleBroken(
        "records.too_many_faults",
        _("Quá nhiều dòng lỗi nên đã dừng; hãy xem lại tệp nguồn."),
        most=MOST_FAULTS,
    )


def _reports(job):
    """A file of OperationOutcomes for each file that had lines refused."""
    store, made = storage.open_store(), []
    for file in BulkFile.objects.filter(job_id=job.number, role="input", faults__gt=0):
        name, size = f"errors-{file.number}.ndjson", 0
        with store.create(f"{job.uid.replace('-', '')}/{name}") as report:
            for outcome in (
                file.refused.order_by("line").values_list("outcome", flat=True).iterator()
            ):
                report.write(bytes(outcome) + b"\n")
                size += len(outcome) + 1
        made.append(
            BulkFile(
                job_id=job.number, role="error", number=file.number, type="OperationOutcome",
                name=name, bytes=size, lines=file.faults, ended=True,
            )
        )  # fmt: skip
    return made
