"""The catalogue (danh mục thủ tục): procedures as they apply on a day, and their forms.

A procedure is one file: what it is, its form, and the key of its process. `block:` in a form stands
for the questions of a file in `data/blocks`, so that everybody's address is asked in one way.
"""

from datetime import date
from pathlib import Path

from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.kernel import errors, text, yamlfile
from haidang.rooms.procedures import domain, models

DATA = Path(__file__).resolve().parents[1] / "data"
FIRST_DAY = date(2025, 7, 1)


def form_of(definition):
    """The definition of a procedure's form, blocks filled in."""
    items = []
    for item in definition.get("form") or []:
        items += block(item["block"]) if isinstance(item, dict) and "block" in item else [item]
    basis = definition["basis"][0]
    return {
        "key": definition["key"],
        "title": definition["name"],
        "title_en": definition.get("name_en", ""),
        "source": basis if isinstance(basis, str) else basis["title"],
        "valid_from": FIRST_DAY.isoformat(),
        "items": items,
    }


def block(name):
    """The questions of a file in `data/blocks`.

    Raises    Incorrect `procedures.block_unknown`
    """
    path = DATA / "blocks" / f"{name}.yaml"
    if path.parent != DATA / "blocks" or not path.is_file():
        raise errors.Incorrect(
            "procedures.block_unknown", _("Không có khối câu hỏi này."), block=str(name)
        )
    return yamlfile.read(path)


def current(day):
    """Every procedure in force on a day, as it applies then, by sector and name."""
    rows = models.Version.objects.filter(valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))
    found = [domain.on(domain.procedure(row.definition), day) for row in rows]
    return sorted(found, key=lambda one: (one.sector, one.name))


def search(words, day):
    """The procedures that a need in plain words names, the best first.

    Every word counts; a word that nothing has does not empty the list.
    """
    asked = set(text.words(words))
    rows = models.Version.objects.filter(valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))
    scored = [(sum(word in row.search for word in asked), row) for row in rows]
    best = sorted((one for one in scored if one[0]), key=lambda one: (-one[0], one[1].key))
    return [domain.on(domain.procedure(row.definition), day) for _score, row in best]


def version_of(key, day):
    """The row of the version in force on a day.

    Raises    NotFound `procedures.unknown`
    """
    rows = models.Version.objects.filter(key=key, valid_from__lte=day)
    row = rows.filter(Q(valid_to=None) | Q(valid_to__gt=day)).order_by("-number").first()
    if row is None:
        raise errors.NotFound("procedures.unknown", _("Không có thủ tục này."))
    return row


def procedure(key, day):
    """A procedure as it applies on a day.

    Raises    NotFound `procedures.unknown`
    """
    return domain.on(domain.procedure(version_of(key, day).definition), day)
