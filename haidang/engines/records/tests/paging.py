"""A search followed to its last page."""

from haidang.engines.records import api as records


def all_pages(type, query):
    """The ids of all matches, in order."""
    page = records.search(type, query, strict=True)
    found = [match.id for match in page.matches]
    while page.next_cursor:
        page = records.search(type, query, strict=True, cursor=page.next_cursor)
        found += [match.id for match in page.matches]
    return found
