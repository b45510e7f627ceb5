"""Who acts for the health department: heads and leaders of hospitals hold the same roles elsewhere."""

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.procedures import domain


def check(by, what):
    """Pass silently for those who act for the department; the try of others stands in the access book.

    what    the permission that was asked for

    Raises    NotFound `procedures.not_here`
    """
    if access.covers(by.org, domain.DEPARTMENT):
        return
    ledger.looked(
        by=by, about=None, what=what, purpose="screen", allowed=False, reason="procedures.not_here"
    )
    raise errors.NotFound("procedures.not_here", _("Trang này chỉ dành cho cán bộ của Sở Y tế."))
