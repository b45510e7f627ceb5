"""What every button of a report does: one call, a sentence, and back to the report."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.kernel import errors

_REFUSALS = (errors.RuleBroken, errors.Conflict, errors.Incorrect, errors.Unavailable)


def act(request, report_id, done, service, **more):
    """Call a service for a report and say `done`, or why not."""
    try:
        service(report_id, by=request.actor, at=timezone.now(), **more)
        messages.success(request, done)
    except _REFUSALS as why:
        messages.error(request, _(why.message))
    return redirect("reporting:see_report", report_id)
