"""Accounts that receive money, and the secrets of those who tell us of it."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.payments import book, models, vietqr
from haidang.engines.payments.providers import casso, momo, payos, sepay, vnpay
from haidang.kernel import errors

PROVIDERS = {"payos": payos, "casso": casso, "sepay": sepay, "vnpay": vnpay, "momo": momo}
_CODE = re.compile(r"[a-z0-9-]{2,20}")
_PREFIX = re.compile(r"[A-Z]{2,8}")


@dataclass(frozen=True)
class Receiver:
    """An account of an organisation: see `models.Receiver`."""

    code: str
    org: str
    provider: str
    bank: str
    account: str
    name: str
    prefix: str
    active: bool


def save_receiver(code, *, org, provider, bank, account, name, prefix, by, active=True):
    """Create or change an account that receives money (tài khoản nhận tiền).

    code      small letters, digits and dashes; part of the webhook's address
    prefix    2 to 8 capital letters that begin every purpose text of this account; its own alone

    Raises    Incorrect `payments.receiver_unreadable`, or as `vietqr.text_of`;
              Conflict `payments.prefix_taken`
    Records   event `payments.receiver.saved`
    """
    if not (_CODE.fullmatch(code) and _PREFIX.fullmatch(prefix) and provider in PROVIDERS):
        raise errors.Incorrect(
            "payments.receiver_unreadable",
            _("Kiểm tra lại mã, tiền tố (2 đến 8 chữ in hoa) và nhà cung cấp báo có."),
        )
    vietqr.text_of(vietqr.Transfer(bank, account, name=name))
    values = {
        "org": org,
        "provider": provider,
        "bank": bank,
        "account": account,
        "name": name,
        "prefix": prefix,
        "active": active,
    }
    try:
        with transaction.atomic():
            row, _created = models.Receiver.objects.update_or_create(code=code, defaults=values)
            ledger.record("payments.receiver.saved", by=by, org=org, facts={"code": code})
    except IntegrityError as why:
        raise errors.Conflict(
            "payments.prefix_taken", _("Tiền tố này đã dùng cho một tài khoản khác.")
        ) from why
    return describe(row)


def row_of(code):
    """The row of a receiver.

    Raises    NotFound `payments.receiver_unknown`
    """
    row = models.Receiver.objects.filter(code=code).first()
    if row is None:
        raise errors.NotFound("payments.receiver_unknown", _("Không có tài khoản nhận tiền này."))
    return row


def receivers(*, org=None):
    """All receivers, or those of an organisation, by code."""
    rows = models.Receiver.objects.order_by("code")
    return [describe(row) for row in (rows.filter(org=org) if org else rows)]


def balances(code):
    """What stands on each account of the receiver's book, in đồng; together they are zero.

    Raises    NotFound `payments.receiver_unknown`
    """
    return book.balances(row_of(code).pk)


def describe(row):
    return Receiver(
        row.code, row.org, row.provider, row.bank, row.account, row.name, row.prefix, row.active
    )


def secret_of(code):
    """The provider's secret for a receiver.

    Raises    Unavailable `payments.secret_missing`: nothing can be checked, so nothing is taken
    """
    folder = settings.HAIDANG_PAYMENTS_SECRETS
    file = Path(folder) / code if folder else None
    if file is None or not file.is_file():
        raise errors.Unavailable(
            "payments.secret_missing",
            _("Chưa cấu hình khoá kiểm tra báo có cho tài khoản này."),
            receiver=code,
        )
    return file.read_text(encoding="utf-8").strip()
