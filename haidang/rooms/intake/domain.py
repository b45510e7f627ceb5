"""The states of a message, and whom a message concerns."""

STATES = (
    "received", "unpacked", "waiting", "accepted", "partly", "rejected", "refused", "failed",
)  # fmt: skip


def is_open(state):
    """True while a message is still on its way, so that a page should look again."""
    return state in ("received", "waiting")


def reaches(senders, org, sender):
    """Whether a message of `sender`, sent by `org`, concerns who looks after `senders`.

    senders   facility codes, or None for the whole city
    """
    return senders is None or sender in senders or (not sender and org in senders)
