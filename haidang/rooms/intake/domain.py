"""The states of a message, and whom a message concerns."""

STATES = (
    "received", "unpacked", "waiting", "accepted", "partly", "rejected", "refused", "failed",
)  # fmt: skip


def is_open(state):
    """True while a message is still on its way, so that a page should look again."""
    return state in ("received", "waiting")


def reaches(senders, message):
    """Whether a message concerns who looks after `senders`: sent by them, or telling of them.

    A message that was refused as a whole may only claim to tell of a facility, so it is shown
    to its sender alone.

    senders   facility codes, or None for the whole city
    """
    if senders is None or message.org in senders:
        return True
    return message.sender in senders and message.state != "refused"


def covers(senders, facility):
    """Whether a facility is among those that somebody looks after."""
    return senders is None or facility in senders
