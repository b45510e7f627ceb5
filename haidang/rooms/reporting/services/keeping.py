"""What every write of the room does: hold the row, note the step, tell whom it concerns."""

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.reporting import domain, models
from haidang.rooms.reporting.selectors import reports

_HEADS = ("unit_head", "station_head", "director")
_REVIEWERS = ("officer", "unit_head", "epidemiologist")


def locked_row(report_id, *, held=True):
    """The row of a report, held until the transaction ends, or only looked at.

    Raises    NotFound `reporting.report_unknown`
    """
    rows = models.Report.objects.select_related("definition")
    if held:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=report_id).first()
    if row is None:
        raise errors.NotFound("reporting.report_unknown", _("Không có báo cáo này."))
    return row


def writable(report_id, permission, by, *, held=True):
    """A report that may be written now by this person, held unless told otherwise.

    Raises    NotFound `reporting.report_unknown`; NotAllowed `access.not_permitted`; Conflict as
              `domain.move` when it is submitted, approved or locked
    """
    row = locked_row(report_id, held=held)
    if not reports.writes(by, permission, row.unit):
        raise errors.NotAllowed(
            "access.not_permitted",
            _("Chỉ người của đơn vị làm được việc này với báo cáo của đơn vị."),
            permission=permission,
        )
    if row.state not in domain.EDITABLE:
        domain.move(row.state, "submitted")
    return row


def step(row, what, *, by, at, reason=""):
    """Write a step into the report's history."""
    row.history.append(
        {"at": at.isoformat(), "by": by.name, "what": what, "reason": reason, "round": row.round}
    )


def note(event, row, by, **facts):
    """Record an event of a report in the ledger."""
    facts |= {"form": row.form, "period": row.period}
    ledger.record(event, by=by, record=f"Report/{row.pk}", org=row.unit, facts=facts)


def tell_unit(row, kind, *, at, days=0, left=0):
    """Tell the heads of the unit something about its report.

    days    of the list of reminders; each is sent once
    left    working days to or since the deadline, for the words
    """
    _tell(row, kind, row.unit, _HEADS, at=at, days=days, left=left)


def tell_reviewer(row, kind, *, at):
    """Tell those who review a report that it has come."""
    _tell(row, kind, row.reviewer, _REVIEWERS, at=at)


def _tell(row, kind, org, roles, *, at, days=0, left=0):
    facts = {
        "form": row.definition.content["number"],
        "period": row.period,
        "due": dates.show(row.due_at),
        "days": left,
        "unit": reports.names([row.unit])[row.unit],
    }
    for ref in sorted(access.refs_of_holders(roles, org)):
        notify.send(
            kind,
            to=ref,
            once=f"{kind}/{row.pk}/{row.round}/{days}",
            by=actors.SYSTEM,
            at=at,
            facts=facts,
            url=f"/bao-cao/{row.pk}/",
        )
