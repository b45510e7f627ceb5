"""What applicants and clerks share on their pages: problems of a form, and the payment's code."""

import io

import segno
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.kernel import errors
from haidang.rooms.procedures import services
from haidang.rooms.procedures.selectors import words


def revision_of(request):
    """The revision of the answers that the page showed; 0 for what is no number."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0


def problems(why):
    """What `forms.incomplete` names, as problems beside their questions."""
    return [
        forms.Problem(issue["expression"], why.code, issue["message"])
        for issue in why.facts["issues"]
    ]


def attached(request, attach, revision):
    """Each file of a page kept where it belongs: problems of those that were not, beside their questions.

    attach    keeps one, given (question, file, revision), and returns the revision after it
    """
    wrong = []
    for link_id, file in request.FILES.items():
        try:
            revision = attach(link_id, file, revision)
        except (errors.Incorrect, errors.TooLarge, errors.RuleBroken) as why:
            wrong.append(forms.Problem(link_id, why.code, why.message))
    return wrong


def summary(problems, form):
    """Problems for the summary at the top; one that does not name its question is given its words."""
    found = []
    for one in problems:
        item, message = form.item(one.path), one.message
        if one.code.startswith("documents.") and item is not None:
            message = f"{words.label_of(item)}: {message}"
        found.append({"field_id": f"id_{one.path}", "message": message})
    return found


def told(form):
    """The errors of a Django form for the summary at the top."""
    return [
        {"field_id": f"id_{name}" if name in form.fields else "", "message": message}
        for name, found in form.errors.items()
        for message in found
    ]


def payment_code(order):
    """The QR code that pays what is left of an order, as a picture."""
    out = io.BytesIO()
    text = payments.qr_text(order)
    segno.make(text, error="m").save(out, kind="svg", border=2, scale=6, xmldecl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def pay_in_simulator(row):
    """In a house without real people: the simulated bank tells of the payment, signed as banks do."""
    from simulators import bank

    if not settings.HAIDANG_SYNTHETIC or not row.order:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    order = payments.order(row.order)
    raw, headers = bank.notice_of(order, secret=payments.secret_of(order.receiver))
    payments.receive(order.receiver, raw, headers=headers, query={})
    services.paid(row.order, at=timezone.now())
