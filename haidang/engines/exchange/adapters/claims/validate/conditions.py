"""Fields that must be filled under a condition, as the tables of the decisions word it (trường bắt buộc có điều kiện).

Conditions that the rules C1–C20 name stand there. All of these only warn: the visit is told without them.
"""

from haidang.engines.exchange.adapters.claims import tables
from haidang.engines.exchange.adapters.claims.model import WARNING
from haidang.engines.exchange.adapters.claims.validate.rules import Found, rule
from haidang.engines.exchange.adapters.claims.validate.visits import BEDS

_HAS_CARD = ("MA_THE_BHYT", "MA_DKBD", "GT_THE_TU")
_LATENT = ("PHACDO_DTRI_LAO", "NGAYBD_DTRI_LAO")
_PCR = ("LAN_XN_PCR", "NGAY_XN_PCR", "NGAY_KQ_XN_PCR", "MA_KQ_XN_PCR")
_ARV = ("NGAY_BAT_DAU_XU_TRI", "NGAY_KET_THUC_XU_TRI", "SO_NGAY_CAP_THUOC_ARV")
_PARENTS = ("HO_TEN_CHA", "HO_TEN_ME")

# table, fields that must then be filled, when (row, visit)
CONDITIONS = (
    ("XML0", _HAS_CARD, lambda row, visit: row["MA_DOITUONG_KCB"] not in ("", "9")),
    ("XML0", ("LY_DO_VNT",), lambda row, visit: row["NGAY_VAO_NOI_TRU"]),
    ("XML0", ("TEN_DICH_VU",), lambda row, visit: row["MA_DICH_VU"]),
    ("XML0", ("TEN_THUOC",), lambda row, visit: row["MA_THUOC"]),
    ("XML0", ("TEN_VAT_TU",), lambda row, visit: row["MA_VAT_TU"]),
    ("XML1", _HAS_CARD, lambda row, visit: row["MA_DOITUONG_KCB"] not in ("", "9")),
    ("XML1", ("MA_NOI_DI",), lambda row, visit: row["MA_DOITUONG_KCB"] == "1.3"),
    ("XML1", ("GIAY_CHUYEN_TUYEN",), lambda row, visit: row["MA_DOITUONG_KCB"] in ("1.3", "1.5")),
    ("XML1", ("MA_NOI_DEN",), lambda row, visit: row["MA_LOAI_RV"] in ("2", "5")),
    ("XML1", ("CAN_NANG_CON",), lambda row, visit: visit.rows("XML9")),
    ("XML3", ("TEN_DICH_VU",), lambda row, visit: row["MA_DICH_VU"]),
    ("XML3", ("TEN_VAT_TU",), lambda row, visit: row["MA_VAT_TU"]),
    ("XML3", ("MA_GIUONG",), lambda row, visit: row["MA_NHOM"] in BEDS),
    ("XML4", ("TEN_CHI_SO",), lambda row, visit: row["MA_CHI_SO"]),
    ("XML6", _LATENT, lambda row, visit: row["LOAI_DTRI_LAO"] not in ("", "0")),
    ("XML6", _PCR, lambda row, visit: "1" in row["MA_TINH_TRANG_DK"].split(";")),
    ("XML6", _ARV, lambda row, visit: "1" in row["MA_XU_TRI"].split(";")),
    ("XML7", _PARENTS, lambda row, visit: _younger(visit, 16)),
    ("XML8", ("GHI_CHU",), lambda row, visit: _younger(visit, 16)),
    ("XML9", ("GHI_CHU",), lambda row, visit: "1" in (row["SINHCON_PHAUTHUAT"], row["SINHCON_DUOI32TUAN"])),
    ("XML11", _PARENTS, lambda row, visit: _younger(visit, 7)),
    ("XML15", ("BDDT_ARV", "NGAY_BAT_DAU_DT_CTX"), lambda row, visit: row["PHANLOAI_LAO_HIV"] == "1"),
)  # fmt: skip


def _younger(visit, years):
    age = visit.age_in_years
    return age is not None and age < years


@rule("field.required", WARNING, needs="")
def required_under_a_condition(visit):
    """A field is filled when its condition holds (trường bắt buộc có điều kiện).

    Source: the column of conditions in the tables of QĐ 130, QĐ 4750 and QĐ 3176
    """
    present = visit.dossier.tables
    for table, names, holds in CONDITIONS:
        if table in present:
            for row in present[table]:
                empty = [name for name in names if not row.get(name)]
                if empty and holds(row, visit):
                    for name in empty:
                        yield Found(row, name, {"label": tables.label(table, name)})


@rule("field.required", WARNING, needs="XML0")
def a_check_in_names_its_first_cost(visit):
    """A check-in names a service, a drug or a supply (chi phí đầu tiên).

    Source: QĐ 4750/QĐ-BYT 2023, check-in, fields 19 to 24
    """
    for row in visit.rows("XML0"):
        if not (row["MA_DICH_VU"] or row["MA_THUOC"] or row["MA_VAT_TU"]):
            yield Found(row, "MA_DICH_VU", {"label": tables.label("XML0", "MA_DICH_VU")})
