"""Files of documents: a scan in the record opens, one that is kept elsewhere is led to, nothing runs."""

import base64

import pytest
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, systems
from haidang.rooms.health_record.tests.universe import HERE, signed_in

PDF = b"%PDF-1.7 a scan"
RESOURCE_TYPES = "http://hl7.org/fhir/resource-types"
HIV = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}


def encoded(content):
    return base64.b64encode(content).decode()


def kept(person, *attachments, **more):
    """The id of a document of this person with these files."""
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": person.ref},
        "date": "2026-03-02T09:00:00+07:00",
        "description": "Bản quét",
        "content": [{"attachment": one} for one in attachments],
    }
    return records.save(document | more, by=actor.SYSTEM).id


def paper(person, document):
    return reverse("health_record:see_paper", args=[person.id, "DocumentReference", document])


def file(person, document, place=0):
    return reverse("health_record:see_file", args=[person.id, document, place])


@pytest.fixture
def scan(person, everything_open):
    return kept(
        person, {"contentType": "application/pdf", "title": "Phim phổi", "data": encoded(PDF)}
    )


def test_a_scan_is_named_on_its_paper_and_opens(person, scan):
    doctor = signed_in("doctor")

    page = doctor.get(paper(person, scan)).content.decode()
    opened = doctor.get(file(person, scan))

    assert "Phim phổi" in page
    assert file(person, scan) in page
    assert (opened.content, opened["Content-Type"]) == (PDF, "application/pdf")
    assert opened["Content-Disposition"] == 'inline; filename="tep-1.pdf"'
    assert ledger.looks_at(person.ref)[0].what == "Tệp kèm theo giấy tờ"


def test_a_file_in_a_binary_opens(person, everything_open):
    held = {"resourceType": "Binary", "contentType": "image/png", "data": encoded(b"png")}
    binary = records.save(held, by=actor.SYSTEM)
    document = kept(person, {"url": f"Binary/{binary.id}", "title": "Ảnh"})

    opened = signed_in("doctor").get(file(person, document))

    assert (opened.content, opened["Content-Type"]) == (b"png", "image/png")


@pytest.mark.parametrize("told", ["text/html", "image/svg+xml", "application/xhtml+xml", ""])
def test_what_could_run_is_handed_over_to_keep(person, everything_open, told):
    document = kept(person, {"contentType": told, "data": encoded(b"<script>1</script>")} if told
                    else {"data": encoded(b"<script>1</script>")})  # fmt: skip

    opened = signed_in("doctor").get(file(person, document))

    assert opened["Content-Type"] == "application/octet-stream"
    assert opened["Content-Disposition"].startswith("attachment")
    assert opened["X-Content-Type-Options"] == "nosniff"


def test_a_file_elsewhere_is_led_to_and_one_nowhere_says_so(person, everything_open):
    document = kept(
        person, {"url": "https://pacs.example.vn/1", "title": "Phim"}, {"title": "Giấy mất"}
    )

    page = signed_in("doctor").get(paper(person, document)).content.decode()

    assert 'href="https://pacs.example.vn/1"' in page
    assert "(ở nơi khác)" in page
    assert "(tệp không có trong hồ sơ)" in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_an_address_that_is_no_address_leads_nowhere(person, everything_open, url):
    document = kept(person, {"url": url, "title": "Lạ"})

    doctor = signed_in("doctor")

    assert url not in doctor.get(paper(person, document)).content.decode()
    assert doctor.get(file(person, document)).status_code == 404


def test_a_file_that_is_not_there_or_of_somebody_else_is_not_found(person, scan):
    doctor = signed_in("doctor")

    assert doctor.get(file(person, scan, 1)).status_code == 404
    assert doctor.get(file(person, "khac")).status_code == 404
    assert signed_in("doctor", org="31T02").get(file(person, scan)).status_code == 403


def test_a_restricted_file_is_kept_from_record_keeping(person, everything_open):
    secret = kept(person, {"data": encoded(PDF)}, meta={"security": [HIV]})

    assert signed_in("doctor").get(file(person, secret)).status_code == 200
    assert signed_in("records_clerk").get(file(person, secret)).status_code == 404


def test_versions_and_counts_of_a_restricted_part_are_kept_from_record_keeping(
    person, everything_open
):
    secret = kept(person, {"data": encoded(PDF)}, meta={"security": [HIV]})
    url = reverse("health_record:see_versions", args=[person.id, "DocumentReference", secret])
    sources = reverse("health_record:see_sources", args=[person.id])
    clerk = signed_in("records_clerk")

    assert clerk.get(url).status_code == 404
    assert url not in clerk.get(sources, {"loai": "DocumentReference"}).content.decode()


# ── What a person denies, and an emergency ─────────────────────────────────────────────────


@pytest.fixture
def denied(person):
    """A document with a file, in two versions, closed to the facility of the house."""
    closed = {"type": "deny", "class": [{"system": RESOURCE_TYPES, "code": "DocumentReference"}]}
    who = [{"reference": {"identifier": {"system": systems.FACILITY, "value": HERE}}}]
    with access.reach(actor.SYSTEM, people="all"):
        held = {"resourceType": "Binary", "contentType": "image/png", "data": encoded(b"png")}
        binary = records.save(held, by=actor.SYSTEM)
        document = kept(person, {"url": f"Binary/{binary.id}", "title": "Ảnh"})
        stored = records.get(f"DocumentReference/{document}").resource
        records.save(stored | {"description": "Bản quét rõ hơn"}, by=actor.SYSTEM)
        records.save(
            {"resourceType": "Consent", "status": "active", "patient": {"reference": person.ref},
             "provision": closed | {"actor": who}}, by=actor.SYSTEM,
        )  # fmt: skip
    return document


def versions_of(person, document):
    return reverse("health_record:see_versions", args=[person.id, "DocumentReference", document])


def test_versions_and_files_of_what_is_denied_open_in_an_emergency_only(person, denied):
    doctor = signed_in("doctor")
    pages = [versions_of(person, denied), file(person, denied)]
    assert [doctor.get(page).status_code for page in pages] == [404, 404]

    told = {"reason": "Người bệnh hôn mê, cần biết dị ứng thuốc"}
    doctor.post(reverse("health_record:break_glass", args=[person.id]), told)

    html = doctor.get(pages[0]).content.decode()
    assert all(told in html for told in ("Phiên bản 1", "Phiên bản 2", "Bản quét rõ hơn"))
    assert doctor.get(pages[1]).content == b"png"


def test_work_that_a_law_asks_for_sees_versions_and_files_of_what_is_denied(person, denied):
    clerk = signed_in("records_clerk")

    assert "Bản quét rõ hơn" in clerk.get(versions_of(person, denied)).content.decode()
    assert clerk.get(file(person, denied)).content == b"png"
