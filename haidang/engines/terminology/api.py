"""The door of the terminology engine."""

from haidang.engines.terminology.catalogues import default_folder as catalogues_folder
from haidang.engines.terminology.catalogues import missing as missing_catalogues
from haidang.engines.terminology.choosing import System
from haidang.engines.terminology.codes import check as check_codes
from haidang.engines.terminology.codes import details, subsumes
from haidang.engines.terminology.definitions import compiled, definitions, package_version
from haidang.engines.terminology.folders import url_of
from haidang.engines.terminology.icd10 import Flags
from haidang.engines.terminology.icd10 import concept as icd10
from haidang.engines.terminology.icd10 import normal as normal_icd10
from haidang.engines.terminology.judging import Coding, Verdict, told
from haidang.engines.terminology.lists import Lists
from haidang.engines.terminology.lists import current as lists
from haidang.engines.terminology.lookups import (
    Concept,
    lookup,
    lookup_many,
    search_codes,
)
from haidang.engines.terminology.manifest import Manifest, checksum, seal
from haidang.engines.terminology.manifest import read as read_manifest
from haidang.engines.terminology.manifest import rows as read_rows
from haidang.engines.terminology.maps import NOTHING as NO_EQUIVALENT
from haidang.engines.terminology.maps import Translation, translate
from haidang.engines.terminology.maps import is_loaded as map_is_loaded
from haidang.engines.terminology.releases import load_all, load_release
from haidang.engines.terminology.releases import statuses as releases
from haidang.engines.terminology.resources import (
    all_of,
    designations,
    id_of,
    properties_of,
    stamp,
    versions,
)
from haidang.engines.terminology.resources import everything as resources
from haidang.engines.terminology.valuesets.expanding import (
    Contained,
    Expansion,
    Versions,
    expand,
    language_shown,
)
from haidang.engines.terminology.valuesets.membership import check as check_members
from haidang.engines.terminology.valuesets.membership import validate_code

__all__ = [
    "Coding",
    "Concept",
    "Contained",
    "Expansion",
    "Flags",
    "Lists",
    "Manifest",
    "NO_EQUIVALENT",
    "System",
    "Translation",
    "Verdict",
    "Versions",
    "all_of",
    "catalogues_folder",
    "check_codes",
    "check_members",
    "checksum",
    "compiled",
    "definitions",
    "designations",
    "details",
    "expand",
    "icd10",
    "language_shown",
    "id_of",
    "lists",
    "load_all",
    "load_release",
    "lookup",
    "lookup_many",
    "map_is_loaded",
    "missing_catalogues",
    "normal_icd10",
    "package_version",
    "properties_of",
    "read_manifest",
    "read_rows",
    "releases",
    "resources",
    "seal",
    "search_codes",
    "stamp",
    "subsumes",
    "told",
    "translate",
    "url_of",
    "validate_code",
    "versions",
]
