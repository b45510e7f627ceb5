"""Writes: one function for each thing a person can do with messages."""

from dataclasses import dataclass

from haidang.engines.access import api as access
from haidang.engines.exchange import api as exchange
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.intake import selectors


@dataclass(frozen=True)
class Sent:
    """What became of one uploaded file: a receipt, and why it was not taken in or was refused."""

    filename: str
    receipt: exchange.Receipt | None = None
    refusal: str = ""


def send_claims(files, *, by):
    """Take in uploaded files (gửi hồ sơ), each on its own; return a `Sent` for each.

    files     pairs of file name and open stream; XML or zip

    Raises    NotAllowed `access.not_permitted`
    Records   event `exchange.message.received` for each new file
    """
    access.require(by, "intake.send_claims")
    return [_send(name, stream, by) for name, stream in files]


def _send(name, stream, by):
    try:
        content = exchange.read_limited(stream)
        receipt = exchange.receive(content, filename=name, by=by, channel="upload")
        return Sent(name, receipt, selectors.why_refused(receipt))
    except (errors.Incorrect, errors.TooLarge) as why:
        return Sent(name, refusal=why.message)


def check_claims(name, stream, *, by):
    """Check one file or zip without taking it in (kiểm tra thử).

    Raises    NotAllowed, Incorrect `exchange.empty` and others, TooLarge `exchange.too_large`
    """
    access.require(by, "intake.check_claims")
    return exchange.check(exchange.read_limited(stream), name=name)


def replay_messages(receipts, *, by):
    """Put messages back in the queue (xử lý lại); return how many.

    Raises    NotAllowed; NotFound `exchange.message_unknown` for one out of the asker's reach
    Records   event `exchange.message.replayed` for each
    """
    access.require(by, "intake.replay_messages")
    for receipt in receipts:
        selectors.message(receipt, by=by)
    return exchange.replay(receipts, by=by)


def replay_group(facility, code, *, by):
    """Put every message with one problem of one facility back in the queue; return how many.

    Raises    NotAllowed; NotFound `intake.facility_unknown`
    Records   event `exchange.message.replayed` for each
    """
    access.require(by, "intake.replay_messages")
    dossiers, messages = selectors.problem_group(facility, code, by=by)
    receipts = {line.it.message for line in dossiers} | {line.it.id for line in messages}
    return exchange.replay(receipts, by=by)


def export_visit(encounter, *, by):
    """One visit as a QĐ 3176 file (xuất hồ sơ); return (file name, bytes).

    encounter   `Encounter/<id>`

    Raises    NotAllowed; NotFound `intake.visit_unknown`
    Records   event `exchange.visit.exported`, and a look at the person
    """
    access.require(by, "intake.export_visit")
    visit = selectors.visit_of(encounter, by=by)
    ledger.looked(by=by, about=visit.patient or None, what="intake.export_visit", purpose="records")
    content = exchange.export_visit(encounter)
    ledger.record(
        "exchange.visit.exported", by=by, about=visit.patient or None, record=encounter,
        org=visit.facility,
    )  # fmt: skip
    return f"{visit.facility}-{visit.visit}.xml", content
