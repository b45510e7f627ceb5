"""The same visit in the other form (chuyển giữa mẫu QĐ 4750 và QĐ 3176): what was renamed, shortened or dropped.

Source: QĐ 3176/QĐ-BYT 2024 against QĐ 4750/QĐ-BYT 2023: XML13 renamed fields, NGAY_HEN_KL of XML14 from 12 digits to 8,
MA_NGHE_NGHIEP from 5 digits to the first two.
"""

from haidang.engines.exchange.adapters.claims import contents
from haidang.engines.exchange.adapters.claims.model import Dossier, Row

# QĐ 4750 name: QĐ 3176 name
RENAMED = {
    "MA_NOI_DI": "MA_CSKCB_DI",
    "MA_NOI_DEN": "MA_CSKCB_DEN",
    "PP_DIEU_TRI": "TINH_TRANG_CT",
}
DROPPED = ("TEN_DICH_VU", "TEN_THUOC")


def convert(dossier: Dossier, form: str) -> Dossier:
    """The dossier in that form; the same object when it already is.

    To QĐ 3176 nothing is lost but the names of services and drugs of XML13, which XML2 and XML3 hold too. To QĐ 4750
    those names come from there, and only the first of several facilities passed through is kept.
    """
    if dossier.form == form:
        return dossier
    change = _to_newer if form == "3176" else _to_older
    rows = {table: [change(row, dossier) for row in rows] for table, rows in dossier.tables.items()}
    return Dossier(dossier.ma_lk, dossier.facility, form, rows, dossier.problems)


def _to_newer(row, dossier):
    values = dict(row)
    if row.table == "XML13":
        values = {RENAMED.get(n, n): v for n, v in row.items() if n not in DROPPED}
    if row.table == "XML14":
        values["NGAY_HEN_KL"] = values["NGAY_HEN_KL"][:8]
    if len(values.get("MA_NGHE_NGHIEP", "")) == 5:
        values["MA_NGHE_NGHIEP"] = values["MA_NGHE_NGHIEP"][:2]
    return _laid_out(row, values, "3176")


def _to_older(row, dossier):
    values = dict(row)
    if row.table == "XML13":
        back = {new: old for old, new in RENAMED.items()}
        values = {back.get(name, name): value for name, value in row.items()}
        values["MA_NOI_DI"] = values["MA_NOI_DI"].partition(";")[0]
        values["TEN_DICH_VU"] = _names(dossier, "XML3", "TEN_DICH_VU")
        values["TEN_THUOC"] = _names(dossier, "XML2", "TEN_THUOC")
    if row.table == "XML14" and len(values["NGAY_HEN_KL"]) == 8:
        values["NGAY_HEN_KL"] += "0000"
    return _laid_out(row, values, "4750")


def _names(dossier, table, field):
    names = dict.fromkeys(row[field] for row in dossier.rows(table) if row[field])
    return "; ".join(names)[:1024]


def _laid_out(row, values, form):
    return Row(row.table, row.index, contents.template(row.table, form) | values)
