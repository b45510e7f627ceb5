"""CodeSystem/$lookup, $validate-code and $subsumes (codesystem-operations.html)."""

from django.utils.translation import gettext as _

from haidang.engines.terminology import api as terminology
from haidang.kernel import errors
from haidang.portals.gateway.fhir.operations import parameters, terms
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_OF_LOOKUP = {"code", "system", "version", "coding", "date", "displayLanguage", "property"}
_OF_VALIDATION = terms.OF_VALIDATION | {"url", "codeSystem", "version"}
_OF_SUBSUMPTION = {"system", "version", "codeA", "codeB", "codingA", "codingB"}


@interaction(USE, "GET", "POST")
def lookup(request, kind, id=None):
    """What a code means: its words, properties, and the codes above and below it."""
    given = parameters.given(request)
    given.refuse_unknown(request, _OF_LOOKUP)
    language = terms.language_of(request, given)
    wanted = set(given.texts("property")) - {"*"}
    with terms.opened():
        asked = _one(given)
        version = terms.one_version(asked.version, given.text("version"))
        found = terminology.details(
            asked.system, asked.code, version=version or None, on=terms.day(given)
        )
    concept = found.concept
    shown = terminology.language_shown(concept.words, concept.display_in(language), language)
    return terms.answered(request, _told(found, wanted, language), shown)


def _one(given):
    """The one code: `code` and `system`, or `coding`."""
    (asked,) = terms.codings(given, system="system", version="version")[:1]
    if given.one("codeableConcept") is not None or not asked.system:
        raise errors.Incorrect(
            "fhir.parameter_missing", _("Hãy nêu code và system, hoặc coding."), name="system"
        )
    return asked


def _told(found, wanted, language):
    concept, system = found.concept, found.system
    title = {"vi": system.title_vi, "en": system.title_en}
    definition = concept.properties.get("definition")
    return parameters.answer(
        {
            "name": "name",
            "valueString": title[language] or system.title_vi or system.title_en or system.url,
        },
        {"name": "version", "valueString": system.version} if system.version else None,
        {"name": "display", "valueString": concept.display_in(language)},
        {"name": "definition", "valueString": definition} if definition else None,
        *_designations(concept, wanted),
        *_properties(found, wanted),
    )


def _designations(concept, wanted):
    languages = {name.removeprefix("lang.") for name in wanted if name.startswith("lang.")}
    if wanted and not languages and "designation" not in wanted:
        return
    for each in terminology.designations(concept.words, languages):
        yield {
            "name": "designation",
            "part": [
                {"name": "language", "valueCode": each["language"]},
                {"name": "value", "valueString": each["value"]},
            ],
        }


def _properties(found, wanted):
    """The properties that were asked for, or all of them; a concept says `inactive` either way."""
    defined = {p.get("code"): p.get("type") for p in found.system.facts.get("property", ())}
    own = [p for p in terminology.properties_of(found.concept, defined) if p["code"] != "inactive"]
    own.append({"code": "inactive", "valueBoolean": found.concept.inactive})
    own += [{"code": "parent", "valueCode": code} for code in [found.concept.parent] if code]
    own += [{"code": "child", "valueCode": code} for code in found.children]
    for each in own:
        if not wanted or each["code"] in wanted:
            ((kind, value),) = ((k, v) for k, v in each.items() if k != "code")
            yield {
                "name": "property",
                "part": [
                    {"name": "code", "valueCode": each["code"]},
                    {"name": "value", kind: value},
                ],
            }


@interaction(USE, "GET", "POST")
def validate_code(request, kind, id=None):
    """Whether a code is one of a code system, and its display the right one."""
    given = parameters.given(request)
    given.refuse_unknown(request, _OF_VALIDATION)
    language = terms.language_of(request, given)
    asked = terms.codings(given, system="url", version="version")
    with terms.opened():
        url, version = _system(given, kind, id, asked)
        verdict = terminology.check_codes(
            url, asked, version=version or None, language=language,
            abstract=given.flag("abstract"), on=terms.day(given),
        )  # fmt: skip
    return terms.answered(request, terms.told(verdict, language), language)


def _system(given, kind, id, asked=()):
    """(url, version) of the code system in question."""
    if id:
        kept = terms.kept(kind, id)
        return kept.get("url", ""), kept.get("version", "")
    if given.one("codeSystem") is not None:
        raise errors.Incorrect(
            "fhir.parameter_unsupported",
            _("Chỉ kiểm tra theo danh mục đã nạp; hãy nêu url."),
            name="codeSystem",
        )
    url = given.text("url") or next((one.system for one in asked if one.system), "")
    if not url:
        raise parameters.missing("url")
    return url, given.text("version")


@interaction(USE, "GET", "POST")
def subsumes(request, kind, id=None):
    """How two codes of one code system stand to each other."""
    given = parameters.given(request)
    given.refuse_unknown(request, _OF_SUBSUMPTION)
    with terms.opened():
        one, other = _pair(given, "A"), _pair(given, "B")
        system, version = _of_both(given, kind, id, one, other)
        outcome = terminology.subsumes(system, one.code, other.code, version=version or None)
    return terms.answered(
        request, parameters.answer({"name": "outcome", "valueCode": outcome}), "vi"
    )


def _pair(given, letter):
    if given.one(f"coding{letter}") is not None:
        return terms.coding(given.one(f"coding{letter}"), f"coding{letter}")
    return terminology.Coding(given.text("system"), given.needed_text(f"code{letter}"))


def _of_both(given, kind, id, one, other):
    """(url, version) of the one code system that is meant, however it was named.

    Raises    Incorrect `fhir.one_system_needed`, `fhir.one_version_needed`
    """
    kept, version = _system(given, kind, id) if id else ("", "")
    named = {kept, given.text("system"), one.system, other.system} - {""}
    if len(named) != 1 or not (kept or (one.system and other.system)):
        raise errors.Incorrect(
            "fhir.one_system_needed", _("Hai mã phải thuộc cùng một danh mục."), name="system"
        )
    return named.pop(), terms.one_version(
        version, given.text("version"), one.version, other.version
    )


OPERATIONS = [
    Operation("lookup", lookup, on=("CodeSystem",), reads=True),
    Operation("validate-code", validate_code, on=("CodeSystem", "CodeSystem/id"), reads=True),
    Operation("subsumes", subsumes, on=("CodeSystem", "CodeSystem/id"), reads=True),
]
