"""The kinds of administrative document (loại văn bản), as data with its source."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.kernel import errors

_FILE = Path(__file__).with_name("data") / "kinds.toml"


@dataclass(frozen=True)
class Kind:
    """One kind; `letters` is its part of the symbol (QĐ), empty for a letter."""

    code: str
    title: str
    letters: str


@functools.cache
def kinds():
    """All kinds, by their code.

    Source: Nghị định 30/2020/NĐ-CP, Điều 7 và Phụ lục III
    """
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))["kinds"]
    return {code: Kind(code, **one) for code, one in told.items()}


def kind(code):
    """One kind.

    Raises    NotFound `documents.kind_unknown`
    """
    found = kinds().get(code)
    if found is None:
        raise errors.NotFound("documents.kind_unknown", _("Không có loại văn bản này."))
    return found
