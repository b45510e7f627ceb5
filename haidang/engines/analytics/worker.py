"""What the worker does for the lake: follows the records within seconds, tidies at night."""

from haidang.engines.analytics.lake import feed
from haidang.engines.analytics.sql import exports
from haidang.kernel.room import Loop

LOOPS = [
    Loop("analytics.feed", feed.step, every_s=10.0),
    Loop("analytics.export", exports.work, every_s=5.0),
    Loop("analytics.compact", feed.tidy_up, every_s=3600.0),
]
