"""What everybody may know of a result."""

import hashlib

from django.db.models import Q

from haidang.rooms.procedures import domain, models


def checked(code, content=None):
    """What everybody may know of a result: that it is ours, its number, days, and a copy's truth.

    content    bytes of a copy, to be compared with what was given out

    Returns    None when there is no such result
    """
    rows = models.Dossier.objects.select_related("version").exclude(result_file="")
    row = rows.filter(Q(code=code.strip()) | Q(result_number=code.strip())).first()
    if row is None or not code.strip():
        return None
    found = domain.procedure(row.version.definition)
    return {
        "number": row.result_number,
        "title": found.result,
        "on": row.ended_at,
        "until": row.result_until,
        "refused": bool(row.refusal),
        "holder": _initials(row.applicant_name),
        "same": None if content is None else _digest(content) == row.result_file,
    }


def _digest(content):
    return hashlib.sha256(content).hexdigest()


def _initials(name):
    """`Trần Thị Thử` as `Trần T. T.`: enough to compare with a paper in hand."""
    family, *given = name.split() or [""]
    return " ".join([family, *(f"{word[0]}." for word in given)])
