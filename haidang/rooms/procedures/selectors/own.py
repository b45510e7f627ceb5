"""One's own dossier, and nobody else's."""

from django.utils.translation import gettext as _

from haidang.kernel import errors
from haidang.rooms.procedures import models


def mine(dossier_id, *, by, lock=False):
    """The row of the asker's own dossier.

    Raises    NotFound `procedures.dossier_unknown`
    """
    rows = models.Dossier.objects.select_related("version")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=dossier_id, applicant=by.ref).first()
    if row is None:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row
