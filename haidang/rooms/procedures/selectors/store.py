"""The data store of a person or organisation (Kho dữ liệu): what need not be given again.

Source: NĐ 309/2026/NĐ-CP, Điều 4 (no paper whose data exist); TT 01/2023/TT-VPCP (data stores)
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.kernel import errors
from haidang.rooms.procedures import models
from haidang.rooms.procedures.selectors import acting, catalogue, words

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


def kept_for(definition, owner, *, on):
    """The papers of a procedure that an owner need not give: {key of the paper: what is kept}."""
    kept, found = papers_of(owner, on=on), {}
    for item in catalogue.form_of(definition)["items"]:
        kind = str(item.get("prefill", "")).removeprefix("store.")
        if kind in kept and item["type"] == "attachment":
            found[item["link_id"].removeprefix("paper_")] = kept[kind]
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


def page(by, *, on):
    """The data store of the asker and of whom they represent: [(name, [(paper, title, valid, entry)])]."""
    found = []
    for owner, name in owners_of(by):
        rows = models.Stored.objects.filter(owner=owner)
        rows = rows.select_related("dossier__entry", "dossier__version")
        lines = [_line(row, on) for row in rows.order_by("-kept_at", "-pk")[:_BIT]]
        if lines or owner == by.ref:
            found.append((name, sorted(lines, key=lambda one: not one[2])))
    return found


def owners_of(by):
    """Whose papers somebody may use: their own, and of whom they represent, as (reference, name)."""
    represented = [one for one in acting.standings(by) if one.basis == "representative"]
    return [(by.ref, by.name), *((one.principal, one.name) for one in represented)]


def _line(row, on):
    valid = row.ended_at is None and (row.valid_until is None or row.valid_until >= on)
    entry = getattr(row.dossier, "entry", None) if row.source == "result" else None
    title = words.title_of(row.dossier.version.definition, row.title) if row.dossier else row.title
    return row, title, valid, entry


def stored_file(paper_id, *, by):
    """A paper of the asker's data store: (name, type, open file).

    Raises    NotFound `documents.file_unknown`
    """
    owners = [owner for owner, _name in owners_of(by)]
    row = models.Stored.objects.filter(pk=paper_id, owner__in=owners).first()
    if row is None:
        raise errors.NotFound("documents.file_unknown", _("Không có tệp này."))
    return row.name, row.type, documents.open_file(row.file, own=True)
