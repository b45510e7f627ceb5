"""What happens in the room when news arrives."""

from haidang.engines.ledger import api as ledger
from haidang.rooms.procedures import services


@ledger.subscriber("procedures.paid", "payments.order.paid")
def paid(event):
    """A fee came: its dossier goes on its way."""
    services.paid(event.record.removeprefix("Order/"), at=event.at)


@ledger.subscriber("procedures.signed", "documents.paper.signed")
def signed(event):
    """A paper has its signatures: a result among them can be fetched."""
    services.signed(event.record, event.facts["file"], at=event.at)
