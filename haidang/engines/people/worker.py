"""What the worker does for the person index."""

from haidang.engines.people import merging, retiring, saving
from haidang.kernel.room import Loop

LOOPS = [
    Loop("people.index", saving.catch_up, every_s=5.0),
    Loop("people.revived", retiring.revive_filled, every_s=10.0),
    Loop("people.latecomers", merging.gather, every_s=10.0),
]
