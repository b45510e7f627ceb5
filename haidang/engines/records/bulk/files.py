"""The NDJSON files of one export: one open for each type, a new one when it has grown long."""

from contextlib import ExitStack

from haidang.engines.records import kinds
from haidang.engines.records.models import BulkFile

MOST_LINES, MOST_BYTES = 1_000_000, 1 << 30
_BUFFERED = 128 * 1024  # bytes of lines gathered before they are written
DELETED = "deleted"


class _Open:
    """A file that is being written."""

    def __init__(self, role, type, name, file):
        self.role, self.type, self.name, self.file = role, type, name, file
        self.lines = self.bytes = self.waiting = 0
        self.buffer = []

    def flush(self):
        if self.buffer:
            self.file.write(b"".join(self.buffer))
            self.buffer, self.waiting = [], 0

    def close(self):
        self.flush()
        self.file.close()

    @property
    def full(self):
        return self.lines >= MOST_LINES or self.bytes >= MOST_BYTES


class Files:
    """All files of a job in its folder of the store; leaving the block closes them."""

    def __init__(self, store, folder):
        self.store, self.folder = store, folder
        self.current, self.made = {}, []

    def __enter__(self):
        return self

    def __exit__(self, *_why):
        with ExitStack() as stack:  # each is closed, even if another cannot be
            for each in self.current.values():
                stack.callback(each.close)

    def add(self, code, line):
        """A line for the file of a type (its number)."""
        self._add(self._file(code), line)

    def add_deleted(self, line):
        """A bundle of deletions; like every resource it counts as one."""
        self._add(self._file(DELETED), line)

    def add_pieces(self, code, head, pieces):
        """One line that is too long to be held whole."""
        file = self._file(code)
        file.flush()
        file.file.write(head)
        file.bytes += len(head) + 1
        for piece in pieces:
            file.file.write(piece)
            file.bytes += len(piece)
        file.file.write(b"\n")
        file.lines += 1

    def rows(self, job):
        """The files as rows to be kept, everything in them written."""
        for each in self.made:
            each.close()
        self.current = {}
        return [
            BulkFile(
                job_id=job, role=each.role, number=number, type=each.type, name=each.name,
                bytes=each.bytes, lines=each.lines, ended=True,
            )
            for number, each in enumerate(self.made, 1)
        ]  # fmt: skip

    def _add(self, file, line):
        file.buffer += (line, b"\n")
        file.lines += 1
        file.bytes += len(line) + 1
        file.waiting += len(line)
        if file.waiting > _BUFFERED:
            file.flush()

    def _file(self, key):
        found = self.current.get(key)
        if found is None or found.full:
            if found is not None:
                found.close()
            found = self.current[key] = self._open(key)
        return found

    def _open(self, key):
        role, type = ("deleted", "Bundle") if key == DELETED else ("output", kinds.name(key))
        name = f"{'deleted' if role == 'deleted' else type}-{len(self.made) + 1}.ndjson"
        made = _Open(role, type, name, self.store.create(f"{self.folder}/{name}"))
        self.made.append(made)
        return made
