"""One's own dossier, or that of somebody for whom one acts; and nobody else's."""

from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.procedures import models
from haidang.rooms.procedures.selectors import acting


def mine(dossier_id, *, by, lock=False):
    """The row of a dossier that is the asker's, or that they may act in.

    Somebody else's is answered as one that does not exist, and the try stands in the access book.

    Raises    NotFound `procedures.dossier_unknown`
    """
    rows = models.Dossier.objects.select_related("version", "authorisation")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=dossier_id).first()
    if row is None or not acting.may_follow(row, by):
        _note_refusal(row, by)
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row


def _note_refusal(row, by):
    about = row.applicant if row and row.applicant.startswith("Patient/") else None
    ledger.looked(
        by=by,
        about=about,
        what="procedures.see_dossier",
        purpose="own",
        allowed=False,
        reason="procedures.dossier_unknown",
    )
