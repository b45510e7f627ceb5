"""The way back: resources of one visit as the dossier they came from (bản ghi FHIR thành hồ sơ)."""

from collections.abc import Iterable, Iterator, Mapping

from haidang.engines.exchange.adapters.claims import contents, forms, tables
from haidang.engines.exchange.adapters.claims.fhir import homes, marks, visit
from haidang.engines.exchange.adapters.claims.fhir.build import stay
from haidang.engines.exchange.adapters.claims.fhir.homes import papers
from haidang.engines.exchange.adapters.claims.model import Dossier, Row
from haidang.kernel import errors

_ELEMENTS = ("contained", "item", "lineItem")


def dossier(resources: Iterable[Mapping], *, form: str | None = None) -> Dossier:
    """The dossier that the resources of one visit tell of, in any order of theirs.

    form    `3176` or `4750`; None gives the form it came in. Another form goes through `claims.forms.convert`,
            which says what was renamed, shortened or dropped between the decisions.

    What `to_fhir.map` made comes back field by field, letter by letter. Resources that carry no claims marks (the
    Patient, records of other systems) are passed over.

    Raises    Incorrect `claims.no_visit` when no Encounter of a dossier or check-in is among them
    """
    found = list(resources)
    facility, ma_lk, came_as = _head(found)
    reading = _Reading()
    for resource in found:
        for node in _marked_nodes(resource):
            reading.take(node)
    built = reading.dossier(facility, ma_lk, came_as)
    return built if form in (None, came_as) else forms.convert(built, form)


def _head(resources):
    for resource in resources:
        if resource["resourceType"] == "Encounter":
            for each in resource.get("identifier", ()):
                if each.get("system", "").startswith(visit.VISIT_NUMBERS) and marks.rows_of(
                    resource
                ):
                    facility = each["system"].removeprefix(visit.VISIT_NUMBERS)
                    return facility, each["value"], marks.form_of(resource) or tables.NEWEST
    raise errors.Incorrect(
        "claims.no_visit",
        "Không có lượt khám nào đến từ hồ sơ giám định trong các bản ghi này; chỉ xuất được lượt khám như vậy.",
    )


def _marked_nodes(resource) -> Iterator[Mapping]:
    yield resource
    for name in _ELEMENTS:
        yield from resource.get(name, ())


class _Reading:
    """Fields collected from resources, by row."""

    def __init__(self):
        self.rows: dict[tuple[str, int], dict[str, str]] = {}
        self.cards: dict[tuple[str, int], list[Mapping]] = {}
        self.exact: dict[tuple[str, int, str], str] = {}
        self.same: list[tuple[str, int, list[str]]] = []

    def take(self, node: Mapping) -> None:
        for table, index, part in marks.rows_of(node):
            values = self.rows.setdefault((table, index), {})
            if part == "card":
                self.cards.setdefault((table, index), []).append(node)
            elif (table, part) in homes.SHAPES:
                values.update(homes.SHAPES[table, part].read(node))
        self.exact.update(marks.fields_of(node))
        self.same.extend(marks.same_of(node))

    def dossier(self, facility: str, ma_lk: str, form: str) -> Dossier:
        self._overlay()
        found: dict[str, list[Row]] = {table: [] for table in tables.FRAMES}
        for table, index in sorted(self.rows, key=lambda place: place[1]):
            expected = {"MA_LK": ma_lk, "STT": str(index), "MA_CSKCB": facility}
            found[table].append(_row(table, index, form, expected, self.rows[table, index]))
        return Dossier(
            ma_lk, facility, form, {table: rows for table, rows in found.items() if rows}
        )

    def _overlay(self):
        """What the homes say is completed and corrected by the marks."""
        for place, cards in self.cards.items():
            self.rows[place].update(stay.cards_text(cards))
        for table, index, name in self.exact:
            self.rows.setdefault((table, index), {})[name] = self.exact[table, index, name]
        summary = self.rows.get(("XML1", 1), {})
        for table, index, names in self.same:
            row = self.rows.setdefault((table, index), {})
            row.update({name: summary.get(papers.SAME_AS.get(name, name), "") for name in names})


def _row(table, index, form, expected, values):
    blank = contents.template(table, form)
    known = {name: text for name, text in expected.items() if name in blank}
    return Row(table, index, blank | known | values)
