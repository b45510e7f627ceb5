"""What a data set is: its description, its source, its dictionary, and what it may not hold."""

import re
from dataclasses import dataclass, field
from datetime import date

TYPES = ("text", "whole", "number", "flag", "date")
RHYTHMS = {"monthly": 31, "quarterly": 92, "yearly": 366, "irregular": None}
THEMES = {
    "health": ("Sức khỏe", "Health", "HEAL"),
    "population": ("Dân số và xã hội", "Population and society", "SOCI"),
    "government": ("Chính quyền", "Government", "GOVE"),
    "economy": ("Kinh tế, tài chính", "Economy and finance", "ECON"),
    "regions": ("Đơn vị hành chính", "Regions", "REGI"),
}
LICENCES = {
    "cc-by-4.0": (
        "Creative Commons Ghi công 4.0",
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "cc0-1.0": (
        "Creative Commons Zero 1.0 (không giữ quyền)",
        "Creative Commons Zero 1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    "odc-by-1.0": (
        "Open Data Commons Ghi công 1.0",
        "Open Data Commons Attribution 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
}
#: Who publishes, and what the catalogue is called, in the two languages that machines are given.
PUBLISHER = ("Sở Y tế thành phố Hải Phòng", "Hải Phòng Department of Health")
PUBLISHER_KEY = "so-y-te"
DEPARTMENT = "31Z99"  # whose officers review and release
CATALOGUE = ("Dữ liệu mở y tế Hải Phòng", "Hải Phòng open health data")
ABOUT = (
    "Danh mục dữ liệu mở của ngành y tế thành phố Hải Phòng.",
    "Catalogue of the open data of Hải Phòng's health sector.",
)
TERM_UNITS = {"day": "ngày", "working_day": "ngày làm việc", "hour": "giờ"}
SOURCES = ("listing", "indicators", "figures", "sql", "contributed")
#: Columns of the published views that name or lead to a person.
PERSONAL_COLUMNS = frozenset(
    [
        "id",
        "patient",
        "person",
        "visit",
        "encounter",
        "citizen_id",
        "old_id_card",
        "passport",
        "insurance_card",
        "social_insurance",
        "full_name",
        "patient_name",
        "birth_date",
        "born",
        "phone",
        "email",
        "home_address",
        "occupation",
        "deceased_at",
    ]
)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_NEEDED = ("key", "version", "title", "title_en", "description", "keywords", "theme", "licence", "rhythm", "contact", "source", "columns")  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of the dictionary (trường dữ liệu)."""

    name: str
    type: str
    title: str
    title_en: str = ""
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True)
class DataSet:
    """One data set of the catalogue (bộ dữ liệu).

    source     {kind: listing | indicators | figures | sql | contributed, …}
    personal   True when rows count people, so that small cells are hidden
    chart      {kind: trend | bars, label, value, title}, or nothing
    """

    key: str
    version: int
    title: str
    title_en: str
    description: str
    description_en: str
    keywords: tuple[str, ...]
    keywords_en: tuple[str, ...]
    theme: str
    licence: str
    rhythm: str
    contact: str
    source: dict
    columns: tuple[Column, ...]
    quality: tuple[str, ...] = ()
    since: date | None = None
    personal: bool = True
    chart: dict = field(default_factory=dict)
    contributor: str = ""
    content: dict = field(default_factory=dict, repr=False)

    @property
    def names(self):
        """Names of the columns, in their order."""
        return [column.name for column in self.columns]

    @property
    def measures(self):
        """Columns whose values count people, and are left empty where a cell is hidden."""
        return tuple(self.source.get("measures") or self.source.get("codes", ()))


def read(content, name=""):
    """A `DataSet` from what its file says.

    Raises    ValueError that names the file and everything that is wrong with it
    """
    wrong = [f"lacks {key}" for key in _NEEDED if not content.get(key)]
    if not wrong:
        wrong = [*_faults(content), *_faults_of_columns(content), *_faults_of_source(content)]
    if wrong:
        raise ValueError(f"{name or content.get('key')}: {'; '.join(wrong)}")
    plain = {k: content[k] for k in ("key", "version", "title", "title_en", "theme", "licence", "rhythm", "contact", "source")}  # fmt: skip
    return DataSet(
        **plain,
        description=content["description"].strip(),
        description_en=content.get("description_en", "").strip(),
        keywords=tuple(content["keywords"]),
        keywords_en=tuple(content.get("keywords_en", ())),
        columns=tuple(Column(**one) for one in content["columns"]),
        quality=tuple(content.get("quality", ())),
        since=_day(content.get("since")),
        personal=content.get("personal", True),
        chart=content.get("chart", {}),
        contributor=content.get("contributor", ""),
        content=content,
    )


def _day(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


def _faults(content):
    if not _KEY.fullmatch(str(content["key"])):
        yield f"key {content['key']} is not words joined by hyphens"
    for key, known in (("theme", THEMES), ("licence", LICENCES), ("rhythm", RHYTHMS)):
        if content[key] not in known:
            yield f"unknown {key} {content[key]}"


def _faults_of_columns(content):
    names = [one.get("name", "") for one in content["columns"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"column {name} stands twice"
    for one in content["columns"]:
        name = one.get("name", "")
        if not _NAME.fullmatch(name):
            yield f"column {name!r} is no name"
        if name in PERSONAL_COLUMNS:
            yield f"column {name} leads to a person"
        if one.get("type") not in TYPES:
            yield f"column {name} has no type"
        if not one.get("title"):
            yield f"column {name} has no title"


def _faults_of_source(content):
    source, personal = content["source"], content.get("personal", True)
    names = {one.get("name") for one in content["columns"]}
    if source.get("kind") not in SOURCES:
        yield f"unknown source {source.get('kind')}"
        return
    if source["kind"] == "listing" and personal:
        yield "a listing holds no people: say personal: false"
    if source["kind"] == "sql" and personal and not (source.get("groups") and source.get("count")):
        yield "rows about people need groups and a count"
    if source["kind"] == "sql" and len(source.get("groups", ())) > 2:
        yield "more than two groups cannot be protected"
    if personal and source["kind"] in ("sql", "indicators") and "suppressed" not in names:
        yield "rows about people need the column suppressed"
    lacking = {*source.get("groups", ()), *source.get("measures", ())} - names
    if lacking:
        yield f"the source names columns that are not there: {', '.join(sorted(lacking))}"


def check_together(found):
    """Refuse data sets that would give away each other's hidden cells.

    The same breakdown of an indicator at two lengths of period (months and their year) would let
    a hidden month be worked out from the year.

    Raises    ValueError
    """
    seen = {}
    for one in found:
        if one.source["kind"] != "indicators":
            continue
        for code in one.source["codes"].values():
            spot, length = (code, one.source["breakdown"]), one.source["period"]
            if seen.setdefault(spot, length) != length:
                raise ValueError(f"{one.key}: {code} by {spot[1]} is published by {seen[spot]} too")
