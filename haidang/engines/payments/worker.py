"""What the worker process does for the payments engine."""

from haidang.engines.payments import notices
from haidang.kernel.room import Loop

LOOPS = [Loop("payments.early", notices.settle_early, every_s=60.0)]
