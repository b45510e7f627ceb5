"""Writes of the room: what goes out, what comes in, and what people do about it."""

from haidang.rooms.national_portal.services.client import is_on
from haidang.rooms.national_portal.services.incoming import act, pull
from haidang.rooms.national_portal.services.mending import compare, compare_yesterday, replay
from haidang.rooms.national_portal.services.outgoing import deliver, note

__all__ = ["act", "compare", "compare_yesterday", "deliver", "is_on", "note", "pull", "replay"]
