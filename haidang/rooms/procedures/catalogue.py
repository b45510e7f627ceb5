"""The catalogue (danh mục thủ tục): files in, versions by date out.

A procedure is one file: what it is, its form, and the key of its process. `block:` in a form stands
for the questions of a file in `data/blocks`, so that everybody's address is asked in one way.
"""

from datetime import date
from pathlib import Path

import yaml
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors, text
from haidang.rooms.procedures import domain, models

DATA = Path(__file__).parent / "data"
_FIRST_DAY = date(2025, 7, 1)


def load_files(*, by):
    """Bring in every file of the room: processes, then procedures; what stands already stays.

    Returns    how many procedures were new or changed
    """
    for path in sorted((DATA / "processes").glob("*.bpmn")):
        workflow.publish(path.stem, path.read_bytes(), by=by)
    changed = 0
    for path in sorted((DATA / "catalogue").glob("*.yaml")):
        definition = yaml.safe_load(path.read_text(encoding="utf-8")) | {"key": path.stem}
        changed += publish(definition, by=by, valid_from=_FIRST_DAY)[1]
    return changed


@transaction.atomic
def publish(definition, *, by, valid_from):
    """Publish a procedure (ban hành thủ tục) with its form; the same again changes nothing.

    definition    as in a file of `data/catalogue`, with `key`

    Returns    (Procedure, whether it is a new version)
    Raises     Incorrect `procedures.definition_wrong`, `forms.definition_unreadable` (facts:
               issues); NotFound `workflow.model_unknown`
    Records    event `procedures.procedure.published`
    """
    definition = _plain(definition)
    found = domain.procedure(definition)
    workflow.model(found.process)
    last = models.Version.objects.select_for_update().filter(key=found.key)
    last = last.order_by("-number").first()
    if last and last.definition == definition:
        return found, False
    forms.load(form_of(definition), by=by)
    models.Version.objects.filter(key=found.key).filter(
        Q(valid_to=None) | Q(valid_to__gt=valid_from)
    ).update(valid_to=valid_from)
    row = models.Version.objects.create(
        key=found.key,
        number=last.number + 1 if last else 1,
        definition=definition,
        search=_search_text(found),
        valid_from=valid_from,
        by_ref=by.ref,
    )
    facts = {"key": found.key, "number": row.number}
    ledger.record("procedures.procedure.published", by=by, facts=facts)
    return found, True


def form_of(definition):
    """The definition of a procedure's form, blocks filled in."""
    items = []
    for item in definition.get("form") or []:
        items += _block(item["block"]) if isinstance(item, dict) and "block" in item else [item]
    basis = definition["basis"][0]
    return {
        "key": definition["key"],
        "title": definition["name"],
        "title_en": definition.get("name_en", ""),
        "source": basis if isinstance(basis, str) else basis["title"],
        "valid_from": _FIRST_DAY.isoformat(),
        "items": items,
    }


def _block(name):
    path = DATA / "blocks" / f"{name}.yaml"
    if path.parent != DATA / "blocks" or not path.is_file():
        raise errors.Incorrect(
            "procedures.block_unknown", _("Không có khối câu hỏi này."), block=str(name)
        )
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _plain(value):
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _search_text(found):
    return text.fold(" ".join([found.name, found.name_en, found.summary, found.who, *found.words]))


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
