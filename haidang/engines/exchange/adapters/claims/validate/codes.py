"""Codes and numbers that lists or other bodies give, C12 and C17 to C19 (mã và số định danh)."""

import re

from haidang.engines.exchange.adapters.claims import lists as code_lists
from haidang.engines.exchange.adapters.claims.model import ERROR, WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule

MOST = 12
_ID_NUMBER = re.compile(r"([0-9]{9}|[0-9]{12}|[A-Z][0-9]{7})\Z", re.ASCII)
_SOCIAL_NUMBER = re.compile(r"(?!0{10})[0-9]{10}\Z", re.ASCII)
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


@rule("C17", WARNING, needs="XML0 XML1 XML6 XML9 XML12 XML15")
def personal_numbers(visit):
    """SO_CCCD is 9 or 12 digits, or a capital letter and 7 digits (số căn cước).

    Source: QĐ 4750/QĐ-BYT 2023; an e-identification account is allowed in XML0 and XML1, so this only warns;
    several numbers since QĐ 3176 set no length
    """
    for table in ("XML0", "XML1", "XML6", "XML9", "XML12", "XML15"):
        for row in visit.rows(table):
            name = "SO_CCCD_NND" if table == "XML9" else "SO_CCCD"
            if row.get(name) and not all(map(_ID_NUMBER.match, row[name].split(";"))):
                yield Found(row, name)


@rule("C18", WARNING, needs="XML9 XML11 XML12")
def social_insurance_numbers(visit):
    """MA_BHXH is 10 digits, not all zero (mã số BHXH).

    Source: QĐ 130/QĐ-BYT 2023, XML9 and XML11
    """
    for table, name in (("XML9", "MA_BHXH_NND"), ("XML11", "MA_BHXH"), ("XML12", "MA_BHXH")):
        for row in visit.rows(table):
            if row[name] and not _SOCIAL_NUMBER.match(row[name]):
                yield Found(row, name)


@rule("C19", WARNING, needs="XML1 XML2 XML3")
def registered_codes(visit):
    """Departments, drugs and services stand in their lists (mã trong danh mục của cơ sở).

    Source: QĐ 7603/QĐ-BYT 2018; the lists that a facility registered are held by the portal, so only a complete list speaks
    """
    has = visit.lists.has
    for row in visit.rows("XML1"):
        for code in row["MA_KHOA"].split(";"):
            if code and has("department", code.partition(".D")[0]) is False:
                yield Found(row, "MA_KHOA", {"found": code[:50]})
    for row in visit.rows("XML2"):
        if any(has("drug-ingredient", part) is False for part in _ingredients(row["MA_THUOC"])):
            yield Found(row, "MA_THUOC", {"found": row["MA_THUOC"][:50]})
    for row in visit.rows("XML3"):
        code = row["MA_DICH_VU"].partition(".K.")[0].partition("_")[0]
        if code and not code.startswith("VC.") and has("service", code) is False:
            yield Found(row, "MA_DICH_VU", {"found": code[:50]})


def _ingredients(code):
    if code.startswith(("VM.", "BB.", "00.")):
        return []
    return [part.strip().removesuffix(".KT").removesuffix(".NAT") for part in code.split("+")]
