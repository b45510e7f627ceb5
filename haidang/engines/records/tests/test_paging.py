"""Pages on the way to the end and back: the same pages, whoever writes meanwhile."""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.search import running
from haidang.engines.records.tests.mixture import Mixture
from haidang.kernel import actor, errors

SORTS = ["", "_sort=birthdate", "_sort=-birthdate,family", "_sort=-_lastUpdated", "_sort=gender"]


@pytest.fixture(autouse=True)
def data(everything_open):
    records.save_all(Mixture(5, 60).all, by=actor.SYSTEM)


def _asked(sort, cursor=None):
    return records.search("Patient", f"_count=3&{sort}".strip("&"), strict=True, cursor=cursor)


def _ids(page):
    return [each.id for each in page.matches]


def _to_the_end(sort):
    pages = [_asked(sort)]
    while pages[-1].next_cursor:
        pages.append(_asked(sort, pages[-1].next_cursor))
    return pages


def _register(name):
    records.save({"resourceType": "Patient", "name": [{"text": name}]}, by=actor.SYSTEM)


@pytest.mark.parametrize("sort", SORTS)
def test_the_way_back_meets_the_same_pages(sort):
    pages = _to_the_end(sort)
    _register("Người Đến Sau")

    back = [pages[-1]]
    while back[-1].previous_cursor:
        back.append(_asked(sort, back[-1].previous_cursor))

    assert len(pages) > 3
    assert [_ids(page) for page in reversed(back)] == [_ids(page) for page in pages]
    assert back[-1].first_cursor is None


@pytest.mark.parametrize("sort", SORTS)
def test_the_first_page_is_found_again_as_it_was(sort):
    pages = _to_the_end(sort)
    _register("Người Đến Sau")

    first = _asked(sort, pages[-1].first_cursor)

    assert _ids(first) == _ids(pages[0])
    assert (first.previous_cursor, first.first_cursor) == (None, None)


def test_several_types_are_paged_back_too():
    def asked(cursor=None):
        return records.search_types(["Patient", "Encounter"], "_count=9", cursor=cursor)

    first = asked()
    second = asked(first.next_cursor)

    assert _ids(asked(second.previous_cursor)) == _ids(first) != _ids(second)


def test_so_many_pages_on_the_way_back_ends_but_the_first_page_stays(monkeypatch):
    monkeypatch.setattr(running, "_REMEMBERED", 2)
    pages = _to_the_end("")

    before = _asked("", pages[-1].previous_cursor)

    assert _ids(before) == _ids(pages[-2])
    assert before.previous_cursor is None
    assert _ids(_asked("", before.first_cursor)) == _ids(pages[0])


@pytest.mark.parametrize("query", ["_sort=-birthdate,nothing", "_sort=birthdate,", "_sort=--birthdate"])  # fmt: skip
def test_an_order_that_is_half_understood_is_left_out_whole(query):
    """The links leave it out, so a page that began in its order would go on in another."""
    plain, page = _leniently("_count=3"), _leniently(f"_count=3&{query}")

    assert page.self_query == plain.self_query
    assert _ids(page) == _ids(plain)
    following = _leniently(page.self_query, page.next_cursor)
    assert _ids(following) == _ids(_leniently("_count=3", plain.next_cursor))


def _leniently(query, cursor=None):
    return records.search("Patient", query, cursor=cursor)


def test_a_cursor_of_another_query_leads_nowhere():
    page = _asked("_sort=birthdate")

    with pytest.raises(errors.Incorrect) as why:
        _asked("_sort=-birthdate", page.next_cursor)

    assert why.value.code == "records.cursor_unfit"
