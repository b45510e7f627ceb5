"""What every write of the room shares: numbers, states, the ledger, and telling people."""

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models

_TAKE = """
INSERT INTO procedures_number (series, last) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET last = procedures_number.last + 1 RETURNING last
"""

# A day that began before there was a sequence goes on after its last number.
_BEGIN_DAY = """
INSERT INTO procedures_number (series, last)
SELECT %s, %s + 1 - coalesce((SELECT last FROM procedures_number WHERE series = %s), 0)
ON CONFLICT (series) DO NOTHING
"""


def take(series):
    """The next number of a series; the series is held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series])
        return cursor.fetchone()[0]


def one_at_a_time(what):
    """Wait until nobody else does the same thing, until the transaction ends: a button pressed twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", [what])


def dossier_number(day):
    """The next number of a day for the code of a dossier: unique, and nobody waits for it.

    Numbers come out of one sequence; a day remembers where it began. A submission that is rolled
    back leaves a gap, which the law allows for codes of dossiers and not for numbers of documents.
    """
    series = f"dossier-from/{day}"
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT nextval('procedures_dossier_number'),"
                " (SELECT last FROM procedures_number WHERE series = %s)",
                [series],
            )
            number, first = cursor.fetchone()
            if first is None:
                cursor.execute(_BEGIN_DAY, [series, number, f"dossier/{day}"])
            elif number >= first:
                return number - first + 1


def day_of(at):
    return at.astimezone(dates.HANOI).date()


def procedure_of(row):
    """The procedure as it applied on the day when the dossier was submitted."""
    return domain.on(domain.procedure(row.version.definition), day_of(row.submitted_at))


def of_case(case_id):
    """The locked row of a case's dossier.

    Raises    NotFound `procedures.dossier_unknown`
    """
    rows = models.Dossier.objects.select_for_update(of=("self",)).select_related("version")
    row = rows.filter(case=case_id).first()
    if row is None:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row


def matter(row):
    """Under what the papers of a dossier are filed: (about, kind), as `documents.keep` asks."""
    return f"Dossier/{row.pk}", "dossier"


def end(row, at, *, refused):
    """A dossier came to its end: the term begins for which its papers are kept."""
    row.ended_at = at
    about, kind = matter(row)
    documents.matter_ended(about, on=day_of(at), kind="dossier_refused" if refused else kind)


def move(row, target):
    """Bring a dossier to a state, if the life cycle allows it."""
    domain.check_step(row.state, target)
    row.state = target


def note(event, row, by, **facts):
    """Record what happened to a dossier, with the state that it came to."""
    facts |= {"code": row.code, "procedure": row.version.key, "state": row.state}
    ledger.record(event, by=by, record=f"Dossier/{row.pk}", org=domain.DEPARTMENT, facts=facts)


def hearers(applicant, submitter):
    """Who is told of a matter: the applicant, whoever submitted it, who represents an organisation."""
    found = [applicant, submitter]
    if applicant.startswith("Organisation/"):
        rows = models.Authorisation.objects.filter(
            principal=applicant, basis="representative", state="given"
        )
        found = [submitter, *rows.values_list("agent", flat=True)]
    return [one for one in dict.fromkeys(found) if one]


def tell(row, kind, at, once="", **facts):
    """Tell the applicant, and whoever submitted for them."""
    for who in hearers(row.applicant, row.submitter):
        notify.send(
            kind,
            to=who,
            once=once or f"{kind}/{row.pk}/{len(row.supplements)}",
            by=actors.SYSTEM,
            at=at,
            facts={"code": row.code, **facts},
            url=f"/thu-tuc/ho-so/{row.pk}/",
        )
