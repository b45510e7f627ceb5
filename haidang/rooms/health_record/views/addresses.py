"""Addresses inside one person's record, so that selectors need to know none."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from haidang.rooms.health_record.selectors import pages
from haidang.ui import context


@dataclass(frozen=True)
class Addresses:
    """The addresses of one person's pages for staff."""

    patient_id: str
    chosen: str = ""

    def page(self, name, *more, **query):
        url = reverse(f"health_record:{name}", args=(self.patient_id, *more))
        return f"{url}?{urlencode(query)}" if query else url

    def kind(self, code):
        return self.page("see_person", **({"loai": code} if code else {}))

    def more(self, start):
        return self.page("see_person", tu=start, **({"loai": self.chosen} if self.chosen else {}))

    def paper(self, ref):
        return self.page("see_paper", *ref.split("/"))

    def file(self, ref):
        """The address of each file of a document, by its place."""
        return lambda place: self.page("see_file", ref.partition("/")[2], place)

    def visit(self, ref):
        return self.page("see_visit", ref.partition("/")[2])

    def series(self, key):
        return self.page("see_results", **{"xet-nghiem": key})

    def versions(self, ref):
        return self.page("see_versions", *ref.split("/"))

    def sources(self, kind):
        return self.page("see_sources", **({"loai": kind} if kind else {}))

    def pair(self, review_id):
        """The page that compares two records, when that room is built in."""
        return context.address("identity_review:see_pair", review_id)

    def message(self, receipt):
        """The page of the message in the intake room, when that is built in."""
        return context.address("intake:see_message", receipt)


def tabs(record, here, *, by):
    """The tabs of a person's page for staff, those that the asker may open."""
    urls = Addresses(record.person.id)
    found = [
        (_("Dòng thời gian"), "see_person", None),
        (_("Bản tóm tắt"), "see_summary", None),
        (_("Vấn đề"), "see_problems", record.count("Condition")),
        (_("Thuốc"), "see_medicines", record.count("MedicationRequest", "MedicationStatement")),
        (pgettext("nhiều", "Kết quả"), "see_results", record.count("Observation")),
        (_("Giấy tờ"), "see_papers", pages.papers_of(record)),
        (pgettext("nhiều", "Lượt khám"), "see_visits", record.count("Encounter")),
    ]
    if by.can("health_record.see_sources"):
        found.append((pgettext("nhiều", "Nguồn"), "see_sources", None))
    if by.can("health_record.see_looks"):
        found.append((_("Ai đã xem"), "see_looks", None))
    return [
        {"label": label, "url": urls.page(name), "active": name == here, "count": count}
        for label, name, count in found
    ]
