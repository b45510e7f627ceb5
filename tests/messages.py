"""Messages for tests: the example visit in a file, sent and processed."""

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange.adapters.claims import model, writer
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.kernel import actor

FACILITY = "31T01"
CLERK = actor.Actor(
    ref="Practitioner/clerk", name="Nhân viên hồ sơ", kind=actor.STAFF, org=FACILITY, account=1
)


def claim(ma_lk="31T01.26.000001", made_on="20260302", **summary):
    """A file with the example visit, its summary changed."""
    return file_of(examples.outpatient(ma_lk, **summary), made_on=made_on)


def file_of(*dossiers, made_on="20260302", sender=FACILITY):
    return writer.write(dossiers, sender=sender, made_on=made_on)


def send(content, by=CLERK, **how):
    """Receive one message; returns its Receipt."""
    facts = {"filename": "ho-so.xml", "channel": "upload"} | how
    return exchange.receive(content, by=by, **facts)


def take_in(content, **how):
    """Receive and process one message; returns its report with every problem."""
    receipt = send(content, **how)
    exchange.process(receipt.message_id)
    return exchange.report(receipt.message_id, with_problems=True)


def check_in(ma_lk):
    """A file that only says that the visit began (XML0)."""
    summary = examples.outpatient(ma_lk).summary
    blank = examples.row("XML0")
    told = {name: summary[name] for name in blank if name in summary}
    row = examples.row("XML0", **told | {"STT": "1"})
    return file_of(model.Dossier(ma_lk, FACILITY, "3176", {"XML0": [row]}))
