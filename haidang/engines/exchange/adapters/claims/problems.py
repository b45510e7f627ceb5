"""The sentences of problems (câu chữ của lỗi): from `texts.toml`, one entry for each code.

An entry holds `vi`, `en`, `action_vi` and `action_en`, with `{placeholders}` for facts. Facts are codes, dates and amounts;
names, numbers of persons and free text never become facts, because reports are read by many people.
"""

import tomllib
from functools import cache
from pathlib import Path

from haidang.engines.exchange.adapters.claims.model import ERROR, Problem

PARTS = ("vi", "en", "action_vi", "action_en")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every code and its four sentences."""
    found = tomllib.loads((Path(__file__).parent / "texts.toml").read_text("utf-8"))
    return {code: entry for group in found.values() for code, entry in group.items()}


def problem(
    code: str,
    severity: str = ERROR,
    *,
    table: str = "",
    row: int = 0,
    field: str = "",
    text: str = "",
    **facts,
) -> Problem:
    """A problem with its sentences filled in.

    text      the entry of `texts.toml` when it is not `code` itself (one rule, two sentences)
    facts     placeholders of the sentences; `table`, `row` and `field` are always there
    """
    entry = texts()[text or code]
    facts.update(table=table, row=row, field=field)
    return Problem(
        table, row, field, code, severity, *(entry[part].format_map(facts) for part in PARTS)
    )
