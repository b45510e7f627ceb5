"""Questions about one code system: what a code is, whether it is right (tra và kiểm tra mã).

Source    FHIR R4, codesystem-operation-lookup.html and codesystem-operation-validate-code.html.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.terminology import choosing, judging, lookups
from haidang.kernel import errors

_CHILDREN = """
SELECT code FROM terminology_concept WHERE code_system_id = %s AND parent = %s ORDER BY code LIMIT 1000
"""


@dataclass(frozen=True)
class Details:
    """A concept with the system it stands in and the codes right below it."""

    concept: lookups.Concept
    system: choosing.System
    children: tuple[str, ...]


def details(system, code, *, version=None, on=None):
    """All that is known of one code.

    Raises    NotFound `terminology.system_unknown`, `terminology.code_unknown` (facts: system, unknown)
    """
    found = loaded(system, version=version, on=on)
    concept = lookups.lookup(found.url, lookups.clean(code), version=found.version, on=on)
    if concept is None:
        raise _unknown(system, code)
    with connection.cursor() as cursor:
        cursor.execute(_CHILDREN, [found.id, concept.code])
        children = tuple(row[0] for row in cursor.fetchall())
    return Details(concept, found, children)


def subsumes(system, a, b, *, version=None, on=None):
    """How two codes of one system stand: equivalent, subsumes, subsumed-by, not-subsumed.

    Raises    NotFound `terminology.system_unknown`, `terminology.code_unknown` (facts: system, unknown)
    """
    here = loaded(system, version=version, on=on)
    pairs = [(here.url, a), (here.url, b)]
    found = lookups.lookup_many(pairs, version=here.version, on=on)
    for pair in pairs:
        if pair not in found:
            raise _unknown(system, pair[1])
    if a == b:
        return "equivalent"
    if a in found[here.url, b].ancestors:
        return "subsumes"
    if b in found[here.url, a].ancestors:
        return "subsumed-by"
    return "not-subsumed"


def _unknown(system, code):
    return errors.NotFound(
        "terminology.code_unknown", _("Mã không có trong danh mục."), system=system, unknown=code
    )


def loaded(url, *, version=None, on=None):
    """The code system that answers for `url`.

    Raises    NotFound `terminology.system_unknown` (facts: system, version)
    """
    found = choosing.system_of(lookups.clean(url), version=version, on=on)
    if found is None:
        raise errors.NotFound(
            "terminology.system_unknown",
            _("Danh mục này, hoặc phiên bản này của nó, chưa được nạp."),
            system=url,
            version=version or "",
        )
    return found


def check(url, codings, *, version=None, language="vi", abstract=False, on=None):
    """Judge codings against one code system; one that is right is enough.

    version    of the system; else the first that a coding of it names

    Raises    NotFound `terminology.system_unknown`
    """
    here = [c for c in codings if c.system in ("", url)]
    named = next((c.version for c in here if c.version), None)
    system = loaded(url, version=version or named, on=on)
    if not here:
        return judging.wrong(codings[0], "outside")
    asked = [judging.Coding(system.url, c.code, c.version, c.display) for c in here]
    known = judging.concepts(asked, version=system.version, on=on)
    return judging.best([_judge(each, system, known, abstract, language) for each in asked])


def _judge(coding, system, known, abstract, language):
    if coding.version and coding.version != system.version:
        return judging.wrong(coding, "other_version", version=system.version)
    found = known.concepts.get((coding.system, coding.code))
    if found is None:
        return judging.wrong(coding, judging.why_unknown(coding, known), version=system.version)
    return judging.judge(coding, found, abstract=abstract, language=language)
