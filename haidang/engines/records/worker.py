"""What the worker does for the records, now and then."""

from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.records import compression, consents, validation
from haidang.engines.records.search import common
from haidang.kernel import actor
from haidang.kernel.room import Loop


def train():
    """Train dictionaries for types that have grown enough to have one."""
    with access.reach(actor.SYSTEM, people="all"):
        compression.train()
    return 0


def tidy():
    """Flush what the search index put off, and count anew what changed by a fifth."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_flush_search()")
        cursor.execute("SELECT records_count_anew()")
    with access.reach(actor.SYSTEM, people="all"):
        common.refresh()
    return 0


def publish():
    """Store the profiles that this version publishes; nothing is written when they are there."""
    validation.publish()
    return 0


def uphold():
    """Hold the Consents against the denials that are in force; says nothing of what stood right."""
    return consents.uphold().owing


LOOPS = [
    Loop("records.publish", publish, every_s=3600.0),
    Loop("records.train", train, every_s=60.0),
    Loop("records.tidy", tidy, every_s=120.0),
    Loop("records.uphold", uphold, every_s=3600.0),
]
