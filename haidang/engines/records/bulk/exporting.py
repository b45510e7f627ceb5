"""An export: everything a wish asks for, as it stood at one moment, in files of one type each.

One snapshot serves the whole of it, so no record is there twice or missing because somebody wrote
meanwhile. Stored bytes go from the database to the files without their JSON being read.
"""

from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.records import bodies, compression, keys, kinds, r4, reading, stored, wire
from haidang.engines.records.bulk import selecting, standing, storage
from haidang.engines.records.bulk.files import Files
from haidang.engines.records.search import conditions
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.showing import Shape
from haidang.kernel import dates, errors, fhirjson

LEVELS = ("system", "patient", "group")
WHAT = "fhir.export"
_CHUNK = 500  # rows on their way at one moment
_LONG = 1024 * 1024  # bytes of a body that is not unpacked whole
_PEOPLE = 5000  # looks in one statement
_BINARY = kinds.code("Binary")
_MOST_PEOPLE = 1_000_000  # remembered at once; beyond, a person may have two looks of one export


@dataclass(frozen=True)
class Wish:
    """What an export is to hold; an empty `types` means every type.

    level     `system`, `patient` or `group`; `people` narrows the last two, `group` names the Group
    since     what was written at or after this instant, and what was deleted
    filters   (type, search) pairs: of that type only what one of its searches finds
    purpose   stands with the look at each person in the access book
    """

    level: str = "system"
    types: tuple[str, ...] = ()
    since: str | None = None
    filters: tuple[tuple[str, str], ...] = ()
    elements: tuple[str, ...] = ()
    group: str | None = None
    people: tuple[str, ...] = ()
    purpose: str = "care"


def wish_of(*, level="system", types=(), since=None, filters=(), **more):
    """A Wish, checked before anybody waits for it.

    since     a FHIR instant
    filters   texts such as `Observation?code=…`, search parameters only

    Raises    Incorrect `records.type_unknown`, `records.element_unknown`, `records.search_…`,
              `dates.unreadable`
    """
    for type in types:
        kinds.code(type)
    for name in more.get("elements", ()):
        _check_element(name, types)
    moment = dates.parse_fhir(since)[0].isoformat() if since else None
    pairs = tuple(_filter(text) for text in filters)
    if types and {type for type, _query in pairs} - set(types):
        raise _unfit(_("_typeFilter nêu loại tài nguyên không có trong _type."))
    return Wish(level, tuple(types), moment, pairs, **more)


def _check_element(name, types):
    """`birthDate` of any type, or `Patient.birthDate` of its own: elements of the root alone."""
    type, _dot, element = name.rpartition(".")
    of = [type] if type else types or kinds.NAMES
    if not any(each in kinds.CODES and element in r4.elements(each) for each in of):
        raise errors.Incorrect(
            "records.element_unknown",
            _("_elements nêu phần tử không có ở gốc của loại tài nguyên nào được xuất."),
            name=name[:80],
        )


def _filter(text):
    type, mark, query = text.partition("?")
    if not mark or not query:
        raise _unfit(_("_typeFilter phải có dạng Loại?tham-số=giá-trị."))
    parsed = queries.parse(type, query, strict=True)
    if parsed.includes or parsed.sorts or parsed.summary or parsed.elements:
        raise _unfit(
            _("_typeFilter chỉ nhận tham số tìm kiếm, không nhận _include, _sort hay _summary.")
        )
    _refuse_unreadable(parsed)
    return type, query


def _refuse_unreadable(query):
    """Read every value, so that nobody waits to hear that one cannot be read.

    What only the moment of the export decides, such as a value set that cannot be listed, is told
    by the job.
    """
    try:
        conditions.Where(query.conditions, "k").sql()
    except errors.Incorrect:
        raise
    except errors.HaidangError:
        pass


def _unfit(sentence):
    return errors.Incorrect("records.search_unreadable", sentence, name="_typeFilter")


def export(job, desk, manner):
    """Carry out an export; return the rows of the files it made."""
    wish = Wish(**{k: _tupled(v) for k, v in job.asked.items()})
    folder = job.uid.replace("-", "")
    store = storage.open_store()
    store.remove(folder)  # what an attempt before this one left
    ((moment,),) = desk.own.execute(selecting.HORIZON).fetchall()
    desk.note(moment.astimezone(UTC))
    with Files(store, folder) as files, _one_snapshot(), manner.opened(job.actor):
        _Export(wish, job.actor, files, desk).run()
        return files.rows(job.number)


def _tupled(value):
    return tuple(map(_tupled, value)) if isinstance(value, list) else value


@contextmanager
def _one_snapshot():
    """Transactions begun inside see one moment throughout."""
    _isolate("REPEATABLE READ")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.closed_in_transaction:
            _isolate("READ COMMITTED")


def _isolate(level):
    wire.run(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}")


class _Export:
    """One run over one snapshot."""

    def __init__(self, wish, actor, files, desk):
        self.wish, self.actor, self.files, self.desk = wish, actor, files, desk
        self.people, self.large, self.gone, self.done = set(), [], [], 0
        self.unseen, self.files_seen = set(), set()  # people of what is gone; files of people
        compression.refresh()  # nothing can be asked while rows are on their way
        self.read = compression.reader()
        self.shape = Shape(elements=wish.elements) if wish.elements else None

    def run(self):
        self.desk.note_left_out(standing.left_out())
        parts = selecting.parts(self.wish)
        self.desk.tell(0, sum(map(_counted, parts)), now=True)
        for part in parts:
            self._walk(part)
        for rid in self.large:
            self._add_large(rid)
        self._add_deletions(last=True)
        self._note_people()
        self.desk.tell(self.done, now=True)

    def _walk(self, part):
        text = f"SELECT {selecting.COLUMNS} {part.text}"
        with (
            connection.wrap_database_errors,
            wire.cursor() as run,
            closing(run.stream(text, part.values, binary=True, size=_CHUNK)) as rows,
        ):
            self._take(rows)
        if max(map(len, (self.people, self.unseen, self.files_seen))) > _MOST_PEOPLE:
            self._note_people()

    def _take(self, rows):
        for rid, code, version, at, patient, gone, body in rows:
            self.done += 1
            if not self.done % _CHUNK:
                self.desk.tell(self.done)
            if gone is not None:
                self._add_deletion(code, gone)
                self.unseen.add(patient)
                continue
            if patient is not None:
                self.people.add(patient)
            elif code == _BINARY:
                self.files_seen.add(rid)
            if body is None:
                self.large.append(rid)
            elif self.shape is None and compression.length(body) > _LONG:
                self._add_pieces(code, version, at, body)
            else:
                self.files.add(code, self._line(code, version, at, body))

    def _line(self, code, version, at, body):
        text = self.read(code, body)
        if self.shape is None:
            return bodies.served(text, version, at)
        type, id = _named(text)
        shown = stored.Stored(type, id, version, at, text, False, 0, None, 0)
        return fhirjson.dumps(self.shape.of(shown))

    def _add_large(self, rid):
        """One large record, a piece at a time: what is spliced in stands in the first piece."""
        ((code, version, at, body),) = wire.rows(selecting.WHOLE, [rid])
        if self.shape is not None:
            self.files.add(code, self._line(code, version, at, body))
            return
        self._add_pieces(code, version, at, body)
        self.desk.tell(self.done)

    def _add_pieces(self, code, version, at, body):
        """One body that is long once it is unpacked, however small it is kept."""
        pieces = compression.pieces(code, body)
        head = bodies.served(next(pieces), version, at)
        self.files.add_pieces(code, head, pieces)

    def _add_deletion(self, code, key):
        self.gone.append(f"{kinds.name(code)}/{keys.unpack(key)}")
        self._add_deletions()

    def _add_deletions(self, *, last=False):
        """Deletions come as transaction bundles, a thousand in a line."""
        if len(self.gone) >= 1000 or (last and self.gone):
            entries = [{"request": {"method": "DELETE", "url": ref}} for ref in self.gone]
            bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
            self.files.add_deleted(fhirjson.dumps(bundle))
            self.gone = []

    def _note_people(self):
        """A look for each person of whom something is in the files, before they can be fetched.

        And who they are, with those whose files these are, and those of whom a deletion tells.
        """
        for some in _portions(self.people):
            refs = reading.refs(some)
            ledger.looked_many(
                by=self.actor, about=sorted(refs.values()), what=WHAT, purpose=self.wish.purpose
            )
        held = standing.holders(self.files_seen)
        for some in _portions(self.people.union(self.unseen, held) - {None}):
            self.desk.note_people(some)
        for each in (self.people, self.unseen, self.files_seen):
            each.clear()


def _portions(rids):
    """Record numbers in order, as many at once as one statement takes."""
    ordered = sorted(rids)
    return (ordered[start : start + _PEOPLE] for start in range(0, len(ordered), _PEOPLE))


def _counted(part):
    ((count,),) = wire.rows(f"SELECT count(*) {part.text}", part.values, prepare=False)  # noqa: S608
    return count


def _named(body):
    """(type, id) of a kept body, which begins with them."""
    head = body[: body.index(b'"', body.index(b'"id":"') + 6) + 1] + b"}"
    found = fhirjson.loads(head)
    return found["resourceType"], found["id"]
