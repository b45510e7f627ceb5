"""What happens in the room when news arrives."""

from haidang.engines.ledger import api as ledger
from haidang.rooms.national_portal import domain, services


@ledger.subscriber("national_portal.outgoing", *domain.EVENTS, domain.TURNED_DOWN)
def outgoing(event):
    """Something happened to a dossier: what the portal has to know waits to be told."""
    services.note(event)
