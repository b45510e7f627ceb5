"""Keeping problems as rows (lỗi), so that they can be grouped, counted and shown again."""

from haidang.engines.exchange import models, sets

_COLUMNS = [field.attname for field in models.Problem._meta.concrete_fields if field.name != "id"]


def keep_of_messages(pairs):
    """Keep the problems of messages as a whole, pairs (Message, problems), in place of earlier ones."""
    pairs = list(pairs)
    again = [message.pk for message, _ in pairs if message.processed_at]
    if again:
        models.Problem.objects.filter(message__in=again, dossier=None).delete()
    _insert(
        _row(each, message.pk, None, _facility(message, each))
        for message, found in pairs
        for each in found
    )


def replace_of_message(message, found, *, codes):
    """Keep problems of one kind of a message, in place of earlier ones with one of these codes."""
    models.Problem.objects.filter(message=message, dossier=None, code__in=codes).delete()
    _insert(_row(each, message.pk, None, _facility(message, each)) for each in found)


def keep_of_dossiers(pairs, *, again):
    """Keep the problems of saved dossiers, pairs (Dossier, problems), in place of earlier ones.

    again   keys of dossiers that were judged before
    """
    if again:
        models.Problem.objects.filter(dossier__in=again).delete()
    _insert(
        _row(each, dossier.message_id, dossier.pk, dossier.facility, dossier.state)
        for dossier, found in pairs
        for each in found
    )


def _insert(rows):
    sets.insert("exchange_problem", _COLUMNS, rows)


def _facility(message, problem):
    """Whose problem it is: of the facility named in the file, unless it was not theirs to send."""
    return message.org if problem.code == "exchange.not_your_facility" else message.sender


def _row(problem, message, dossier, facility, state=""):
    return models.Problem(
        message_id=message,
        dossier_id=dossier,
        facility=facility,
        table=problem.table,
        row=problem.row,
        field=problem.field[:60],
        code=problem.code[:80],
        severity=problem.severity,
        vi=problem.vi,
        en=problem.en,
        action_vi=problem.action_vi,
        action_en=problem.action_en,
        live=state != models.Dossier.State.SUPERSEDED,
    )
