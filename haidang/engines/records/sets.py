"""One set of resources on its way into the tables, in two exchanges whatever its size.

The first finds, locks and numbers; the second writes. In between nothing waits for anything.
"""

from django.db import IntegrityError
from django.utils.translation import gettext as _

from haidang.engines.records import (
    binary,
    bodies,
    compression,
    drafts,
    keys,
    kinds,
    rows,
    statements,
    wire,
)
from haidang.engines.records.index import extractor, hashing, leading
from haidang.engines.records.stored import Stored
from haidang.kernel import errors, fhirjson

SKIP = "skip"


class Before:
    """The row that an entry replaces."""

    __slots__ = ("live", "version", "deleted", "patient", "seq", "at", "body")

    def __init__(self, live, version, deleted, patient, seq, at, body):
        self.live, self.version, self.deleted = live, version, deleted
        self.patient, self.seq, self.at, self.body = patient, seq, at, body


class WriteSet:
    """One attempt at writing a set of drafts and removals (see `drafts`)."""

    def __init__(self, entries, removals, unchanged):
        self.entries = entries
        self.removals = removals
        self.unchanged = unchanged
        self.rids = {}
        self.patients = {}

    def write(self):
        """Write it; False when another writer was first with one of the new ids."""
        if not self._look():
            return False
        self._decide()
        return self._send()

    # ── First exchange ─────────────────────────────────────────────────────────────────────

    def _look(self):
        for entry in (*self.entries, *self.removals):
            entry.before = entry.rid = entry.seq = None
        known = [e for e in (*self.entries, *self.removals) if not e.fresh]
        known.sort(key=_order)
        own = {entry.name for entry in self.entries}
        others = sorted({target for e in self.entries for _, target in e.found.references} - own)
        sources = self._sources(own)
        count = len(self.entries) + len(self.removals) + len(others)
        with wire.pipeline():
            wire.cursor().execute(statements.ANNOUNCE)
            locked, current = _ask_twice(known, sources)
            found = _ask(statements.RIDS, others)
            patients = _ask(statements.PATIENTS, sources)
            numbers = wire.cursor().execute(statements.NUMBERS, [count], binary=True)
        ((self.now, fresh),) = numbers.fetchall()
        self.numbers = iter(fresh)
        standing, whose = _all(current), _all(patients)
        # A row that came between the lock and the look is not held: begin again.
        held = _all(locked)
        own = sum(source is None for _own, source in held)
        if (len(standing), len(whose)) != (own, len(held) - own):
            return False
        self._take_current(known, standing)
        self._take_others(others, found)
        self._take_patients(sources, whose)
        return True

    def _sources(self, own):
        """What a Patient is inherited from, as far as it is not in this set."""
        asking = (e for e in self.entries if e.subject is None)
        return sorted({source for e in asking for source in e.sources} - own)

    def _take_current(self, known, rows):
        read = compression.reader()
        for n, rid, live, version, *rest, body in rows:
            entry = known[n - 1]
            entry.rid = rid
            if version is not None:
                text = read(entry.code, body) if body else b""
                entry.before = Before(live, version, *rest, text)
            elif live:
                raise _out_of_reach()

    def _take_others(self, others, found):
        for n, rid in _all(found):
            self.rids[others[n - 1]] = rid
        self.missing = [name for name in others if name not in self.rids]
        for name in self.missing:
            self.rids[name] = next(self.numbers)

    def _take_patients(self, sources, whose):
        """Whose the sources are; one out of reach would leave its resource to everybody."""
        for n, patient, hidden in whose:
            if hidden:
                raise _out_of_reach()
            self.patients[sources[n - 1]] = patient

    # ── Decisions ──────────────────────────────────────────────────────────────────────────

    def _decide(self):
        for entry in (*self.entries, *self.removals):
            _check_version(entry)
        self._number()
        for entry in self.entries:
            entry.patient = self._patient(entry)
        unnamed = [entry for entry in self.entries if entry.patient is None]
        if unnamed:
            self._inherit(unnamed)

    def _inherit(self, unnamed):
        """Give what names no Patient that of its source, and pass it on within the set."""
        own = {entry.name: entry.patient for entry in self.entries}
        while unnamed:
            for entry in unnamed:
                entry.patient = own[entry.name] = self._inherited(entry, own)
            left = [entry for entry in unnamed if entry.patient is None and entry.sources]
            if len(left) == len(unnamed):
                return
            unnamed = left

    def _number(self):
        self.new_keys, self.created, self.changed, self.removed = [], [], [], []
        # In the order of the rows: records of one type then get neighbouring numbers, which
        # fills the pages of the indexes.
        for entry in sorted(self.entries, key=_order):
            self._number_one(entry)
            self.rids[entry.name] = entry.rid
        for removal in self.removals:
            self._number_removal(removal)

    def _number_one(self, entry):
        before = entry.before
        skipping = before and not before.deleted and self.unchanged == SKIP
        if skipping and bodies.same(before.body, entry.body):
            return
        entry.seq = next(self.numbers)
        if entry.rid is None:
            entry.rid = entry.seq
            self.new_keys.append(entry)
        (self.changed if before else self.created).append(entry)

    def _number_removal(self, removal):
        if removal.before is None and not removal.lenient:
            raise errors.NotFound("records.not_found", _("Không có tài nguyên này."))
        if removal.before and not removal.before.deleted:
            removal.seq = next(self.numbers)
            self.removed.append(removal)

    def _patient(self, entry):
        return self.rids.get(entry.subject) if entry.subject else None

    def _inherited(self, entry, own):
        """The Patient of the first source that has one, in the set or outside it."""
        patients = (own.get(source) or self.patients.get(source) for source in entry.sources)
        return next((patient for patient in patients if patient), None)

    # ── Second exchange ────────────────────────────────────────────────────────────────────

    def _send(self):
        """Send the writes; a set that can meet another writer's stands on a savepoint."""
        if not (self.created or self.changed or self.removed):
            self._conclude()
            return True
        contested = bool(self.missing) or any(not e.fresh for e in self.created)
        compress = compression.writer()  # it may have to read, which a pipeline must not do
        try:
            with wire.pipeline():
                if contested:
                    wire.cursor().execute("SAVEPOINT records_set")
                self._send_all(compress)
        except IntegrityError as why:
            # The pipeline stopped there: nothing after it was tried, so no lock is held.
            wire.run("ROLLBACK TO SAVEPOINT records_set")
            if why.__cause__.diag.constraint_name == "records_resource_pkey":
                raise _out_of_reach() from why
            return False
        self._conclude()
        return True

    def _send_all(self, compress):
        self._send_new_keys()
        self._send_resources(compress)
        self._send_rows()
        self._send_texts()

    def _send_new_keys(self):
        if not self.new_keys and not self.missing:
            return
        fresh = [
            (e.rid, e.code, e.key, True, leading.packed(e.found.lead), e.found.numbers(self.rids))
            for e in self.new_keys
        ]
        fresh += [
            (self.rids[name], *_packed_name(name), False, leading.NONE, ()) for name in self.missing
        ]
        fresh.sort(key=lambda row: (row[1], row[2]))
        rids, codes, keys, live, leads, numbers = zip(*fresh, strict=True)
        flat, first, last = _flattened(numbers)
        wire.cursor().execute(
            statements.NEW_KEYS,
            [flat, binary.int8s(rids), binary.int2s(codes), binary.byteas(keys),
             binary.bools(live), binary.byteas(leads), first, last],
        )  # fmt: skip

    def _send_resources(self, compress):
        replaced = [entry.rid for entry in (*self.changed, *self.removed)]
        if replaced:
            wire.cursor().execute(statements.KEPT_VERSIONS, [binary.int8s(replaced)])
            self._send_changed_resources(compress)
        adopted = [e for e in (*self.changed, *self.created) if e.rid != e.seq]
        if adopted or self.removed:
            self._send_changed_keys(adopted)
        if not self.created:
            return
        wire.cursor().execute(
            statements.NEW_RESOURCES,
            [
                self.now,
                binary.int8s([e.rid for e in self.created]),
                binary.int8s([e.patient or 0 for e in self.created]),
                binary.int8s([e.seq for e in self.created]),
                binary.int2s([e.code for e in self.created]),
                binary.byteas([e.key for e in self.created]),
                binary.byteas([compress(e.code, e.body) for e in self.created]),
            ],
        )

    def _send_changed_resources(self, compress):
        fresh = [
            (e.rid, e.patient or 0, e.seq, False, compress(e.code, e.body)) for e in self.changed
        ]
        fresh += [(r.rid, r.before.patient or 0, r.seq, True, b"") for r in self.removed]
        rids, patients, seqs, deleted, stored = zip(*fresh, strict=True)
        wire.cursor().execute(
            statements.CHANGED_RESOURCES,
            [self.now, binary.int8s(rids), binary.int8s(patients), binary.int8s(seqs),
             binary.bools(deleted), binary.byteas(stored)],
        )  # fmt: skip

    def _send_changed_keys(self, adopted):
        fresh = [
            (e.rid, True, leading.packed(e.found.lead), e.found.numbers(self.rids)) for e in adopted
        ]
        fresh += [(r.rid, False, leading.NONE, ()) for r in self.removed]
        rids, live, leads, numbers = zip(*fresh, strict=True)
        flat, first, last = _flattened(numbers)
        wire.cursor().execute(
            statements.CHANGED_KEYS,
            [flat, binary.int8s(rids), binary.bools(live), binary.byteas(leads), first, last],
        )

    def _send_rows(self):
        """Side rows: all of a new resource, and the difference for a changed or deleted one."""
        before = {e.rid: _found_before(e) for e in (*self.changed, *self.removed)}
        for table in rows.TABLES:
            fresh, old = [], []
            for entry in self.created:
                fresh += rows.of(table, entry.found, entry.rid)
            for entry in self.changed:
                has, had = rows.of(table, entry.found, entry.rid), _had(table, before, entry)
                fresh += has - had
                old += had - has
            for removal in self.removed:
                old += _had(table, before, removal)
            if old:
                wire.cursor().execute(statements.OLD_ROWS[table], rows.packed(table, old))
            if fresh:
                wire.cursor().execute(statements.NEW_ROWS[table], rows.packed(table, fresh))

    def _send_texts(self):
        texts = set().union(*(e.found.texts for e in (*self.created, *self.changed)))
        if texts:
            keyed = sorted((hashing.text_key(text), text) for text in texts)
            numbers, words = zip(*keyed, strict=True)
            wire.cursor().execute(
                statements.NEW_TEXTS, [binary.int8s(numbers), binary.texts(words)]
            )

    def _conclude(self):
        for entry in self.entries:
            entry.outcome = _outcome(entry, entry.body, entry.patient, self.now)
        for removal in self.removals:
            if removal.before is None:
                continue  # there was nothing to delete
            removal.outcome = _outcome(removal, b"", removal.before.patient, self.now)


def _order(entry):
    return entry.code, entry.key


def _packed_name(name):
    type, id = name
    return kinds.code(type), keys.pack(id)


def _columns(names):
    codes, packed = zip(*map(_packed_name, names), strict=True)
    return [binary.int2s(codes), binary.byteas(packed)]


def _ask(statement, names):
    """A cursor with the answer for these names, or None when there are none."""
    return wire.cursor().execute(statement, _columns(names), binary=True) if names else None


def _ask_twice(known, sources):
    """Lock first, then look: a look that waited for a lock would show the row of before.

    What a Patient is inherited from is held with it, so that whoever writes that comes before or
    after: before, and the look shows whose it is; after, and the writer finds what follows it.
    """
    columns = [binary.int2s([e.code for e in known]), binary.byteas([e.key for e in known])]
    locked = None
    if sources:
        packed = [(e.code, e.key, True) for e in known]
        packed += [(*_packed_name(name), False) for name in sources]
        codes, keys, own = zip(*packed, strict=True)
        values = [binary.int2s(codes), binary.byteas(keys), binary.bools(own)]
        locked = wire.cursor().execute(statements.LOCK_WITH_SOURCES, values, binary=True)
    elif known:
        locked = wire.cursor().execute(statements.LOCK, columns, binary=True)
    current = wire.cursor().execute(statements.CURRENT, columns, binary=True) if known else None
    return locked, current


def _all(cursor):
    return cursor.fetchall() if cursor else ()


def _flattened(numbers):
    """All numbers in one array, and where each resource's part begins and ends (from 1)."""
    flat, first, last = [], [], []
    for each in numbers:
        first.append(len(flat) + 1)
        flat += each
        last.append(len(flat))
    return binary.int8s(flat), binary.int4s(first), binary.int4s(last)


def _check_version(entry):
    if entry.expected is None:
        return
    actual = entry.before.version if entry.before and not entry.before.deleted else 0
    if entry.expected == drafts.ANY:
        if not actual:
            raise drafts.nothing_to_match()
    elif actual != entry.expected:
        raise errors.PreconditionFailed(
            "records.version_changed",
            _("Bản ghi vừa được người khác sửa; hãy tải lại rồi sửa tiếp."),
            expected=entry.expected,
            actual=actual,
        )


def _found_before(entry):
    body = entry.before.body
    return extractor.extract(fhirjson.loads(body)) if body else None


def _had(table, before, entry):
    found = before[entry.rid]
    return rows.of(table, found, entry.rid) if found else set()


def _outcome(entry, body, patient, now):
    before = entry.before
    written = entry.seq is not None
    return Stored(
        type=entry.type,
        id=entry.id,
        version=(before.version if before else 0) + written,
        at=now if written else before.at,
        body=body if written else before.body,
        deleted=not body,
        rid=entry.rid,
        patient=patient,
        seq=entry.seq if written else before.seq,
        created=before is None,
    )


def _out_of_reach():
    return errors.NotAllowed(
        "records.out_of_reach",
        _("Hồ sơ này nằm ngoài phạm vi được phép; hãy mở hồ sơ của người bệnh trước."),
    )
