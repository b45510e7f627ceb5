"""The double-entry book (sổ kép): every đồng that is owed, came, or has to go back.

Accounts of a receiver, debit above zero:
  bank            what came, less what went back
  receivable      what is still owed to us
  income          what was asked for (credit)
  unidentified    what came without an order that we know (credit)
  owed_back       what came and has to go back (credit)
"""

from django.db.models import Sum

from haidang.engines.payments import models

ACCOUNTS = ("bank", "receivable", "income", "unidentified", "owed_back")


def post(why, receiver_id, *, order=None, notice=None, **amounts):
    """Write one entry; the database refuses one that does not balance, at the latest on commit.

    amounts    account=đồng, debit above zero
    """
    entry = models.Entry.objects.create(why=why, order=order, notice=notice)
    models.Line.objects.bulk_create(
        models.Line(entry=entry, receiver_id=receiver_id, account=account, amount_vnd=amount)
        for account, amount in amounts.items()
        if amount
    )


def balances(receiver_id):
    """What stands on each account of a receiver, in đồng; all of them add up to zero."""
    found = (
        models.Line.objects.filter(receiver_id=receiver_id)
        .values_list("account")
        .annotate(Sum("amount_vnd"))
    )
    return dict.fromkeys(ACCOUNTS, 0) | dict(found)
