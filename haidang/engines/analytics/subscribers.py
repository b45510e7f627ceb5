"""What the lake does when a person is removed for good."""

from haidang.engines.analytics.lake import feed
from haidang.engines.ledger import api as ledger


@ledger.subscriber("analytics.purged", "records.person.purged")
def forget(event):
    """Take every version of a purged person out of the lake, files and all."""
    feed.forget(event.about)
