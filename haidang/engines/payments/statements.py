"""Daily reconciliation (đối chiếu): what the bank states against what we were told."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.payments import models, notices, receivers
from haidang.engines.payments.providers.told import Told
from haidang.kernel import dates, errors

_COLUMNS = {"time", "reference", "amount", "purpose"}
_LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True)
class Reconciliation:
    """How a day agreed.

    agreed      transactions that both sides have, with the same amount
    untold      references that the bank states and nobody told us of; they are taken in now
    unstated    references that we were told of and the bank does not state
    differing   references whose amounts differ
    """

    receiver: str
    on: date
    agreed: int
    untold: tuple[str, ...]
    unstated: tuple[str, ...]
    differing: tuple[str, ...]

    @property
    def clean(self):
        return not (self.unstated or self.differing)


@transaction.atomic
def reconcile(receiver_code, on, content, *, by):
    """Compare the bank's statement of a day with the book, and take in what nobody told us.

    content    CSV in UTF-8 with the columns time (ISO), reference, amount (whole đồng; outgoing
               ones below zero are passed over) and purpose

    The same file again gives the same answer and changes nothing.

    Raises    NotFound `payments.receiver_unknown`; Incorrect `payments.statement_unreadable`
              (facts: line); TooLarge `payments.statement_too_large`
    Records   event `payments.statement.reconciled`
    """
    receiver = receivers.row_of(receiver_code)
    stated = _read(content, on)
    known = {row.reference: row for row in _told(receiver, on, stated)}
    untold = [one for reference, one in stated.items() if reference not in known]
    differing = [
        reference
        for reference, row in known.items()
        if reference in stated and stated[reference].amount_vnd != row.amount_vnd
    ]
    unstated = [reference for reference in known if reference not in stated]
    for one in untold:
        notices.take(receiver, one, json.dumps(one.event).encode())
    _mark(receiver, stated, differing)
    digest = hashlib.sha256(content).hexdigest()
    row, new = models.Statement.objects.get_or_create(
        receiver=receiver,
        on=on,
        sha256=digest,
        defaults={
            "lines": len(stated),
            "agreed": len(stated) - len(untold) - len(differing),
            "untold": sorted(one.reference for one in untold),
            "unstated": sorted(unstated),
            "differing": sorted(differing),
        },
    )
    if new:
        facts = {"agreed": row.agreed, "untold": len(untold), "unstated": len(unstated)}
        ledger.record("payments.statement.reconciled", by=by, org=receiver.org, facts=facts)
    return Reconciliation(
        receiver_code,
        on,
        row.agreed,
        tuple(row.untold),
        tuple(row.unstated),
        tuple(row.differing),
    )


def _told(receiver, on, stated):
    """What we know of that day, and whatever else the statement names."""
    start = datetime.combine(on, time(), tzinfo=dates.HANOI)
    rows = models.Notice.objects.filter(receiver=receiver)
    of_day = rows.filter(happened_at__gte=start, happened_at__lt=start + timedelta(days=1))
    return (of_day | rows.filter(reference__in=list(stated))).order_by("pk")


def _mark(receiver, stated, differing):
    agreed = set(stated) - set(differing)
    models.Notice.objects.filter(receiver=receiver, reference__in=agreed).update(on_statement=True)


def _read(content, on):
    if len(content) > _LARGEST:
        raise errors.TooLarge("payments.statement_too_large", _("Sao kê lớn hơn 10 MB."))
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        if not set(lines.fieldnames or ()) >= _COLUMNS:
            raise _unreadable(1)
        found = [_line(row, lines.line_num) for row in lines]
    except (UnicodeDecodeError, csv.Error) as why:
        raise _unreadable(1) from why
    return {one.reference: one for one in found if one is not None}


def _line(row, number):
    try:
        amount = int(row["amount"].replace(".", "").replace(",", ""))
        moment = datetime.fromisoformat(row["time"])
    except (ValueError, AttributeError) as why:
        raise _unreadable(number) from why
    if amount <= 0 or not row["reference"]:
        return None
    try:
        return Told(
            event=f"statement:{row['reference']}",
            reference=row["reference"],
            amount_vnd=amount,
            purpose=row["purpose"] or "",
            happened_at=moment if moment.tzinfo else moment.replace(tzinfo=dates.HANOI),
        )
    except errors.Incorrect as why:
        raise _unreadable(number) from why


def _unreadable(line):
    return errors.Incorrect(
        "payments.statement_unreadable",
        _("Sao kê cần các cột time, reference, amount, purpose, mã UTF-8; chưa có gì được ghi."),
        line=line,
    )
