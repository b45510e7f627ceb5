"""The door for banks' notices: who may knock is told by the provider's signature, not by a token."""

from datetime import timedelta

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.payments import api as payments
from haidang.kernel import errors
from haidang.kernel.described import JSON, Answer, Deed, described

LARGEST = 64 * 1024
PER_MINUTE = 600


_NOTICE = {
    "tag": "payments",
    "path": {"receiver": "Number of the receiving account's connection"},
    "answers": {
        200: Answer("Taken, in the provider's own words", {"type": "object"}),
        204: Answer("Taken"),
    },
    "codes": (
        "payments.notice_unreadable", "payments.signature_wrong", "payments.receiver_unknown",
        "payments.notice_too_large", "access.too_many", "payments.secret_missing",
    ),
}  # fmt: skip


@described(
    Deed("noticeOfPayment", "A bank's notice of money that came", method="POST",
         body={JSON: {"type": "object"}}, **_NOTICE),
    Deed("noticeOfPaymentByQuery", "The same, from providers that send it in the query", **_NOTICE),
)  # fmt: skip
@access.screen("public", portal="gateway", methods=("GET", "POST"))
def notice(request, receiver):
    """Take in a notice of money that came; the answer is in the provider's own words.

    The same notice again is answered as taken, so that the provider stops repeating it.

    200 or 204 taken, 400 unreadable, 403 signature wrong, 404 no such receiver, 413 too large,
    503 not configured: in the last case the provider tries again later.
    """
    access.spend("gateway.payments", receiver, limit=PER_MINUTE, per=timedelta(minutes=1))
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise errors.TooLarge("payments.notice_too_large", _("Báo có lớn hơn 64 KB."))
    _state, answer = payments.receive(
        receiver, raw, headers=request.headers, query=request.GET.dict()
    )
    if answer is None:
        return HttpResponse(status=204)
    return JsonResponse(answer)
