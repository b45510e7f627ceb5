"""Keeping problems as rows (lỗi), so that they can be grouped, counted and shown again."""

from haidang.engines.exchange import models


def keep_of_message(message, found):
    """Put the problems of a message as a whole in the place of those kept before."""
    models.Problem.objects.filter(message=message, dossier=None).delete()
    models.Problem.objects.bulk_create(
        [_row(each, message.pk, None, message.sender) for each in found]
    )


def replace(dossiers):
    """Put the problems of many dossiers in the place of those kept before.

    dossiers  pairs of a saved Dossier row and its problems
    """
    dossiers = list(dossiers)
    models.Problem.objects.filter(dossier__in=[row.pk for row, _ in dossiers]).delete()
    models.Problem.objects.bulk_create(
        [
            _row(each, dossier.message_id, dossier.pk, dossier.facility, dossier.state)
            for dossier, found in dossiers
            for each in found
        ]
    )


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
