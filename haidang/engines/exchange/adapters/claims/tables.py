"""The tables and fields of the claims dossier in both forms, read from `reference/claims-fields/` (bảng và trường dữ liệu).

Field names stay as the decisions spell them. The frame of a table (root, list and row element) is part of the format and
stands here; everything about fields is data.
"""

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FORMS = ("4750", "3176")
NEWEST = "3176"
RELEASES = Path(__file__).resolve().parents[5] / "reference" / "claims-fields"

# table: (root, list, row); a root that is the row itself has neither list nor row.
FRAMES = {
    "XML0": ("CHI_TIEU_TRANG_THAI_KCB", "DSACH_TRANG_THAI_KCB", "TRANG_THAI_KCB"),
    "XML1": ("TONG_HOP", "", ""),
    "XML2": ("CHITIEU_CHITIET_THUOC", "DSACH_CHI_TIET_THUOC", "CHI_TIET_THUOC"),
    "XML3": ("CHITIEU_CHITIET_DVKT_VTYT", "DSACH_CHI_TIET_DVKT", "CHI_TIET_DVKT"),
    "XML4": ("CHITIEU_CHITIET_DICHVUCANLAMSANG", "DSACH_CHI_TIET_CLS", "CHI_TIET_CLS"),
    "XML5": (
        "CHITIEU_CHITIET_DIENBIENLAMSANG",
        "DSACH_CHI_TIET_DIEN_BIEN_BENH",
        "CHI_TIET_DIEN_BIEN_BENH",
    ),
    "XML6": (
        "CHI_TIEU_HO_SO_BENH_AN_CHAM_SOC_VA_DIEU_TRI_HIV_AIDS",
        "DSACH_HO_SO_BENH_AN_CHAM_SOC_VA_DIEU_TRI_HIV_AIDS",
        "HO_SO_BENH_AN_CHAM_SOC_VA_DIEU_TRI_HIV_AIDS",
    ),
    "XML7": ("CHI_TIEU_DU_LIEU_GIAY_RA_VIEN", "", ""),
    "XML8": ("CHI_TIEU_DU_LIEU_TOM_TAT_HO_SO_BENH_AN", "", ""),
    "XML9": ("CHI_TIEU_DU_LIEU_GIAY_CHUNG_SINH", "DSACH_GIAYCHUNGSINH", "DU_LIEU_GIAY_CHUNG_SINH"),
    "XML10": ("CHI_TIEU_DU_LIEU_GIAY_NGHI_DUONG_THAI", "", ""),
    "XML11": ("CHI_TIEU_DU_LIEU_GIAY_CHUNG_NHAN_NGHI_VIEC_HUONG_BAO_HIEM_XA_HOI", "", ""),
    "XML12": ("GIAM_DINH_Y_KHOA", "", ""),
    "XML13": ("CHI_TIEU_GIAYCHUYENTUYEN", "", ""),
    "XML14": ("CHI_TIEU_GIAYHEN_KHAMLAI", "", ""),
    "XML15": (
        "CHI_TIEU_DIEUTRI_BENHLAO",
        "DSACH_CHITIET_DIEUTRI_BENHLAO",
        "CHITIET_DIEUTRI_BENHLAO",
    ),
}
TABLE_OF_ROOT = {frame[0]: table for table, frame in FRAMES.items()}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a table, as a row of the release says it; see the README of the release for each word."""

    table: str
    order: int
    name: str
    type: str
    max_length: int | None
    required: str
    condition: str
    severity: str
    malformed: str
    kind: str
    decimals: int | None
    many: bool
    low: int | None
    high: int | None
    pattern: re.Pattern | None
    list: str
    label_vi: str
    meaning_en: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a form: its frame and its fields in the order of writing."""

    name: str
    root: str
    list: str
    row: str
    fields: tuple[Field, ...]

    @property
    def is_single(self) -> bool:
        """Is the root element itself the row?"""
        return not self.row

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class Form:
    """One edition of the whole set: `code` is "4750" or "3176"."""

    code: str
    decision: str
    tables: dict[str, Table]


@cache
def form(code: str = NEWEST) -> Form:
    """The tables of one form.

    Raises    KeyError for a form that no release describes
    """
    return _forms()[code]


def label(table: str, name: str, code: str = NEWEST) -> str:
    """The Vietnamese name of a field as people read it; the field name itself when the form has no such field."""
    found = form(code).tables[table].field(name) if table in FRAMES else None
    return found.label_vi if found else name


@cache
def _forms():
    manifests = (
        tomllib.loads(path.read_text("utf-8")) for path in RELEASES.glob("*/manifest.toml")
    )
    return {facts["form"]: _load(facts) for facts in manifests}


def _load(facts):
    with (RELEASES / facts["version"] / "data.csv").open(encoding="utf-8", newline="") as lines:
        fields = [_field(line) for line in csv.DictReader(lines)]
    return Form(
        facts["form"],
        facts["decision"],
        {
            name: Table(name, *frame, tuple(f for f in fields if f.table == name))
            for name, frame in FRAMES.items()
        },
    )


def _field(line):
    return Field(
        table=line["table"],
        order=int(line["order"]),
        name=line["field"],
        type=line["type"],
        max_length=_number(line["max_length"]),
        required=line["required"],
        condition=line["condition"],
        severity=line["severity"],
        malformed=line["malformed"],
        kind=line["kind"],
        decimals=_number(line["decimals"]),
        many=line["many"] == "1",
        low=_number(line["low"]),
        high=_number(line["high"]),
        pattern=re.compile(rf"(?:{line['pattern']})\Z", re.ASCII) if line["pattern"] else None,
        list=line["list"],
        label_vi=line["label_vi"],
        meaning_en=line["meaning_en"],
        source=line["source"],
    )


def _number(text):
    return int(text) if text else None
