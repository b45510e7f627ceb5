"""What happens in the room when news arrives."""

from haidang.engines.ledger import api as ledger
from haidang.rooms.procedures import services
from haidang.rooms.procedures.services import complaints, quality


@ledger.subscriber("procedures.paid", "payments.order.paid")
def paid(event):
    """A fee came: its dossier goes on its way."""
    services.paid(event.record.removeprefix("Order/"), at=event.at)


@ledger.subscriber("procedures.signed", "documents.paper.signed")
def signed(event):
    """A paper has its signatures: a result can be fetched, a slip bears its seal."""
    services.signed(event.record, event.facts["file"], at=event.at)
    services.slip_signed(event.record, event.facts["file"])


@ledger.subscriber("procedures.rated", "procedures.dossier.rated")
def rated(event):
    """A dossier was rated: the day is kept, and a low rating reaches the head of the unit."""
    dossier_id = int(event.record.removeprefix("Dossier/"))
    quality.rated(dossier_id, at=event.at)
    complaints.from_rating(dossier_id, event.facts["rating"], at=event.at)


@ledger.subscriber("procedures.late", "workflow.task.late")
def late(event):
    """A step is late: the head of the unit that has it is told."""
    case_id = event.record.removeprefix("Case/")
    complaints.tell_late_step(case_id, event.facts["element"], seq=event.seq, at=event.at)
