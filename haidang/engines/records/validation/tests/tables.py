"""The examples and counter-examples of the published profiles."""

import functools
from pathlib import Path

from haidang.kernel import fhirjson


@functools.cache
def every():
    """One table a profile: its address, what passes, and what fails for one stated reason."""
    folder = Path(__file__).parent / "examples"
    return [fhirjson.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def of(url):
    """The table of one profile."""
    return next(each for each in every() if each["profile"] == url)
