"""What every file of a report says: one plain description for XLSX, PDF and DHIS2."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from haidang.engines.documents import api as documents
from haidang.rooms.reporting import domain
from haidang.rooms.reporting.selectors import reports, words


@dataclass(frozen=True)
class Told:
    """A report as it is printed; `notes` are the reasons why cells have no number, in their order."""

    form: domain.Form
    code: str
    unit: str
    unit_name: str
    reviewer_name: str
    period: str
    label: str
    starts_on: object
    ends_on: object
    state: str
    results: dict
    values: dict
    corrections: tuple
    words: str
    submitted_by: str
    submitted_at: datetime | None
    approved_by: str
    locked_at: datetime | None
    digest: str
    notes: dict
    notice: str

    @property
    def draft(self):
        """Whether this is not the locked report yet."""
        return self.state != "locked"

    @property
    def corner(self):
        """What stands in the corner of the paper: the form's number, or its name where it has none."""
        number = self.form.number
        return f"Biểu số: {number}" if number[0].isdigit() else number

    def mark(self, key):
        """What stands in a cell: a number, `×`, or `…` with the number of its note."""
        one = self.results[key]
        if one.value is not None:
            return words.number(one.value) + ("*" if one.corrected else "")
        if one.state == "none":
            return "×"
        return f"… ({self.notes[words.result(one)]})"


@translation.override("vi")
def told(row):
    """A report, in Vietnamese, whoever asks for the file."""
    form = reports.form_of(row)
    corrections = tuple(row.corrections.order_by("pk"))
    values = {one.cell: one for one in row.values.all()}
    results = domain.evaluate(form, reports.given(values.values()), reports.standing(corrections))
    called = reports.names([row.unit, row.reviewer])
    kept = ("unit", "starts_on", "ends_on", "state", "words", "submitted_by", "submitted_at", "approved_by", "locked_at", "digest")  # fmt: skip
    return Told(
        form=form,
        code=row.form,
        unit_name=called[row.unit],
        reviewer_name=called[row.reviewer],
        period=words.period(row.period),
        label=row.period,
        results=results,
        values=values,
        corrections=corrections,
        notes=_notes(results),
        notice=documents.notice(),
        **{name: getattr(row, name) for name in kept},
    )


def _notes(results):
    said = [words.result(one) for one in results.values() if one.value is None and one.state != "none"]  # fmt: skip
    return {text: n for n, text in enumerate(dict.fromkeys(said), 1)}
