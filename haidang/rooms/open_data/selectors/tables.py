"""The rows of a release, read back from its own JSON file."""

import json

from haidang.engines.documents import api as documents


def file_of(release, form):
    """The file of a release in one format, as kept with it, or None."""
    return next((one for one in release.files if one["format"] == form), None)


def rows(release):
    """The rows of a release, as dictionaries."""
    kept = file_of(release, "json")
    with documents.open_file(kept["file"]) as file:
        return json.loads(file.read())["rows"]
