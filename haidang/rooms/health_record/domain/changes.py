"""What changed between two versions of a record, field by field (khác nhau giữa hai phiên bản)."""

from dataclasses import dataclass

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
#: Written by the store itself on every version; no change of content.
_OWN = {("meta", "versionId"), ("meta", "lastUpdated")}


@dataclass(frozen=True)
class Change:
    """One field that differs: its path, and the value before and after as text."""

    path: str
    kind: str
    before: str
    after: str


def between(before, after):
    """Return the changes from one version to the next, in the order of the fields."""
    old, new = _leaves(before), _leaves(after)
    found = []
    for path in dict.fromkeys([*old, *new]):
        if path in _OWN or old.get(path) == new.get(path):
            continue
        kind = ADDED if path not in old else REMOVED if path not in new else CHANGED
        found.append(Change(_shown(path), kind, old.get(path, ""), new.get(path, "")))
    return found


def _leaves(value, path=()):
    """Every plain value of a resource by its path; elements of a list by their place."""
    if isinstance(value, dict):
        return {
            k: v for name, inner in value.items() for k, v in _leaves(inner, (*path, name)).items()
        }
    if isinstance(value, list):
        return {
            k: v
            for place, inner in enumerate(value)
            for k, v in _leaves(inner, (*path, place)).items()
        }
    return {path: "" if value is None else _text(value)}


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shown(path):
    """`name[0].text`, as FHIR writes it."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
