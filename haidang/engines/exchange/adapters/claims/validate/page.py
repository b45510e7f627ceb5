"""The page `docs/reference/claims-rules.md`, written from the rules and their sentences.

    python -m haidang.engines.exchange.adapters.claims.validate.page     writes the page again

A test fails when the page no longer says what the rules do.
"""

import re
from pathlib import Path

from haidang.engines.exchange.adapters.claims import problems
from haidang.engines.exchange.adapters.claims.validate import RULES

PAGE = Path(__file__).resolve().parents[6] / "docs" / "reference" / "claims-rules.md"

_OPENING = """# Claims dossiers: what is checked

Generated from `haidang/engines/exchange/adapters/claims/`; do not edit. To write it again:
`python -m haidang.engines.exchange.adapters.claims.validate.page`.

An **error** refuses the dossier: the record of the person, or the sums of the claim, would be wrong. A **warning** is kept beside the
record. Where a rule has cases of its own the column says so. Required fields, lengths, forms and code lists of single fields stand in
`reference/claims-fields/`.

## Rules across fields

| Code | Severity | Rule | Source |
| --- | --- | --- | --- |
"""
_SENTENCES = """
## Sentences

What a person reads for each code, and what to do. Words in braces are filled in with codes, dates and amounts, never with a person's data.

| Code | Tiếng Việt | English |
| --- | --- | --- |
"""


def text() -> str:
    """The whole page."""
    return (
        _OPENING + "".join(map(_rule, sorted(RULES, key=_order))) + _SENTENCES + "".join(_entries())
    )


def _order(rule):
    letter, number = re.match(r"([A-Za-z]+)\.?(\d*)", rule.code).groups()
    return letter != "C", letter, int(number or 0), rule.title


def _rule(rule):
    return f"| {rule.code} | {rule.severity} | {_cell(rule.title)} | {_cell(rule.source)} |\n"


def _entries():
    for code, entry in problems.texts().items():
        said = [f"{_cell(entry[k])}<br>→ {_cell(entry['action_' + k])}" for k in ("vi", "en")]
        yield f"| `{code}` | {said[0]} | {said[1]} |\n"


def _cell(words):
    return re.sub(r"\s+", " ", words).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
