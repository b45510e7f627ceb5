"""Taking a FHIR Questionnaire into the form of a procedure (nhận biểu mẫu FHIR)."""

from haidang.rooms.procedures.selectors import editing, questionnaires
from haidang.rooms.procedures.services import editing as desk


def take_questionnaire(key, content, *, replacing, by, revision):
    """Put the questions of a Questionnaire into the form that is being written.

    replacing    whether the questions of one's own that stand there go; shared blocks stay

    Raises    as `questionnaires.look`; Conflict `forms.sketch_changed`
    """
    brought = questionnaires.look(key, content).items
    items = editing.writing(key).definition.get("form") or []
    if replacing:
        items = [one for one in items if "block" in one]
    # The declaration stays last: people sign under everything they gave.
    place = len(items) - 1 if items and items[-1].get("block") == "agreement" else len(items)
    changed = {"form": [*items[:place], *brought, *items[place:]]}
    return desk.save(key, changed, by=by, revision=revision)
