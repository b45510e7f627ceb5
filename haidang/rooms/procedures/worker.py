"""What the worker does for the room: the department's seal on slips."""

from haidang.kernel.room import Loop
from haidang.rooms.procedures import services

LOOPS = [
    Loop("procedures.slips", services.sign_slips, every_s=15.0),
]
