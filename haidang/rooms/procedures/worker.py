"""What the worker does for the room: seals on slips, late feedback, the service-quality index."""

from haidang.kernel.room import Loop
from haidang.rooms.procedures import services
from haidang.rooms.procedures.services import complaints, quality

LOOPS = [
    Loop("procedures.slips", services.sign_slips, every_s=15.0),
    Loop("procedures.feedback_late", complaints.tell_late, every_s=300.0),
    Loop("procedures.quality", quality.keep_scores, every_s=600.0),
]
