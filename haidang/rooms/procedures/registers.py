"""What registers there are (sổ đăng ký), what stands in them, and who may see it; data with its law."""

import functools
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.kernel import errors, text, yamlfile

_FILE = Path(__file__).with_name("data") / "registers.yaml"
#: Days before the end of a result on which its holder is told.
WARNINGS = (90, 30, 7)


@dataclass(frozen=True)
class Column:
    """One column: `source` is where the value stands among the answers, `holder` the applicant."""

    key: str
    title: str
    title_en: str
    source: str
    public: bool


@dataclass(frozen=True)
class Register:
    """One register: results with one of its codes enter it."""

    key: str
    title: str
    title_en: str
    basis: str
    public: bool
    results: tuple[str, ...]
    before: tuple[str, ...]
    columns: tuple[Column, ...]

    def shown(self, *, everything):
        """The columns that somebody sees: all for the department, the public ones for the rest."""
        return [one for one in self.columns if everything or one.public]


@functools.cache
def everything():
    """Every register, in the order of its file."""
    told = yamlfile.read(_FILE)
    return tuple(_register(one) for one in told)


def _register(told):
    columns = tuple(
        Column(c["key"], c["title"], c["title_en"], c["from"], c["public"] and told["public"])
        for c in told["columns"]
    )
    names = ("key", "title", "title_en", "basis", "public")
    lists = {name: tuple(told[name]) for name in ("results", "before")}
    return Register(**{name: told[name] for name in names}, **lists, columns=columns)


def register(key, *, public_only=False):
    """One register.

    Raises    NotFound `procedures.register_unknown`
    """
    found = next((one for one in everything() if one.key == key), None)
    if found is None or public_only and not found.public:
        raise errors.NotFound("procedures.register_unknown", _("Không có sổ đăng ký này."))
    return found


def of_result(code):
    """The register that a result with this code enters, or None."""
    return next((one for one in everything() if code in one.results), None)


def values_of(found, answers, *, holder, before=None):
    """The columns of an entry, out of answers; what was not asked again stays as it was before."""
    values = dict(before or {})
    for column in found.columns:
        value = holder if column.source == "holder" else _at(answers, column.source)
        if value not in (None, "", [], {}):
            values[column.key] = _plain(value)
    values.setdefault("holder", holder)
    return values


def _at(answers, path):
    for part in path.split("."):
        answers = answers.get(part) if isinstance(answers, dict) else None
    return answers


def _plain(value):
    if isinstance(value, dict):
        return value.get("display") or value.get("code", "")
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def search_text(found, values, number):
    """What everybody's search looks in: the public columns and the number, folded."""
    public = [values.get(column.key, "") for column in found.columns if column.public]
    return text.fold(" ".join([number, *public]))
