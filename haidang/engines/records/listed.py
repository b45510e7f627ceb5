"""What a List names, as it stands now."""

from haidang.engines.records import reading
from haidang.engines.records.index import references
from haidang.kernel import fhirjson, ids


def members(id):
    """(`Type/id`, version or None) of each member here that is not marked deleted.

    id    of a List, as `x` or `List/x`; of one that is out of reach or not there, nothing
    """
    id = id.removeprefix("List/")
    found = reading.current(f"List/{id}") if ids.is_fhir_id(id) else None
    if found is None or found.deleted:
        return []
    entries = fhirjson.loads(found.body).get("entry", ())
    named = [e.get("item", {}).get("reference", "") for e in entries if not e.get("deleted")]
    return [
        ("/".join(target), _version(text)) for text in named if (target := references.here(text))
    ]


def _version(text):
    _before, versioned, number = text.partition("/_history/")
    return int(number) if versioned and number.isascii() and number.isdigit() else None
