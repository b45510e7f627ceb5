"""What the worker process does for the notify engine."""

from haidang.engines.notify import delivering
from haidang.kernel.room import Loop

LOOPS = [Loop("notify.deliver", delivering.deliver, every_s=5.0)]
