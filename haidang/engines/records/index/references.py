"""Numbers for reference parameters: records here by rid, everything else by address."""

from functools import lru_cache

from haidang.engines.records import kinds
from haidang.engines.records.index import hashing, tokens
from haidang.kernel import ids, systems

_OURS = f"{systems.BASE}/"


# A reference comes again within its set and hardly ever after: a longer memory only fills.
@lru_cache(1024)
def local(text):
    """(type, id) of a relative reference such as `Patient/1`, or None for anything else."""
    parts = text.split("/")
    relative = len(parts) == 2 or (len(parts) == 4 and parts[2] == "_history")
    if relative and parts[0] in kinds.CODES and ids.is_fhir_id(parts[1]):
        return parts[0], parts[1]
    return None


def here(text):
    """As `local`, and for the same reference under our own address: both name one resource."""
    return local(text) or (local(text[len(_OURS) :]) if text.startswith(_OURS) else None)


def reference(number):
    by_identifier = tokens.identifier(hashing.below(number, hashing.IDENTIFIER))

    def emit(found, value):
        text = value.get("reference")
        if text:
            target = here(text)
            if target:
                found.references.append((number, target))
            elif text[0] != "#":
                found.hashes.append(hashing.value(number, text))
        if "identifier" in value:
            by_identifier(found, value["identifier"])

    return emit


def canonical(number):
    """An address, found with and without its version."""

    def emit(found, value):
        target = local(value)
        if target:
            found.references.append((number, target))
        found.hashes.append(hashing.value(number, value))
        address, bar, _ = value.partition("|")
        if bar:
            found.hashes.append(hashing.value(number, address))

    return emit


def attachment(number):
    def emit(found, value):
        if "url" in value:
            found.hashes.append(hashing.value(number, value["url"]))

    return emit
