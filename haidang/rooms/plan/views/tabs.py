"""What every page of the room shows above its content."""

from django.urls import reverse
from django.utils.translation import gettext as _

from haidang.rooms.plan import selectors


def tabs(request, active, *, label=""):
    """The parts of the room that the asker may open; a chosen quarter is kept."""
    asked = f"?quy={label}" if label else ""
    found = [
        ("home", _("Mục tiêu"), ""),
        ("see_tasks", _("Nhiệm vụ"), ""),
        ("see_reports", _("Báo cáo quý"), asked),
        ("see_ranking", _("Xếp hạng"), asked),
    ]
    if selectors.is_desk(request.actor):
        found.append(("sign_summary", _("Tổng hợp và ký"), asked))
    return [
        {"label": title, "url": reverse(f"plan:{name}") + more, "active": name == active}
        for name, title, more in found
    ]


def quarters(chosen):
    """Choices of the quarter, newest first."""
    return [(one.label, one.label == chosen) for one in selectors.quarters()]
