"""Files of bulk jobs go when nobody may fetch them any more; they tell of people.

Most go at once, with the worker or the request that ends a job. What is left then, because a worker
was killed or the store did not answer, is found here.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from haidang.engines.records.bulk import desk, jobs, storage
from haidang.engines.records.models import BulkJob

_SWEPT = "swept"  # in `stage` of a job whose folder has been removed


def sweep():
    """Remove the files of jobs that failed, were cancelled or have expired, and jobs a month old.

    Return how many folders and rows went. A job that a worker still holds waits for the next time.
    """
    now = timezone.now()
    over = Q(state__in=[jobs.FAILED, jobs.CANCELLED]) | Q(expires_at__lt=now)
    closed = BulkJob.objects.exclude(state__in=jobs.OPEN)
    numbers = closed.filter(over).exclude(stage__has_key=_SWEPT).values_list("number", flat=True)
    done = sum(map(_clear, list(numbers)))
    month_old = closed.filter(ended_at__lt=now - timedelta(days=30), stage__has_key=_SWEPT)
    return done + month_old.delete()[0]


@transaction.atomic
def _clear(number):
    if not desk.let_go(number):
        return 0
    row = BulkJob.objects.get(pk=number)
    storage.open_store().remove(row.uid.hex)
    row.files.exclude(role="input").delete()
    row.people.all().delete()
    BulkJob.objects.filter(pk=number).update(stage=row.stage | {_SWEPT: True})
    return 1
