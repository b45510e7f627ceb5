"""What the worker does for the gateway."""

from haidang.engines.records import api as records
from haidang.kernel.room import Loop
from haidang.portals.gateway.developers import sandbox
from haidang.portals.gateway.fhir import bulk, hooks, terms

LOOPS = [
    Loop("gateway.subscriptions.match", hooks.match, every_s=1.0),
    Loop("gateway.subscriptions.send", hooks.send, every_s=1.0),
    Loop("gateway.subscriptions.sweep", records.subscriptions.sweep, every_s=3600.0),
    Loop("gateway.bulk", bulk.run_next, every_s=5.0, channel=records.bulk.CHANNEL),
    Loop("gateway.terms", terms.publish, every_s=30.0),
    Loop("gateway.sandbox", sandbox.sweep, every_s=600.0),
    Loop("gateway.bulk.sweep", records.bulk.sweep, every_s=60.0),
]
