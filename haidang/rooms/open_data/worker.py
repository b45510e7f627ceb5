"""What the worker does: releases data sets at their rhythm."""

from haidang.kernel.room import Loop
from haidang.rooms.open_data import services

LOOPS = [Loop("open_data.release", services.release_due, every_s=1800.0)]
