"""Judge a dossier: every problem at once (kiểm tra hồ sơ).

Field rules are data (`reference/claims-fields/`); rules across fields, money and dates are small functions in `money`,
`times`, `presence`, `papers` and `codes`, each named after its rule in the reference: M1–M18, D1–D11, C1–C20. An error means that
the record of the person, or the sums of the claim, would be wrong; what only the gateway or a reader of the paper minds,
and what is not verified in the decisions, is a warning.
"""

from datetime import date
from itertools import islice

from haidang.engines.exchange.adapters.claims import dates
from haidang.engines.exchange.adapters.claims.lists import Lists
from haidang.engines.exchange.adapters.claims.model import ERROR, Dossier, Problem
from haidang.engines.exchange.adapters.claims.problems import problem
from haidang.engines.exchange.adapters.claims.validate import (
    codes,
    conditions,
    fields,
    money,
    papers,
    presence,
    times,
    visits,
)
from haidang.engines.exchange.adapters.claims.validate.rules import RULES, Rule

__all__ = ["RULES", "RULE_MODULES", "Rule", "accepts", "check"]

# A dossier with so many problems is not read by anybody; it ends with the error `dossier.too_many`.
MOST = 1000

# Importing them fills RULES.
RULE_MODULES = (presence, papers, codes, times, money, conditions)


def check(
    dossier: Dossier, lists: Lists, on: date | None = None, told_on: date | None = None
) -> list[Problem]:
    """Everything that is wrong with a dossier, what the reader found included, in the order of tables and rules.

    on         the day whose lists and amounts apply; the end of the visit when not given
    told_on    the day on which the dossier was told; without it no visit is in the future
    """
    found = list(dossier.problems)
    _check_fields(dossier, lists, found)
    visit = visits.Visit(dossier, lists, on or _end(dossier), told_on)
    for rule in RULES:
        if rule.applies(dossier):
            found.extend(islice(rule.problems(visit), max(MOST - len(found), 0)))
    if len(found) >= MOST:
        found.append(problem("dossier.too_many", limit=MOST))
    return found


def _check_fields(dossier, lists, found):
    checker = fields.checker(dossier.form, lists)
    for rows in dossier.tables.values():
        for row in rows:
            checker.check(row, found)
            if len(found) >= MOST:
                return


def _end(dossier):
    row = dossier.summary
    return dates.day(row.get("NGAY_RA", "")) if row else None


def accepts(problems: list[Problem]) -> bool:
    """May the dossier become part of the record? Warnings may; errors may not."""
    return not any(problem.severity == ERROR for problem in problems)
