"""The data store of a person or organisation (Kho dữ liệu): what need not be given again.

Source: NĐ 309/2026/NĐ-CP, Điều 4 (no paper whose data exist); TT 01/2023/TT-VPCP (data stores)
"""

from django.db.models import Q
from django.utils import timezone

from haidang.engines.forms import api as forms
from haidang.rooms.procedures import models

_BIT = 200


def valid_on(on):
    return Q(ended_at=None) & (Q(valid_until=None) | Q(valid_until__gte=on))


def papers_of(owner, *, on):
    """The papers of an owner that are valid on a day, the newest of each kind."""
    rows = models.Stored.objects.filter(valid_on(on), owner=owner).order_by("-kept_at", "-pk")
    found = {}
    for row in rows[:_BIT]:
        found.setdefault(row.kind, row)
    return found


def known_of(owner, *, on=None):
    """What an owner's data store fills in, by the names of the forms' `prefill`.

    `store.<kind>` is a paper as an attachment, `number.<result code>` the number of a valid result,
    and `organisation.*` what an earlier dossier said of the organisation.
    """
    kept = papers_of(owner, on=on or timezone.localdate())
    found = _organisation(owner)
    for kind, row in kept.items():
        if row.number:
            found[f"number.{kind}"] = row.number
        told = {"id": row.file, "name": row.name, "size": row.size, "type": row.type}
        found[f"store.{kind}"] = told
    return found


def _organisation(owner):
    rows = models.Dossier.objects.filter(applicant=owner).exclude(state="draft")
    for row in rows.order_by("-submitted_at")[:5]:
        told = forms.fetch(row.response).answers.get("organisation")
        if told:
            names = {"org_name": "name", "org_address": "address"}
            return {f"organisation.{names.get(name, name)}": one for name, one in told.items()}
    return {}


def page(owner, *, on):
    """Every paper of an owner, those in force first: (row, whether it is valid now)."""
    rows = models.Stored.objects.filter(owner=owner).order_by("-kept_at", "-pk")[:_BIT]
    valid = set(
        models.Stored.objects.filter(valid_on(on), owner=owner).values_list("pk", flat=True)
    )
    shown = [(row, row.pk in valid) for row in rows]
    return sorted(shown, key=lambda one: not one[1])
