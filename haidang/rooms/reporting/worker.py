"""What the worker does for reports: opens periods, fills what was opened, reminds."""

from haidang.kernel.room import Loop
from haidang.rooms.reporting import services

LOOPS = [
    Loop("reporting.open", services.open_due, every_s=1800.0),
    Loop("reporting.fill", services.fill_waiting, every_s=60.0),
    Loop("reporting.remind", services.remind, every_s=900.0),
]
