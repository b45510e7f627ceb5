"""Which resources hold a file (Binary), so that whoever may not see these does not see it either.

R4 gives a Binary no patient: whose it is tells the document that names its address, or its own
`securityContext`. Row-level security reads these pairs (`records_with_holder`), under every
statement. A file stays with whom it was first attached to: naming somebody else's file in the
record of another person neither opens nor closes it. A pair once noted stays, since older
versions of the holder go on naming the file.
"""

import re

from haidang.engines.access import api as access
from haidang.engines.records import binary, kinds, reading, wire
from haidang.engines.records.stored import COLUMNS, of_rows
from haidang.kernel import actor

FILE = "Binary"
_FILE_CODE = kinds.code(FILE)
#: Types with an element of type Attachment, or that list files, where those stored before are looked for.
HOLDERS = (
    "BodyStructure", "Claim", "Communication", "CommunicationRequest", "Consent", "Contract", "DiagnosticReport",
    "DocumentManifest", "DocumentReference", "ExplanationOfBenefit", "Media", "Patient", "Person", "Practitioner",
    "QuestionnaireResponse", "RelatedPerson",
)  # fmt: skip
# They point at a file without holding it: whoever may write one must not open what it points at.
_POINTING = frozenset(
    ("AuditEvent", "ClaimResponse", "Linkage", "List", "MessageHeader", "PaymentNotice", "Provenance", "Task",
     "VerificationResult")
)  # fmt: skip
# A quotation mark inside a text is written with a backslash before it, so no text matches.
_ADDRESS = rb'"(?:url|reference)":"(?:https?://[^"\\]{1,200}/fhir/)?'
_NAMED = re.compile(
    _ADDRESS + rb'Binary/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?"'
)
_CONTEXT = re.compile(
    rb'"securityContext":\{(?:[^{}]*,)?"reference":"([A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64})'
)
_NEW_KEYS = """
INSERT INTO records_key (rid, type, id, live, h)
SELECT nextval('records_seq'), type, id, false, '{}' FROM unnest(%s::smallint[], %s::bytea[]) AS n(type, id)
ON CONFLICT DO NOTHING
"""
_AT_ONCE = 300
_NEXT = f"""
SELECT {COLUMNS} FROM records_key k JOIN records_resource r ON r.rid = k.rid
WHERE k.type = %s AND k.live AND k.rid > %s ORDER BY k.rid LIMIT {_AT_ONCE}
"""  # noqa: S608
_NEVER = """
SELECT EXISTS (SELECT FROM records_key WHERE type = %s AND live)
    AND NOT EXISTS (SELECT FROM records_attached)
"""
# A merge moves what holds a file to another person.
_MOVE = """
UPDATE records_attached a SET patient = mine.patient FROM records_resource mine
WHERE a.holder = ANY (%s::bigint[]) AND mine.rid = a.holder AND a.patient IS DISTINCT FROM mine.patient
"""
_ATTACH = """
INSERT INTO records_attached (rid, holder, patient)
SELECT named.rid, named.holder, mine.patient FROM unnest(%s::bigint[], %s::bigint[]) AS named(rid, holder)
JOIN records_resource mine ON mine.rid = named.holder
WHERE NOT EXISTS (
    SELECT FROM records_attached a
    WHERE a.rid = named.rid AND a.patient IS NOT NULL AND a.patient IS DISTINCT FROM mine.patient)
ON CONFLICT DO NOTHING
"""


def follow(written):
    """Note the files that the resources just written hold, in the same transaction."""
    pairs = {pair for stored in written if not stored.deleted for pair in _pairs(stored)}
    if not pairs:
        return
    names = sorted({kinds.split(ref) for pair in pairs for ref in pair})
    files = [name for name in names if name[0] == FILE]
    # Whose a file is already is asked of everybody's records: the writer may not see those.
    with access.reach(actor.SYSTEM, people="all", lens="", asker=""):
        wire.cursor().execute(_NEW_KEYS, reading.columns(files))
        rids = reading.rids([f"{type}/{id}" for type, id in names])
        _attach(sorted((rids[file], rids[holder]) for file, holder in pairs if holder in rids))


def uphold():
    """Note the files that everything stored holds (see `follow`); a second run changes nothing.

    For what was written before this was noted. Returns how many resources hold a file.
    """
    return sum(_of_type(kinds.code(type)) for type in (*HOLDERS, FILE))


def never_looked():
    """True when there are files and of none of them it is known who holds it."""
    ((found,),) = wire.rows(_NEVER, [_FILE_CODE])
    return found


def _of_type(code):
    after, holding = 0, 0
    while True:
        with access.reach(actor.SYSTEM, people="all", lens="", asker=""):
            batch = of_rows(wire.rows(_NEXT, [code, after]))
            holders = [stored for stored in batch if next(_pairs(stored), None)]
            follow(holders)
        holding += len(holders)
        if len(batch) < _AT_ONCE:
            return holding
        after = batch[-1].rid


def _attach(pairs):
    if pairs:
        files, holders = (binary.int8s(column) for column in zip(*pairs, strict=True))
        wire.cursor().execute(_MOVE, [holders])
        wire.cursor().execute(_ATTACH, [files, holders])


def _pairs(stored):
    """(`Binary/<id>`, reference of its holder) that one resource tells of."""
    if stored.type == FILE:
        found = _CONTEXT.search(stored.body)
        context = found[1].decode() if found else ""
        if context.partition("/")[0] in kinds.CODES and not context.startswith(f"{FILE}/"):
            yield stored.ref, context
    elif b"Binary/" in stored.body and stored.type not in _POINTING:
        for id in set(_NAMED.findall(stored.body)):
            yield f"{FILE}/{id.decode()}", stored.ref
