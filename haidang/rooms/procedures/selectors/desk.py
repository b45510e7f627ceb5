"""What the one-stop desk sees: its paper dossiers, how many come by which channel, the book."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.payments import api as payments
from haidang.engines.people import api as people
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import store, whole, words

_BIT = 50


def of_clerk(dossier_id, *, by, lock=False):
    """The row of a paper dossier that the asker took in.

    Raises    NotFound `procedures.dossier_unknown`
    """
    rows = models.Dossier.objects.select_related("version")
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=dossier_id, clerk=by.ref).first()
    if row is None:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row


def first_of_month(at):
    local = at.astimezone(dates.HANOI)
    return datetime.combine(local.date().replace(day=1), time(), tzinfo=dates.HANOI)


def counter(*, by, at):
    """The page of the counter: this month by channel, and what the asker took in last."""
    since = first_of_month(at)
    return {
        "since": since,
        "channels": channels(since, at),
        "lines": [_line(row) for row in _taken_by(by)],
        "waiting": models.Authorisation.objects.filter(state="waiting").count(),
    }


def channels(since, until):
    """How many dossiers were submitted by each channel in a time: {channel: count}."""
    rows = models.Dossier.objects.filter(submitted_at__gte=since, submitted_at__lte=until)
    found = dict(rows.values_list("channel").annotate(Count("pk")))
    return {channel: found.get(channel, 0) for channel in domain.WAYS}


def _taken_by(by):
    rows = models.Dossier.objects.filter(clerk=by.ref).select_related("version")
    return rows.order_by("-begun_at")[:_BIT]


def _line(row):
    found = domain.procedure(row.version.definition)
    return {
        "row": row,
        "name": words.name_of(found),
        "badge": words.badge(row.state, office=True),
    }


def find_people(query, *, by):
    """People for a dossier at the counter, masked; the search is noted.

    Raises    Incorrect `people.query_too_short`, `identity.qr_broken`
    """
    ledger.looked(by=by, about=None, what="procedures.find_person", purpose="procedure")
    return people.find(query, by=by, limit=10)


def known_at_desk(person, organisation, *, on):
    """What a paper dossier begins with: the card's person, the organisation, the data store."""
    found = people.person(person) if person else None
    known = store.known_of(
        f"Organisation/{organisation[1]}" if organisation else person or "", on=on
    )
    if found:
        known |= {
            "person.name": found.name,
            "person.born": found.birth_date if len(found.birth_date or "") == 10 else "",
            "person.phone": found.phone or "",
            "person.address": found.address,
        }
    if organisation:
        known |= {"organisation.name": organisation[0], "organisation.tax_code": organisation[1]}
    return known


def answering_paper(dossier_id, *, by, problems=(), adding=()):
    """A paper dossier that its clerk fills in: its form as fields."""
    row = of_clerk(dossier_id, by=by)
    found = forms.response(row.response, by=by)
    return {
        "row": row,
        "form": found.form,
        "title": words.name_of(domain.procedure(row.version.definition)),
        "fields": forms.fields_of(found.form, found.answers, problems, adding=adding),
        "revision": found.revision,
        "saved_at": found.saved_at if found.revision else None,
        "english": get_language() == "en",
    }


def paper_dossier(dossier_id, *, by):
    """A paper dossier after it was sent: its fee, its slips, the way to its case."""
    row = of_clerk(dossier_id, by=by)
    return _line(row) | {
        "order": payments.order(row.order) if row.order else None,
        "slips": whole.slips_of(row),
        "parcels": list(row.parcels.order_by("at")),
    }


def book(*, month, after=None, limit=_BIT):
    """The book that follows dossiers (sổ theo dõi hồ sơ, mẫu 06) of a month, in order of coming.

    month    its first day
    after    (submitted_at, pk) of the last line of the page before

    Returns  rows, and where the next page begins or None
    """
    since = datetime.combine(month, time(), tzinfo=dates.HANOI)
    until = datetime.combine(
        (month + timedelta(days=32)).replace(day=1), time(), tzinfo=dates.HANOI
    )
    rows = models.Dossier.objects.filter(submitted_at__gte=since, submitted_at__lt=until)
    if after:
        rows = rows.filter(Q(submitted_at__gt=after[0]) | Q(submitted_at=after[0], pk__gt=after[1]))
    found = list(rows.select_related("version").order_by("submitted_at", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    names = _names({row.version_id for row in found})
    lines = [
        (row, names[row.version_id], words.badge(row.state, office=True)) for row in found[:limit]
    ]
    return lines, ((last.submitted_at, last.pk) if last else None)


def _names(versions):
    rows = models.Version.objects.in_bulk(versions)
    return {pk: words.name_of(domain.procedure(row.definition)) for pk, row in rows.items()}


def channels_of_month(month):
    """How many dossiers came by each channel in a month, given by its first day."""
    since = datetime.combine(month, time(), tzinfo=dates.HANOI)
    until = (since + timedelta(days=32)).replace(day=1)
    return channels(since, until - timedelta(microseconds=1))


def person_at_desk(patient, *, by):
    """The person whom a clerk chose from the search, or None; the look is noted.

    Raises    NotFound `people.no_person`
    """
    if not patient:
        return None
    found = people.person(f"Patient/{patient}")
    ledger.looked(by=by, about=found.ref, what="procedures.take_in", purpose="procedure")
    return found
