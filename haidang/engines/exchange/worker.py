"""What the worker process does for the exchange engine."""

from haidang.engines.exchange import folder, inbox, pipeline, signatures
from haidang.kernel.room import Loop

LOOPS = [
    Loop("exchange.process", pipeline.process_pending, every_s=5.0, channel=inbox.CHANNEL),
    Loop("exchange.folder", folder.sweep, every_s=5.0),
    Loop("exchange.signatures", signatures.check_waiting, every_s=5.0),
]
