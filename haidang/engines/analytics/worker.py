"""What the worker does: follows the records within seconds, keeps figures fresh, makes exports."""

from haidang.engines.analytics.indicators import keeping
from haidang.engines.analytics.lake import feed
from haidang.engines.analytics.sql import exports
from haidang.kernel.room import Loop

LOOPS = [
    Loop("analytics.feed", feed.step, every_s=10.0),
    Loop("analytics.figures", keeping.refresh, every_s=300.0),
    Loop("analytics.export", exports.work, every_s=5.0),
    Loop("analytics.compact", feed.tidy_up, every_s=3600.0),
]
