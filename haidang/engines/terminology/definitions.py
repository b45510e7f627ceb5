"""HL7's own R4 definitions, read from the published package that set-up installs.

The package is not ours to commit, so nothing is copied: a kind is read from the project's
`node_modules` whenever somebody asks, and who asks keeps what it needs of it (`compiled`).
"""

import contextlib
import os
from pathlib import Path

import msgspec
import orjson
from django.utils.translation import gettext as _

from haidang.kernel import errors

PROJECT = Path(__file__).resolve().parents[3]
PACKAGE = PROJECT / "node_modules" / "@medplum" / "definitions"
FOLDER = PACKAGE / "dist" / "fhir" / "r4"
BUILD = PROJECT / ".build"

#: What may be asked for, and the file of the package that answers.
FILES = {
    "search-parameters": "search-parameters.json",
    "profiles-resources": "profiles-resources.json",
    "profiles-types": "profiles-types.json",
    "profiles-others": "profiles-others.json",
    "extensions": "extension-definitions.json",
    "valuesets": "valuesets.json",
    "v3-codesystems": "v3-codesystems.json",
    "v2-tables": "v2-tables.json",
    "conceptmaps": "conceptmaps.json",
    "compartments": "compartmentdefinition-patient.json",
}


def definitions(kind, *, folder=FOLDER):
    """Every definition of one kind, as R4 resources (plain dictionaries).

    Nothing is cached: `profiles-resources` alone is 35 MB of JSON.

    Raises    Incorrect `terminology.definitions_unknown` (facts: kind, known);
              Unavailable `terminology.definitions_missing` (facts: file)
    """
    content = _load(path_of(kind, folder=folder))
    if content.get("resourceType") != "Bundle":
        return [content]
    return [entry["resource"] for entry in content["entry"]]


def compiled(name, type, make, *, layout):
    """What `make()` makes of the definitions, kept with the build: reading all takes seconds.

    name      of the file
    type      what is made, as msgspec reads it again
    layout    another number when what is made changes: then it is made anew
    """
    path = BUILD / f"{name}-{package_version()}-{layout}.json"
    with contextlib.suppress(OSError, msgspec.DecodeError):
        return msgspec.json.decode(path.read_bytes(), type=type)
    made = make()
    with contextlib.suppress(OSError):  # where the build cannot be written it is made each time
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(msgspec.json.encode(made))
        fresh.replace(path)
    return made


def path_of(kind, *, folder=FOLDER):
    """The file of the package that holds `kind`."""
    if kind not in FILES:
        raise errors.Incorrect(
            "terminology.definitions_unknown",
            _("Không có loại định nghĩa này."),
            kind=kind,
            known=sorted(FILES),
        )
    return folder / FILES[kind]


def package_version(*, package=PACKAGE):
    """The version of the installed package, or None when it is not installed."""
    description = package / "package.json"
    if not description.exists():
        return None
    return orjson.loads(description.read_bytes())["version"]


def _load(path):
    try:
        return orjson.loads(path.read_bytes())
    except FileNotFoundError as missing:
        raise errors.Unavailable(
            "terminology.definitions_missing",
            _("Chưa có gói định nghĩa FHIR R4; chạy `bin/run` (cần mạng) rồi thử lại."),
            file=path.name,
        ) from missing
