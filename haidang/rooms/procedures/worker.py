"""What the worker does: seals on slips, apologies, ends of results, late feedback, the service-quality index."""

from django.utils import timezone

from haidang.kernel.room import Loop
from haidang.rooms.procedures import services
from haidang.rooms.procedures.services import complaints, quality


def _follow_ends():
    """Results that end are warned of, and then marked."""
    at = timezone.now()
    return services.warn_of_ends(at=at) + services.expire(at=at)


def _apologise():
    return services.apologise_for_late(at=timezone.now())


LOOPS = [
    Loop("procedures.slips", services.sign_slips, every_s=15.0),
    Loop("procedures.apologise", _apologise, every_s=300.0),
    Loop("procedures.ends", _follow_ends, every_s=3600.0),
    Loop("procedures.feedback_late", complaints.tell_late, every_s=300.0),
    Loop("procedures.quality", quality.keep_scores, every_s=600.0),
]
