"""What every list of the room shows above its content."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from haidang.rooms.reporting import selectors


def tabs(request, active):
    """The parts of the room that the asker may open."""
    found = []
    if selectors.units_of(request.actor):
        found.append(("see_own", _("Báo cáo của đơn vị")))
    if selectors.sees_many(request.actor):
        found.append(("see_matrix", _("Theo dõi và duyệt")))
    found.append(("see_forms", pgettext("nhiều", "Biểu mẫu")))
    return [
        {"label": title, "url": reverse(f"reporting:{name}"), "active": name == active}
        for name, title in found
    ]
