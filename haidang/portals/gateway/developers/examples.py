"""Examples that a developer can run as they stand, in three languages; a test runs each of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import translation

FOLDER = Path(__file__).parent / "data" / "examples"
#: Language of programming: (name to show, file).
LANGUAGES = {
    "curl": ("curl", "curl.sh"),
    "python": ("Python", "python.py"),
    "javascript": ("JavaScript", "javascript.mjs"),
}


@dataclass(frozen=True)
class Example:
    """One thing to do, with its program in each language.

    told      title and text, with `_en` behind their English
    expect         what stands in the output when it went well
    """

    name: str
    told: dict[str, str]
    expect: str
    programs: dict[str, str]

    def shown(self, language):
        """What the page needs, in the language of the page."""
        own = "_en" if translation.get_language() == "en" else ""
        return {
            "name": self.name,
            "title": self.told[f"title{own}"],
            "text": self.told[f"text{own}"],
            "program": self.programs[language],
        }


@cache
def every():
    """All examples, in the order in which they build on each other."""
    return tuple(_read(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir())


def _read(folder):
    told = tomllib.loads((folder / "example.toml").read_text())
    programs = {code: (folder / file).read_text() for code, (_n, file) in LANGUAGES.items()}
    return Example(folder.name, told, told["expect"], programs)
