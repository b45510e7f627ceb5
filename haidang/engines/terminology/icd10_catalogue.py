"""ICD-10 in full, from the national catalogues: the list in force and the one before.

Source: Thông tư 06/2026/TT-BYT (visits that end on or after 2026-07-01) and Quyết định
4469/QĐ-BYT of 2020. Age ranges and categories of the older decision have no successor, so they
stand as properties for warnings and never among the flags that block.
"""

from datetime import date

from haidang.engines.terminology import drafts, icd10
from haidang.kernel import systems

CHANGED_ON = date(2026, 7, 1)
BEGAN_ON = date(2020, 10, 28)
DAGGER_MAP = f"{systems.BASE}/ConceptMap/icd10-dagger-asterisk"
SUCCESSOR_MAP = f"{systems.BASE}/ConceptMap/icd10-qd4469-tt06"


def parts(entry, rows):
    """Both lists as code systems, and the pairs of dagger and asterisk codes as a map."""
    codes = rows("icd10.csv")
    above = [*_chapters(rows("icd10-chapters.csv")), *_blocks(rows("icd10-blocks.csv"))]
    ages = {r["code_bare"]: r for r in rows("icd10-age-rules-4469.csv")}
    notes = {r["code"]: r for r in rows("icd10-notes.csv")}
    categories = {r["code_bare"]: r["mdc"] for r in rows("icd10-mdc.csv")}
    today = [_today(row, notes.get(row["code"], {}), ages) for row in codes]
    former = [_former(row, ages, categories) for row in codes if row["in_4469"] == "1"]
    former += [_former_only(row) for row in rows("icd10-4469-only.csv")]
    return {
        "systems": [
            _system(entry, "tt06-2026", [*above, *today], valid_from=CHANGED_ON),
            _system(entry, "qd4469-2020", [*above, *former], valid_from=BEGAN_ON, valid_to=CHANGED_ON),
        ],
        "maps": [
            drafts.MapDraft(DAGGER_MAP, list(_pairs(rows("icd10-dagger-pairs.csv"))), title="ICD-10: mã kiếm và mã sao"),
            drafts.MapDraft(
                SUCCESSOR_MAP,
                list(successors([c.code for c in former], {c.code for c in today})),
                version="tt06-2026",
                title="ICD-10: từ Quyết định 4469/QĐ-BYT sang Thông tư 06/2026/TT-BYT",
            ),
        ],
    }  # fmt: skip


def _system(entry, version, concepts, **dates):
    return drafts.SystemDraft(
        url=systems.ICD10,
        version=version,
        title_vi=entry["title_vi"],
        title_en=entry["title_en"],
        complete=True,
        concepts=concepts,
        **dates,
    )


def successors(former, today):
    """Arrows from the codes of the former list to those of today's.

    The circular publishes no such table, so only what the codes themselves say is told: a code that
    stands in both lists is equivalent to itself, and one that is gone has the nearest shorter code
    as a wider one. A code without either has no arrow.
    """
    for code in former:
        kept = code
        while kept and kept not in today:
            kept = _shorter(kept)
        if kept:
            alike = kept == code
            yield drafts.Arrow(
                systems.ICD10, code, systems.ICD10, kept,
                "equivalent" if alike else "wider",
                "" if alike else "Mã cũ không còn; đây là mã nhóm ngắn hơn gần nhất.",
            )  # fmt: skip


def _chapters(rows):
    for row in rows:
        yield _heading(row["chapter"], row, parent="")


def _blocks(rows):
    """Blocks and sub-blocks, each below the narrowest range of an upper level that holds it."""
    for row in rows:
        yield _heading(row["range"], row, parent=_above(row, rows) or row["chapter"])


def _above(row, rows):
    first, last = row["range"].split("-")
    holding = [
        other["range"]
        for other in rows
        if other["level"] < row["level"]
        and other["range"][:3] <= first
        and last <= other["range"][-3:]
    ]
    return min(holding, key=lambda r: (int(r[-2:]) - int(r[1:3]), r[0] != first[0]), default="")


def _heading(code, row, parent):
    return drafts.ConceptDraft(
        code, row["name_vi"], row["name_en"], parent=parent, properties={"notSelectable": True}
    )


def _today(row, note, ages):
    properties = {name: True for name in icd10.NAMES if row[name] == "1"}
    properties |= {k: note[k] for k in ("guidance_vi", "guidance_en") if note.get(k)}
    return _concept(row, row["name_vi"], properties | _place(row) | _age(row, ages))


def _former(row, ages, categories):
    properties = {name: True for name in ("female", "male") if row[name] == "1"}
    if row["code_bare"] in categories:
        properties["mdc"] = categories[row["code_bare"]]
    name = row["name_vi_4469"] or row["name_vi"]
    return _concept(row, name, properties | _place(row) | _age(row, ages))


def _former_only(row):
    code = row["code"]
    properties = {"note": row["note"]} if row["note"] else {}
    return drafts.ConceptDraft(
        code, row["name_vi"], row["name_en"], parent=_shorter(code), properties=properties
    )


def _concept(row, name_vi, properties):
    parent = _shorter(row["code"]) or row["sub_block"]
    return drafts.ConceptDraft(
        row["code"], name_vi, row["name_en"], parent=parent, properties=properties,
        extra=row["code_bare"],
    )  # fmt: skip


def _shorter(code):
    """The code one step less specific, or empty for a category of three characters."""
    return code[:3] if len(code) == 5 else code[:-1] if len(code) > 5 else ""


def _place(row):
    found = {"chapter": row["chapter"], "block": row["block"]}
    return found | ({"mark": row["mark"]} if row["mark"] else {})


def _age(row, ages):
    rule = ages.get(row["code_bare"])
    return {"age_from": rule["from_age"], "age_to": rule["to_age"]} if rule else {}


def _pairs(rows):
    for row in rows:
        yield drafts.Arrow(
            systems.ICD10,
            icd10.normal(row["dagger"]),
            systems.ICD10,
            icd10.normal(row["asterisk"]),
            comment=f"main {icd10.normal(row['main'])}",
        )
