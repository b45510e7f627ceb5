"""What the treasury of the department sees: money of which somebody has to decide, fees that wait."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.payments import api as payments
from haidang.engines.workflow import api as workflow
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import words

#: Working days in which money that is owed back should go.
_BACK_WITHIN = workflow.Term(5)
_BIT = 50
_STATES = {
    "unidentified": gettext_noop("Chưa rõ nộp cho hồ sơ nào"),
    "over": gettext_noop("Nộp thừa"),
    "double": gettext_noop("Nộp hai lần"),
    "cancelled": gettext_noop("Hồ sơ đã rút hoặc không được tiếp nhận"),
}


def page(*, at):
    """Money that waits for somebody, each with its clock; fees that were not paid yet; the account."""
    calendar = workflow.working_days()
    waiting = [
        {
            "it": one,
            "why": _(_STATES[one.state]),
            "clock": words.clock(calendar.due(one.happened_at, _BACK_WITHIN), at),
            "may_assign": one.state == "unidentified",
        }
        for one in payments.waiting(domain.RECEIVER)[:_BIT]
    ]
    unpaid = models.Dossier.objects.filter(state="unpaid").order_by("submitted_at")
    rows = list(unpaid[:_BIT])
    orders = payments.orders([row.order for row in rows])
    return {
        "waiting": waiting,
        "unpaid": [(row, orders.get(row.order)) for row in rows],
        "unpaid_count": unpaid.count(),
        "balances": payments.balances(domain.RECEIVER),
    }
