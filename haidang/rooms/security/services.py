"""What the officers of data security do: one function per thing."""

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.rooms.security import selectors


def verify_ledger(*, by):
    """Ask the worker to verify the whole ledger (kiểm tra sổ). Records `ledger.check.asked`."""
    access.require(by, "security.verify_ledger")
    ledger.ask_to_verify(by=by)


def retry_parked(subscriber, seq, *, by):
    """Give a parked event to its subscriber again (xử lý lại).

    Raises    NotFound `ledger.not_parked`, or whatever the subscriber raises this time
    Records   event `ledger.parked.retried`
    """
    access.require(by, "security.retry_parked")
    ledger.retry_parked(subscriber, seq, by=by)


def review_opening(opening_id, *, by, verdict, note):
    """Conclude whether an emergency opening had good reason (kết luận).

    An unjustified one ends at once. Nobody concludes an opening of their own.

    Raises    NotFound `access.no_opening`; Conflict `access.already_reviewed`;
              NotAllowed `access.own_opening`
    Records   event `access.glass.reviewed`
    """
    selectors.review(opening_id, by=by)
    return access.review_opening(opening_id, verdict=verdict, note=note, by=by)
