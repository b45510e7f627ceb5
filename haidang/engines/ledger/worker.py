"""What the worker does for the ledger, again and again."""

from haidang.engines.ledger import checks, heads, outbox
from haidang.kernel.room import Loop


def seal():
    """Sign the tree; always "nothing more to do", so that the pause between heads is kept."""
    heads.seal()
    return 0


LOOPS = [
    Loop("ledger.dispatch", outbox.dispatch, every_s=0.5),
    # A minute bounds how long a row waits for a signature; one signature covers all that is new.
    Loop("ledger.seal", seal, every_s=60.0),
    Loop("ledger.check", checks.run_waiting, every_s=5.0),
]
