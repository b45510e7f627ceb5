"""What everybody may know of a result, and of a copy that they hold."""

import hashlib

from django.db.models import Q

from haidang.engines.documents import api as documents
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import registers, words


def checked(code, content=None):
    """What everybody may know of a result: that it is ours, its number, days, and a copy's truth.

    code       the code of checking, the number of the result or the code of the dossier; a copy
               of what was given out is known without it
    content    bytes of a copy, to be compared with what was given out

    Returns    None when there is no such result
    """
    digest = hashlib.sha256(content).hexdigest() if content is not None else ""
    row = _dossier(code.strip()) or _dossier(digest)
    if row is None:
        return None
    found = domain.procedure(row.version.definition)
    issued = next(iter(documents.issued_about(f"Dossier/{row.pk}")), None)
    return {
        "number": row.result_number,
        "title": words.for_reader(found).result,
        "on": row.ended_at,
        "until": row.result_until,
        "refused": bool(row.refusal),
        "holder": _initials(row.applicant_name),
        "waiting": issued is not None and issued.state == "waiting",
        "register": registers.state_of(row),
        "same": None if content is None else digest == row.result_file,
    }


def report_of(content):
    """The signatures of a copy in words (báo cáo chữ ký): verdict, sentence and each signature."""
    report = documents.check(content)
    kinds = {"valid": "ok", "unknown": "warn", "unsigned": "warn"}
    return {
        "kind": kinds.get(report.verdict, "bad"),
        "words": report.words(),
        "signatures": [
            {
                "who": one.signer,
                "organisation": one.organisation,
                "level": one.level,
                "holds": one.holds,
                "words": one.words(),
            }
            for one in report.signatures
        ],
    }


def _dossier(wanted):
    if not wanted:
        return None
    rows = models.Dossier.objects.select_related("version").exclude(result_number="")
    row = rows.filter(Q(code=wanted) | Q(result_number=wanted)).first()
    issued = None if row else documents.issued(wanted.upper()) or documents.issued(wanted)
    about = issued.about.removeprefix("Dossier/") if issued else ""
    return rows.filter(pk=about).first() if about.isdigit() else row


def _initials(name):
    """`Trần Thị Thử` as `Trần T. T.`: enough to compare with a paper in hand."""
    family, *given = name.split() or [""]
    return " ".join([family, *(f"{word[0]}." for word in given)])
