"""Value sets that clients keep among the records, for whoever asks what belongs to them."""

from haidang.engines.records.stored import Stored


def stored(canonical):
    """The newest ValueSet of a canonical (`url` or `url|version`) or `ValueSet/id`, or None."""
    from haidang.engines.records import reading
    from haidang.engines.records.search import running

    if canonical.startswith("ValueSet/") and canonical.count("/") == 1:
        found = reading.current(canonical)
        return found.resource if found and not found.deleted else None
    url, _bar, version = canonical.partition("|")
    asked = [("url", _literal(url)), ("_sort", "-_lastUpdated"), ("_count", "1")]
    asked += [("version", _literal(version))] if version else []
    page = running.search("ValueSet", asked)
    return _first(page.matches)


def _first(matches: list[Stored]):
    return matches[0].resource if matches else None


def _literal(value):
    """A value as a search takes it literally."""
    for sign in "\\,|$":
        value = value.replace(sign, f"\\{sign}")
    return value
