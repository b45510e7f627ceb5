"""The door of the payments engine: orders, QR codes, notices, refunds, reconciliation, the book."""

from haidang.engines.payments.book import ACCOUNTS
from haidang.engines.payments.einvoice import Invoice, Item
from haidang.engines.payments.einvoice import to_xml as invoice_xml
from haidang.engines.payments.notices import (
    Notice,
    assign,
    notices_of,
    receive,
    record_refund,
    settle_early,
    waiting,
)
from haidang.engines.payments.orders import (
    Order,
    cancel_order,
    open_order,
    order,
    order_about,
    orders,
    qr_text,
)
from haidang.engines.payments.receivers import (
    PROVIDERS,
    Receiver,
    balances,
    receivers,
    save_receiver,
    secret_of,
)
from haidang.engines.payments.statements import Reconciliation, reconcile
from haidang.engines.payments.vietqr import Transfer
from haidang.engines.payments.vietqr import read as read_qr

__all__ = [
    "ACCOUNTS",
    "PROVIDERS",
    "Invoice",
    "Item",
    "Notice",
    "Order",
    "Receiver",
    "Reconciliation",
    "Transfer",
    "assign",
    "balances",
    "cancel_order",
    "invoice_xml",
    "notices_of",
    "open_order",
    "order",
    "order_about",
    "orders",
    "qr_text",
    "read_qr",
    "receive",
    "receivers",
    "reconcile",
    "record_refund",
    "save_receiver",
    "secret_of",
    "settle_early",
    "waiting",
]
