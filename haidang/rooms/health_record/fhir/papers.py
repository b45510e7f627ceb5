"""Papers, scanned documents, and where things came from."""

import base64
import re

from haidang.kernel import systems
from haidang.rooms.health_record.domain import parts
from haidang.rooms.health_record.fhir import elements as el

_OURS = f"(?:{re.escape(systems.BASE)}/)?"
_BINARY = re.compile(rf"{_OURS}Binary/(?P<id>[A-Za-z0-9.-]{{1,64}})")
_WRITTEN = re.compile(rf"{_OURS}Composition/[A-Za-z0-9.-]{{1,64}}/\$document")
#: Extensions of papers that are told as facts beside the text: our name and what its value is.
FACTS = (
    "leave", "leave-days", "employer", "department", "book-number", "internal-number",
    "document-number", "child-born-on", "birth-number", "children-living", "injury-rate-total",
)  # fmt: skip


def paper_of(resource):
    """Composition → Paper."""
    return parts.Paper(
        ref=el.ref_of(resource),
        visit=el.visit_of(resource),
        at=resource.get("date"),
        title=resource.get("title") or el.words(resource.get("type")),
        number=(resource.get("identifier") or {}).get("value", ""),
        author=el.display_of(el.first(resource.get("author"))),
        signer=_signer(resource),
        sections=tuple(_sections(resource)),
        facts=tuple(_facts(resource)),
    )


def _sections(resource):
    for one in resource.get("section", ()):
        html = (one.get("text") or {}).get("div", "")
        if html:
            yield parts.Section(one.get("title") or el.words(one.get("code")), html)


def _signer(resource):
    signers = {
        one.get("mode"): el.display_of(one.get("party")) for one in resource.get("attester", ())
    }
    return signers.get("legal") or signers.get("professional") or ""


def _facts(resource):
    for name in FACTS:
        value = el.extension(resource, name)
        if value not in (None, ""):
            yield name, _shown(value)


def _shown(value):
    if not isinstance(value, dict):
        return str(value)
    if "start" in value or "end" in value:
        return f"{value.get('start', '')}/{value.get('end', '')}"
    return el.display_of(value) or str(value.get("value", ""))


def document_of(resource):
    """DocumentReference → Paper without text: a scan or a file kept elsewhere."""
    content = el.first(resource.get("content"))
    attachment = content.get("attachment") or {}
    context = resource.get("context") or {}
    return parts.Paper(
        ref=el.ref_of(resource),
        visit=el.reference(context.get("encounter")),
        at=resource.get("date") or attachment.get("creation"),
        title=attachment.get("title")
        or el.words(resource.get("type"))
        or resource.get("description", ""),
        number=el.first(resource.get("identifier")).get("value", ""),
        author=el.display_of(el.first(resource.get("author"))),
        signer="",
        sections=(),
        facts=(),
        copy=True,
        files=tuple(files_of(resource)),
    )


def files_of(resource):
    """The files of a DocumentReference; a paper that is kept in writing is not one of them."""
    for place, one in enumerate(resource.get("content", ())):
        attachment = one.get("attachment") or {}
        url = attachment.get("url", "")
        if _WRITTEN.fullmatch(url):
            continue
        binary = _BINARY.fullmatch(url)
        outside = url if url.startswith(("https://", "http://")) and not binary else ""
        yield parts.File(
            place=place,
            title=attachment.get("title", ""),
            content_type=attachment.get("contentType", ""),
            size=attachment.get("size") or _size(attachment.get("data", "")),
            binary=binary["id"] if binary else "",
            url=outside,
            is_here=bool(binary or attachment.get("data")),
        )


def bytes_of(resource):
    """The content of a Binary or of an Attachment.

    Raises    ValueError when it is not base64
    """
    return base64.b64decode(resource.get("data", ""), validate=True)


def _size(data):
    return len(data) * 3 // 4 - data[-2:].count("=") if data else None


def source_of(resource):
    """Provenance → Source."""
    what = el.first(resource.get("entity")).get("what") or {}
    identifier = what.get("identifier") or {}
    return parts.Source(
        ref=el.ref_of(resource),
        visit=next((t["reference"] for t in resource.get("target", ()) if _is_visit(t)), None),
        at=resource.get("recorded"),
        sender=el.facility_of(_agent(resource)) or el.display_of(_agent(resource)),
        activity=el.words(resource.get("activity")),
        message=identifier.get("value"),
        targets=len(resource.get("target", ())),
    )


def _agent(resource):
    return el.first(resource.get("agent")).get("who") or {}


def _is_visit(target):
    return target.get("reference", "").startswith("Encounter/")
