"""What the worker does for the plan: reminders, and the figures that its pages need."""

from haidang.kernel.room import Loop
from haidang.rooms.plan import services

LOOPS = [
    Loop("plan.remind", services.remind, every_s=900.0),
    Loop("plan.figures", services.keep_city_figures, every_s=60.0),
]
