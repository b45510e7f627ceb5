"""What a matter is called, for whoever keeps its papers and sees nothing else of it."""

from dataclasses import dataclass

from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import words

#: Files of a filing on the national portal, until there is a dossier for them.
FILING = "NationalFiling/"


@dataclass(frozen=True)
class Matter:
    """A matter by its code and the name of its procedure, in the reader's language.

    code     empty for a dossier that was never sent
    title    empty for a filing on the national portal that never became a dossier
    """

    code: str
    title: str


def matters(abouts):
    """{about: Matter} of those that are of this room (`Dossier/12`, `NationalFiling/…`)."""
    pks = {one: one.removeprefix("Dossier/") for one in abouts if one.startswith("Dossier/")}
    rows = models.Dossier.objects.filter(pk__in=[pk for pk in pks.values() if pk.isdigit()])
    found = {str(row.pk): row for row in rows.select_related("version")}
    dossiers = {one: _matter(found[pk]) for one, pk in pks.items() if pk in found}
    filed = [one for one in abouts if one.startswith(FILING)]
    return dossiers | {one: Matter(one.removeprefix(FILING), "") for one in filed}


def _matter(row):
    return Matter(row.code or "", words.name_of(domain.procedure(row.version.definition)))
