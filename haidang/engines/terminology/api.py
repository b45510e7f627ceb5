"""The door of the terminology engine."""

from haidang.engines.terminology.catalogues import default_folder as catalogues_folder
from haidang.engines.terminology.catalogues import missing as missing_catalogues
from haidang.engines.terminology.definitions import definitions, package_version
from haidang.engines.terminology.expansion import Contained, Expansion, expand, validate_code
from haidang.engines.terminology.folders import url_of
from haidang.engines.terminology.icd10 import Flags
from haidang.engines.terminology.icd10 import concept as icd10
from haidang.engines.terminology.icd10 import normal as normal_icd10
from haidang.engines.terminology.lists import Lists
from haidang.engines.terminology.lists import current as lists
from haidang.engines.terminology.lookups import (
    Concept,
    Translation,
    lookup,
    lookup_many,
    search_codes,
    subsumes,
    translate,
)
from haidang.engines.terminology.manifest import Manifest, checksum, seal
from haidang.engines.terminology.manifest import read as read_manifest
from haidang.engines.terminology.manifest import rows as read_rows
from haidang.engines.terminology.releases import load_all, load_release
from haidang.engines.terminology.releases import statuses as releases

__all__ = [
    "Concept",
    "Contained",
    "Expansion",
    "Flags",
    "Lists",
    "Manifest",
    "Translation",
    "catalogues_folder",
    "checksum",
    "definitions",
    "expand",
    "icd10",
    "lists",
    "load_all",
    "load_release",
    "lookup",
    "lookup_many",
    "missing_catalogues",
    "normal_icd10",
    "package_version",
    "read_manifest",
    "read_rows",
    "releases",
    "seal",
    "search_codes",
    "subsumes",
    "translate",
    "url_of",
    "validate_code",
]
