"""What staff and families see alike: the patient summary."""

from django.http import HttpResponse
from django.urls import reverse

from haidang.rooms.health_record.selectors.summary import opened, paper


def summary_page(request, record, pdf_url):
    """The context of the page of a summary.

    pdf_url    where the same summary is to be had on paper
    """
    language = opened.language(request.GET.get("ngon-ngu"))
    found = opened.of(record, language)
    return {
        "summary": found,
        "warning": opened.warning(found),
        "notes": opened.notes(language),
        "languages": opened.languages(language, request.path),
        "pdf_url": f"{pdf_url}?ngon-ngu={language}",
    }


def summary_pdf(request, record):
    """The summary on paper; its QR code leads to the page for those who care for the person."""
    found = opened.of(record, opened.language(request.GET.get("ngon-ngu")))
    page = reverse("health_record:see_summary", args=[found.patient_id])
    content = paper.pdf(found, address=request.build_absolute_uri(page))
    answer = HttpResponse(content, content_type="application/pdf")
    # The name of the file tells nobody whose it is.
    answer["Content-Disposition"] = f'inline; filename="ban-tom-tat-{found.identifier[:8]}.pdf"'
    return answer
