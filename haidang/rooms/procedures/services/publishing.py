"""Publishing procedures: files in, versions by date out."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.kernel import text, yamlfile
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue


def load_files(*, by, on=None):
    """Bring in every file of the room: processes, then procedures.

    What is there already and was changed in the product stays as it is. A file that the product
    changed becomes a version from a day on, so that what was begun before keeps its own.

    on    the day from which a changed file applies; today when not given

    Returns    how many procedures were new or changed
    """
    for path in sorted((catalogue.DATA / "processes").glob("*.bpmn")):
        workflow.load(path.stem, path.read_bytes(), by=by)
    changed = 0
    for path in sorted((catalogue.DATA / "catalogue").glob("*.yaml")):
        last = models.Version.objects.filter(key=path.stem).order_by("-number").first()
        if last and last.by_ref != by.ref:
            continue
        definition = yamlfile.read(path) | {"key": path.stem}
        first = (on or timezone.localdate()) if last else catalogue.FIRST_DAY
        changed += publish(definition, by=by, valid_from=first)[1]
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
    form = catalogue.form_of(definition) | {"valid_from": valid_from.isoformat()}
    forms.load(form, by=by)
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


def _plain(value):
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _search_text(found):
    return text.fold(" ".join([found.name, found.name_en, found.summary, found.who, *found.words]))
