"""The door of the room: the patient summary for the portals, and what a look is called."""

from haidang.rooms.health_record.selectors.summary.document import bundle as summary_document
from haidang.rooms.health_record.selectors.summary.making import LANGUAGES as SUMMARY_LANGUAGES
from haidang.rooms.health_record.selectors.summary.making import Summary, medication_refs
from haidang.rooms.health_record.selectors.summary.making import make as make_summary
from haidang.rooms.health_record.selectors.summary.paper import pdf as summary_pdf
from haidang.rooms.health_record.selectors.summary.selection import TYPES as SUMMARY_TYPES
from haidang.rooms.health_record.selectors.words import look as look_in_words

__all__ = [
    "SUMMARY_LANGUAGES",
    "SUMMARY_TYPES",
    "Summary",
    "look_in_words",
    "make_summary",
    "medication_refs",
    "summary_document",
    "summary_pdf",
]
