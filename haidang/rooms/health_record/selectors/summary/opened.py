"""The patient summary of an opened record."""

from django.utils import translation

from haidang.engines.records import api as records
from haidang.rooms.health_record.selectors.summary import making, paper


def language(asked):
    """The language asked for, else the one of the page."""
    wanted = asked or translation.get_language() or ""
    return next((one for one in making.LANGUAGES if wanted.startswith(one)), making.LANGUAGES[0])


def of(record, language):
    """The summary of what the asker may see of a record."""
    stored = record.readable
    drugs = records.get_many(making.medication_refs(stored))
    return making.make(stored, language=language, medications=drugs)


def warning(summary):
    """That a summary holds confidential parts, in its language; an empty text else."""
    with translation.override(summary.language):
        return paper.restricted(summary)


def notes(language):
    """What whoever reads a summary must know, in its language."""
    with translation.override(language):
        return list(paper.notes())


def languages(chosen, url):
    """The switch between the languages of a summary."""
    names = {"vi": "Tiếng Việt", "en": "English"}
    return [
        {"code": one, "name": names[one], "url": f"{url}?ngon-ngu={one}", "active": one == chosen}
        for one in making.LANGUAGES
    ]
