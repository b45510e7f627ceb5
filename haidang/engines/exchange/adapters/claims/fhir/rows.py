"""What of a row needs no home, and what of it has none (trường lặp lại và trường chưa có chỗ trong FHIR)."""

from collections.abc import Mapping
from functools import cache

from haidang.engines.exchange.adapters.claims import contents
from haidang.engines.exchange.adapters.claims.fhir import homes
from haidang.engines.exchange.adapters.claims.fhir.homes import papers

_EXPECTED = ("MA_LK", "STT", "MA_CSKCB")


def expected(visit, row) -> tuple[str, str, str]:
    """What MA_LK, STT and MA_CSKCB of a row are expected to say."""
    return visit.ma_lk, str(row.index), visit.facility


def keep_unexpected(visit, row, left: dict[str, str]) -> None:
    for name, text in zip(_EXPECTED, expected(visit, row), strict=True):
        found = row.get(name)
        if found is not None and found != text:
            left[name] = found


@cache
def homeless(table: str, form: str, *parts: str) -> tuple[str, ...]:
    """Fields of a table that none of these parts has a place for."""
    known = {name for part in parts for name in homes.SHAPES[table, part].names}
    names = contents.template(table, form)
    return tuple(name for name in names if name not in known and name not in _EXPECTED)


def keep_homeless(
    row: Mapping[str, str], form: str, parts: tuple[str, ...], left: dict[str, str]
) -> None:
    """Fields without a home, and elements that the form does not know, go into `left`."""
    for name in homeless(row.table, form, *parts):
        text = row.get(name)
        if text:
            left[name] = text
    known = contents_of(row.table, form)
    if len(row) > len(known):
        shaped = {name for part in parts for name in homes.SHAPES[row.table, part].names}
        left.update((n, t) for n, t in row.items() if n not in known and n not in shaped)


@cache
def contents_of(table: str, form: str) -> frozenset[str]:
    return frozenset(contents.template(table, form))


def take_repeated(summary: Mapping[str, str], left: dict[str, str]) -> list[str]:
    """Fields that only repeat XML1, taken out of `left`."""
    same = [
        name
        for name, text in left.items()
        if text and name in papers.REPEATED and summary.get(papers.SAME_AS.get(name, name)) == text
    ]
    for name in same:
        del left[name]
    return same
