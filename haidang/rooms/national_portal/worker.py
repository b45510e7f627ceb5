"""What the worker does for the exchange with the national portal."""

from haidang.kernel.room import Loop
from haidang.rooms.national_portal import services

LOOPS = [
    Loop("national_portal.deliver", services.deliver, every_s=5.0),
    Loop("national_portal.pull", services.pull, every_s=15.0),
    Loop("national_portal.act", services.act, every_s=5.0),
    Loop("national_portal.compare", services.compare_yesterday, every_s=900.0),
]
