"""Money of which somebody has to decide: assigned to its order, or recorded as gone back."""

from django.utils.translation import gettext as _

from haidang.engines.payments import api as payments
from haidang.kernel import errors
from haidang.rooms.procedures import domain


def assign(notice_id, number, *, by):
    """Say which order a transfer pays (gán báo có); its dossier goes on its way with the news of it.

    Raises    as `payments.assign`; NotFound `payments.notice_unknown` for money of another account
    Records   event `payments.notice.assigned`
    """
    _of_ours(notice_id)
    return payments.assign(notice_id, number.strip().upper(), by=by)


def record_refund(notice_id, *, amount_vnd, reason, by):
    """Record that money went back (ghi hoàn tiền); the bank sends it, this writes that it did.

    Raises    as `payments.record_refund`; Incorrect `procedures.reason_missing`
    Records   event `payments.refund.recorded`
    """
    _of_ours(notice_id)
    if not reason.strip():
        raise errors.Incorrect(
            "procedures.reason_missing", _("Ghi số chứng từ hoặc lý do của lần hoàn tiền.")
        )
    return payments.record_refund(notice_id, amount_vnd=amount_vnd, by=by, reason=reason.strip())


def _of_ours(notice_id):
    if all(one.id != notice_id for one in payments.waiting(domain.RECEIVER)):
        raise errors.NotFound("payments.notice_unknown", _("Không có báo có này."))
