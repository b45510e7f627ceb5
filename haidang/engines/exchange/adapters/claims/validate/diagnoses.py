"""Diagnosis codes, C12 (mã bệnh)."""

from haidang.engines.exchange.adapters.claims import lists as code_lists
from haidang.engines.exchange.adapters.claims.model import ERROR, WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule

MOST = 12
_SEX_OF = {"1": "male", "2": "female"}


@rule("C12")
def diagnoses(visit):
    """One principal code, at most 12 others, all in the list in force when the visit ends (mã bệnh).

    Source: QĐ 130/QĐ-BYT 2023, MA_BENH_CHINH and MA_BENH_KT; TT 06/2026/TT-BYT for visits that end from 2026-07-01.
    Marks that limit the use of a code (columns 24 to 29 of its annex) only warn: the refusal is unverified.
    """
    row = visit.summary
    principal = row.get("MA_BENH_CHINH", "")
    others = [code for code in row.get("MA_BENH_KT", "").split(";") if code]
    if ";" in principal:
        yield Found(row, "MA_BENH_CHINH", text="C12.one")
    if len(others) > MOST:
        facts = {"found": len(others), "limit": MOST}
        yield Found(row, "MA_BENH_KT", facts, text="C12.many", severity=WARNING)
    for code in principal.split(";"):
        yield from _judge(visit, "MA_BENH_CHINH", code)
    for code in others:
        yield from _judge(visit, "MA_BENH_KT", code)


def _judge(visit, field, code):
    if not code:
        return
    known = visit.lists.icd10(code, visit.on)
    if known is None:
        if visit.lists.has(code_lists.ICD10, code_lists.bare_icd10(code)) is False:
            yield Found(visit.summary, field, {"found": code[:20]}, severity=ERROR)
        return
    for text in _limits(known, field, visit.summary.get("GIOI_TINH", "")):
        yield Found(visit.summary, field, {"found": code[:20]}, text=text, severity=WARNING)


def _limits(known, field, sex):
    if known.has_specific_child:
        yield "C12.specific"
    if known.death_cause_only:
        yield "C12.death"
    if field == "MA_BENH_CHINH" and (known.not_main or known.discouraged_main):
        yield "C12.not_main" if known.not_main else "C12.discouraged"
    if known.female and _SEX_OF.get(sex) == "male" or known.male and _SEX_OF.get(sex) == "female":
        yield "C12.sex"
