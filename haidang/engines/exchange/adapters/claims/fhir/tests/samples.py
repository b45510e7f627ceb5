"""Dossiers for the tests of the mapping: one as most visits are, and generated ones with any text in any field."""

import string
import unicodedata
from random import Random

from hypothesis import strategies as st

from haidang.engines.exchange.adapters.claims import contents, model, tables
from haidang.engines.exchange.adapters.claims.tests import examples

FORMS = tables.FORMS
SINGLE = {name for name, table in tables.form().tables.items() if table.is_single}
MAPPED = [name for name in tables.FRAMES if name not in ("XML0", "XML1")]


def typical(visit="31T01.26.000007") -> model.Dossier:
    """An outpatient visit as most are: two diagnoses, three drugs, an exam, two tests with six results, a new appointment."""
    dossier = examples.outpatient(
        visit,
        MA_BENH_KT="E11.9",
        CHAN_DOAN_RV="Tăng huyết áp vô căn; Đái tháo đường típ 2",
        GHI_CHU="Ăn nhạt, uống thuốc đều",
        NGAY_TAI_KHAM="20260401",
    )
    dossier.tables["XML2"] = [examples.drug(visit, index=index) for index in (1, 2, 3)]
    dossier.tables["XML3"] = [
        examples.service(visit),
        examples.test(visit),
        examples.row(
            "XML3", 3, **(examples.test(visit) | {"STT": "3", "MA_DICH_VU": "23.0001.0002"})
        ),
    ]
    dossier.tables["XML4"] = [
        examples.row(
            "XML4",
            place,
            **(examples.result(visit) | {"STT": str(place), "MA_CHI_SO": f"cs{place}"}),
        )
        for place in range(1, 7)
    ]
    return dossier


# Texts as senders write them: what each kind of field should hold, and what it should not.
_ALPHABET = string.ascii_letters + string.digits + " .,;/-+<>&'\"()\n\u00a0ăâđêôơưÁỆỹ%*[]"
_ANY = st.text(_ALPHABET, max_size=12)
_NUMBERS = st.from_regex(r"-?[0-9]{1,9}([.,][0-9]{1,3})?", fullmatch=True)
_DAYS = st.dates().map(lambda d: f"{d:%Y%m%d}".rjust(8, "0"))
_MOMENTS = st.datetimes().map(lambda d: f"{d:%Y%m%d%H%M}".rjust(12, "0"))
_CODES = st.sampled_from(
    [
        "0",
        "00",
        "1",
        "01",
        "2",
        "3",
        "5",
        "13",
        "18",
        "08",
        "8",
        "1.01",
        "K01",
        "K01;K02.1",
        "I10",
        "B20",
        "B20;F20.0",
        "31001",
    ]
)
_ODD = st.sampled_from(
    [
        "-0",
        "00:00",
        "20250230",
        "202502301260",
        "199900000000",
        "199905000000",
        "5,2",
        "<0.5",
        "≤ 7",
        "a;b",
        "a;;b",
        ";",
    ]
)
TEXTS = st.one_of(st.just(""), _ANY, _NUMBERS, _DAYS, _MOMENTS, _CODES, _ODD).map(
    lambda text: unicodedata.normalize("NFC", text).strip()
)


@st.composite
def rows(draw, table, form, index, visit):
    names = contents.template(table, form)
    pool = draw(st.lists(TEXTS, min_size=5, max_size=9))
    pick = Random(draw(st.integers(0, 2**32))).choice  # one draw for each field would take minutes
    row = model.Row(table, index, {name: pick(pool) for name in names})
    usual = {"MA_LK": visit, "STT": str(index), "MA_CSKCB": "31001"}
    for name, text in usual.items():
        if name in names and draw(st.booleans()):
            row[name] = text
    if draw(st.integers(0, 9)) == 0:
        row["TEN_LA"] = draw(TEXTS)  # an element that the form does not know
    return row


@st.composite
def dossiers(draw):
    """A dossier of either form: XML1 and some rows of any tables, any text in any field."""
    form, visit = (
        draw(st.sampled_from(FORMS)),
        draw(st.from_regex(r"[0-9A-Za-z./-]{1,20}", fullmatch=True)),
    )
    summaries = range(1, 2 + (draw(st.integers(0, 9)) == 0))
    found = {"XML1": [draw(rows("XML1", form, index, visit)) for index in summaries]}
    for table in draw(st.lists(st.sampled_from(MAPPED), unique=True, max_size=4)):
        count = draw(st.integers(1, 2 if table in SINGLE else 3))
        found[table] = [draw(rows(table, form, index, visit)) for index in range(1, count + 1)]
    ordered = {table: found[table] for table in tables.FRAMES if table in found}
    return model.Dossier(visit, "31001", form, ordered)


@st.composite
def check_ins(draw):
    """The states of one visit that has begun; its key and facility are sound, everything else is any text."""
    visit, made = draw(st.from_regex(r"[0-9A-Za-z./-]{1,20}", fullmatch=True)), []
    for index in range(1, draw(st.integers(1, 3)) + 1):
        row = draw(rows("XML0", "3176", index, visit))
        made.append(row)
        row["MA_LK"], row["MA_CSKCB"] = visit, "31001"
    return model.Dossier(visit, "31001", "3176", {"XML0": made})


def full_row(table, form) -> model.Row:
    """A row with something plausible in every field."""
    fields = tables.form(form).tables[table].fields
    return model.Row(table, 1, {field.name: _plausible(field) for field in fields})


def _plausible(field):
    known = {
        "MA_LK": "v",
        "STT": "1",
        "MA_CSKCB": "31T01",
        "DIEN_BIEN_LS": "Tỉnh CSST<M75_T37,5_HA120/70_NT18_SP98_HL2>",
    }
    if field.name in known:
        return known[field.name]
    if field.kind in ("date", "datetime", "birth"):
        return "20260302" if field.max_length == 8 else "202603020900"
    return "1" if field.type == "number" else f"{field.name.lower()}-1"
