"""What the terminology operations have in common: how questions are read, who may ask, in which language.

Code lists hold nothing about persons: every registered system may ask, and nothing goes into the
access book.
"""

from contextlib import contextmanager

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import trans_real

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor as actors
from haidang.kernel import dates, errors
from haidang.portals.gateway.fhir import responses
from haidang.portals.gateway.fhir.operations import parameters

_LANGUAGES = ("vi", "en")
#: What both `$validate-code` take.
OF_VALIDATION = {
    "abstract", "code", "codeableConcept", "coding", "date", "display", "displayLanguage",
}  # fmt: skip


@contextmanager
def opened():
    """A transaction that sees what belongs to nobody: code lists, and no person's record."""
    with access.reach(actors.SYSTEM, people=None, lens=""):
        yield


def answered(request, found, *languages):
    """An answer in the languages that its words are in; where nobody said which, in that of the request."""
    answer = responses.plain(found)
    if told := [each for each in dict.fromkeys(languages) if each]:
        answer["Content-Language"] = ", ".join(told)
    return answer


def language_of(request, given):
    """`vi` or `en`: the first that `displayLanguage`, else Accept-Language, names; Vietnamese else."""
    asked = given.text("displayLanguage") or request.headers.get("Accept-Language", "")
    return next((one for one in languages_named(asked) if one in _LANGUAGES), _LANGUAGES[0])


def languages_named(text):
    """The languages of `displayLanguage` or Accept-Language without their countries, the best first."""
    return [code[:2] for code, _quality in trans_real.parse_accept_lang_header(text.lower())]


def day(given, name="date"):
    """The day by the local calendar that a date or moment lies in, or None."""
    found = given.moment(name)
    try:
        return dates.parse_fhir(found)[0].astimezone(dates.HANOI).date() if found else None
    except OverflowError as why:  # the first and last hours that a calendar has
        raise parameters.unreadable(name, _("ngày giờ")) from why


def resource(given, name, kind):
    """A resource that was sent along, or None.

    Raises    Incorrect `fhir.parameter_unreadable`
    """
    found = given.one(name)
    if found is None:
        return None
    if not isinstance(found, dict) or found.get("resourceType") != kind:
        raise parameters.unreadable(name, _("một %(kind)s") % {"kind": kind})
    return found


def coding(value, name="coding"):
    """A Coding that was sent, as `terminology.Coding`."""
    if not isinstance(value, dict) or isinstance(value, parameters.Given):
        raise parameters.unreadable(name, _("một Coding có code"))
    parts = [value.get(part, "") for part in ("system", "code", "version", "display")]
    if not all(isinstance(part, str) and "\x00" not in part for part in parts) or not parts[1]:
        raise parameters.unreadable(name, _("một Coding có code"))
    return terminology.Coding(*parts)


def codings(given, *, system, version):
    """The codes that were sent: `code` with its display, `coding`, or `codeableConcept`.

    system, version    names of the parameters that go with `code`

    Raises    Incorrect `fhir.one_code_needed`
    """
    sent = [name for name in ("code", "coding", "codeableConcept") if given.one(name) is not None]
    if len(sent) != 1:
        raise errors.Incorrect(
            "fhir.one_code_needed", _("Hãy nêu đúng một trong code, coding, codeableConcept.")
        )
    if sent == ["code"]:
        words = [given.text(name) for name in (system, "code", version, "display")]
        return [terminology.Coding(words[0], given.needed_text("code"), *words[2:])]
    if sent == ["coding"]:
        return [coding(given.one("coding"))]
    return concept(given.one("codeableConcept"), "codeableConcept")


def concept(value, name):
    """The codings of a CodeableConcept that was sent, at least one.

    Raises    Incorrect `fhir.parameter_unreadable`
    """
    found = value.get("coding") if isinstance(value, dict) else None
    if not isinstance(found, list) or not found:
        raise parameters.unreadable(name, _("một CodeableConcept có coding"))
    return [coding(one, name) for one in found]


def told(verdict, language):
    """A verdict as the answer of `$validate-code`."""
    with translation.override(language):
        message = terminology.told(verdict, language)
    values = {
        "display": ("valueString", verdict.display),
        "message": ("valueString", message),
        "code": ("valueCode", verdict.coding.code),
        "system": ("valueUri", verdict.system),
        "version": ("valueString", verdict.version),
    }
    return parameters.answer(
        {"name": "result", "valueBoolean": verdict.result},
        *({"name": name, kind: value} for name, (kind, value) in values.items() if value),
        {"name": "inactive", "valueBoolean": True} if verdict.inactive else None,
    )


def kept(kind, id):
    """A stored CodeSystem, ValueSet or ConceptMap by its id."""
    return records.get(f"{kind}/{id}").resource


def one_version(*named, name="version"):
    """The one version that is named, once or more; empty when none is.

    Raises    Incorrect `fhir.one_version_needed` (facts: name)
    """
    versions = {*named} - {"", None}
    if len(versions) > 1:
        raise errors.Incorrect(
            "fhir.one_version_needed",
            _("Yêu cầu nêu nhiều phiên bản của danh mục; hãy nêu một."),
            name=name,
        )
    return next(iter(versions), "")
