"""Choices out of a catalogue (danh mục): found by words, kept with system and words.

A question names a value set, or a code system when any of its codes will do.
"""

from django.utils.translation import get_language

from haidang.engines.terminology import api as terminology
from haidang.kernel import errors, systems

FEW = 20
_SYSTEMS = {systems.ICD10, systems.ICD9CM, systems.LOINC, systems.UCUM}


def is_system(address):
    """Whether an address names a code system and not a value set."""
    return "/CodeSystem/" in address or address in _SYSTEMS


def of_system(address):
    """The value set of every code of a system, as an R4 resource."""
    return {
        "resourceType": "ValueSet",
        "status": "active",
        "compose": {"include": [{"system": address}]},
    }


def _named(address):
    return of_system(address) if is_system(address) else address


def search(address, words="", *, limit=FEW):
    """Codes whose words hold every one of `words`, as answers: ([answer], how many in all).

    A catalogue that is not loaded has none.
    """
    language = "en" if get_language() == "en" else "vi"
    try:
        found = terminology.expand(
            _named(address),
            filter=words.strip()[:100] or None,
            count=limit,
            active_only=True,
            selectable_only=True,
            language=language,
        )
    except errors.HaidangError:
        return [], 0
    return [_answer(one) for one in found.contains], found.total


def chosen(address, text):
    """The answer that a page's control names, `system|code` or a code alone; None if not a member."""
    system, _bar, code = text.rpartition("|")
    try:
        found = terminology.validate_code(_named(address), system or None, code)
    except errors.HaidangError:
        return None
    return _answer(found) if found else None


def holds(address, value):
    """Whether an answer belongs to a catalogue; while it is not loaded nothing does."""
    return chosen(address, f"{value.get('system', '')}|{value['code']}") is not None


def exists(address):
    """Whether a catalogue can be asked, for whoever binds a question to it."""
    try:
        terminology.expand(_named(address), count=1)
    except errors.HaidangError:
        return False
    return True


def _answer(found):
    return {"code": found.code, "display": found.display, "system": found.system}
