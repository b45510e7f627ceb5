"""Signatures of dossiers (chữ ký đơn vị): checked after a message was read, told, never held against it.

Reading only notes that there is one; the worker checks it apart from the records, so that a file
without a signature costs nothing and one with a hard signature keeps nobody waiting. What is found
stands beside the message and, when it is not good, among its problems as a warning.
"""

import functools
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from lxml import etree

from haidang.engines.documents import api as documents
from haidang.engines.exchange import models, problems, vault
from haidang.engines.exchange.adapters.claims import envelope
from haidang.engines.exchange.adapters.claims.contents import local
from haidang.engines.exchange.adapters.claims.model import WARNING
from haidang.engines.exchange.adapters.claims.problems import problem

TRIES = 3
_AGAIN = timedelta(minutes=5)
_BATCH = 20
State = models.Signature.State
_PROBLEMS = {
    State.INVALID: "file.signature_invalid",
    State.UNKNOWN: "file.signature_unknown",
    State.PARTIAL: "file.signature_partial",
    State.UNREADABLE: "file.signature_unreadable",
    State.FAILED: "file.signature_unchecked",
}
#: What is read of a file: a signature that covers these covers everything that becomes a record.
_READ = {
    envelope.ENVELOPE: ("THONGTINDONVI", "THONGTINHOSO"),
    envelope.CHECK_IN: ("DSACH_TRANG_THAI_KCB",),
}
_CARRIERS = {"MACSKCB", "NGAYLAP", "HOSO", "FILEHOSO", envelope.CHECK_IN_ROW}


@dataclass(frozen=True)
class Told:
    """What is known of a signature: its state (`Signature.State`) and the report when it was checked."""

    state: str
    report: documents.Report | None
    checked_at: datetime | None = None


def ask(messages):
    """Let the signatures of messages be checked, also those that were checked before (a replay)."""
    rows = [
        models.Signature(message=message, state=State.WAITING, next_try_at=timezone.now())
        for message in messages
    ]
    models.Signature.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["message"],
        update_fields=["state", "tries", "next_try_at"],
    )


def of(message):
    """What is known of the signature of a message; None when it has none."""
    row = models.Signature.objects.filter(message=message).first()
    if row is None:
        return None
    report = documents.Report.of(row.report) if row.report else None
    return Told(row.state, report, row.checked_at)


def check_waiting():
    """Check signatures that wait, and return how many were settled."""
    done = 0
    while done < _BATCH and _check_next():
        done += 1
    return done


def _check_next():
    row = _taken()
    if row is None:
        return False
    if row.tries > TRIES:
        _settle(row, Told(State.FAILED, None))
        return True
    content = vault.fetch([row.message.content_id])[row.message.content_id]
    _settle(row, checked(content))
    return True


@transaction.atomic
def _taken():
    """The next that is due, counted before the work: one that ends its process is not begun for ever."""
    rows = models.Signature.objects.select_for_update(skip_locked=True, of=("self",))
    due = rows.filter(state=State.WAITING, next_try_at__lte=timezone.now())
    row = due.select_related("message").order_by("next_try_at").first()
    if row:
        row.tries += 1
        row.next_try_at = timezone.now() + _AGAIN
        row.save(update_fields=["tries", "next_try_at"])
    return row


@transaction.atomic
def _settle(row, told):
    row.state, row.checked_at = told.state, timezone.now()
    row.report = told.report.told() if told.report else {}
    row.save(update_fields=["state", "report", "checked_at"])
    code = _PROBLEMS.get(told.state)
    found = [problem(code, WARNING, field="CHUKYDONVI")] if code else []
    problems.replace_of_message(row.message, found, codes=list(_PROBLEMS.values()))


def checked(content):
    """Check the signature of a file that has one, and say how it stands.

    The two ranges in use both count as whole: the whole document, and header and dossiers each by
    an element of its own.

    Source    the guide of the insurance gateway for CHUKYDONVI (its profile is unverified)
    """
    report = documents.check(content)
    state = State.UNREADABLE if report.state != "signed" else State(report.verdict)
    if state == State.PARTIAL and _covers_all(content, report):
        trusted = all(one.trusted and not one.revoked for one in report.signatures)
        state = State.VALID if trusted else State.UNKNOWN
    return Told(state, report)


def _covers_all(content, report):
    """Whether what was signed is what we read: the same bytes, and nothing that we read beside them."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    wanted = _READ.get(local(root.tag), ())
    elements = [one for one in root if local(one.tag) in wanted]
    if not wanted or len(elements) != len(wanted):
        return False
    homes = set(elements)
    signed = {part.content for one in report.signatures if one.intact for part in one.parts}
    carriers = (one for one in root.iter("*") if local(one.tag) in _CARRIERS)
    stray = any(homes.isdisjoint(one.iterancestors()) for one in carriers)
    return not stray and all(_canonical(one) & signed for one in elements)


def _canonical(element):
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    form = functools.partial(etree.tostring, alone, method="c14n")
    return {form(exclusive=exclusive, with_comments=False) for exclusive in (False, True)}
