"""The numbers that a kept Patient has from one merge alone (số định danh nhận từ lượt gộp)."""

from django.db.models import Q

from haidang.engines.people import moving
from haidang.engines.people.models import Merge
from haidang.engines.records import api as records


def taken(row, two):
    """Return the numbers, pairs (system, value), that undoing a merge takes from the kept Patient.

    Of several merges into one Patient any may be undone first: a number that another standing one
    brought as well stays until that is undone too.
    """
    others = Merge.objects.filter(keep=row.keep).exclude(pk=row.pk)
    standing = list(others.filter(undone_at=None))
    at_the_time = Q(undone_at=None) | Q(undone_at__gt=row.at)
    earlier = list(others.filter(at_the_time, pk__lt=row.pk).order_by("pk"))
    brought, had = _numbers({one.pk: one for one in [*standing, *earlier, row]}.values(), two.kept)
    own, from_others = set(), set()
    for one in (*earlier, row):
        own |= had[one.pk] - from_others
        from_others |= brought[one.pk]
    staying = (brought[one.pk] for one in standing)
    return (brought[row.pk] - own).difference(*staying)


def _numbers(merges, kept):
    """({merge: numbers of the dropped Patient before it}, {merge: numbers of the kept one})."""
    patients = records.refs({one.drop for one in merges})
    first = {one.pk: {} for one in merges}
    for one in merges:
        for ref, before, _after in one.moved:
            if ref in (kept, patients.get(one.drop)):
                first[one.pk][ref] = before
    found = records.vread_many((ref, n) for named in first.values() for ref, n in named.items())
    numbers = {
        key: moving.numbers(each.resource) for key, each in found.items() if not each.deleted
    }

    def of(merge, ref):
        return numbers.get((ref, first[merge.pk].get(ref)), set())

    return (
        {one.pk: of(one, patients.get(one.drop)) for one in merges},
        {one.pk: of(one, kept) for one in merges},
    )
