"""ValueSet/$expand and $validate-code (valueset-operations.html)."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import errors
from haidang.portals.gateway.fhir import terms as catalogues
from haidang.portals.gateway.fhir.operations import parameters, terms
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_MOST = 10_000
_HEAD = (
    "url",
    "version",
    "name",
    "title",
    "status",
    "experimental",
    "date",
    "publisher",
    "description",
)
_VERSIONS = {
    "usual": "system-version",
    "force": "force-system-version",
    "check": "check-system-version",
}

_UNSERVED = ("context", "contextDirection")
_OF_EXPANSION = {*catalogues.EXPANSION, *_UNSERVED}
_OF_VALIDATION = {
    *terms.OF_VALIDATION, *_UNSERVED, *_VERSIONS.values(),
    "system", "systemVersion", "url", "valueSet", "valueSetVersion",
}  # fmt: skip


@interaction(USE, "GET", "POST")
def expand(request, kind, id=None):
    """The codes of a value set: by page, by words, or as a tree."""
    given = parameters.given(request, resource_as="valueSet")
    given.refuse_unknown(request, _OF_EXPANSION)
    language = terms.language_of(request, given)
    count, offset = given.number("count"), given.number("offset", 0)
    nested = not given.flag("excludeNested", True) and count is None and not offset
    with terms.opened():
        value_set = _value_set(given, kind, id)
        found = terminology.expand(
            value_set,
            filter=given.text("filter"),
            count=count if count is None else min(count, _MOST),
            offset=offset,
            active_only=given.flag("activeOnly"),
            selectable_only=given.flag("excludeNotForUI"),
            nested=nested and not given.text("filter"),
            language=language,
            on=terms.day(given),
            versions=_versions(given),
            without=given.texts("exclude-system"),
            beside=records.stored_value_set,
        )
    shown = _languages(found.contains, language) if found.contains else [language]
    return terms.answered(request, _expanded(given, found, language), *shown)


def _languages(contains, language):
    """The languages of the words that are shown, the one asked for first."""
    found = {_language(one, language) for one in _flat(contains)}
    return sorted(found - {None}, key=lambda each: (each != language, each))


def _flat(contains):
    for one in contains:
        yield one
        yield from _flat(one.below)


def _language(one, language):
    return terminology.language_shown(one.words, one.display, language)


def _value_set(given, kind, id):
    """The value set in question: of the address, sent along, or by its canonical."""
    if id:
        return terms.kept(kind, id)
    sent = terms.resource(given, "valueSet", "ValueSet")
    if sent is not None:
        return sent
    for name in _UNSERVED:
        if given.one(name) is not None:
            raise errors.Incorrect(
                "fhir.parameter_unsupported",
                _("Không nhận context; hãy nêu url của tập mã."),
                name=name,
            )
    url, _bar, named = given.needed_text("url").partition("|")
    version = terms.one_version(named, given.text("valueSetVersion"), name="valueSetVersion")
    return f"{url}|{version}" if version else url


def _versions(given):
    return terminology.Versions(
        **{
            field: dict(_canonical(name, one) for one in given.texts(name))
            for field, name in _VERSIONS.items()
        }
    )


def _canonical(name, value):
    url, _bar, version = value.partition("|")
    if not url or not version:
        raise parameters.unreadable(name, _("dạng url|phiên bản"))
    return url, version


def _expanded(given, found, language):
    told = found.definition.resource
    head = {"url": found.url} | {name: told[name] for name in _HEAD if name in told}
    if given.flag("includeDefinition"):
        head["compose"] = told.get("compose")
    head = {name: value for name, value in head.items() if value}
    is_designated = _designating(given, language)
    return {
        "resourceType": "ValueSet",
        **{"status": "active"} | head,
        "expansion": {
            "identifier": f"urn:uuid:{uuid.uuid4()}",
            "timestamp": timezone.localtime().isoformat(timespec="seconds"),
            "total": found.total,
            **(
                {"offset": found.offset}
                if given.number("count") is not None or found.offset
                else {}
            ),
            "parameter": _parameters(given, found, language),
            **_listed([_contained(one, is_designated, given) for one in found.contains]),
        },
    }


def _designating(given, language):
    """A function of a code: whether its words come by language. They do when they are asked for, and
    when the display is in none of the languages that were: nothing else in R4 says which it is in.
    """
    if given.flag("includeDesignations") or given.all("designation"):
        return lambda _one: True
    named = terms.languages_named(given.text("displayLanguage"))
    if not named or given.one("includeDesignations") is not None:
        return lambda _one: False
    return lambda one: _language(one, language) not in named


def _listed(contains):
    return {"contains": contains} if contains else {}


def _parameters(given, found, language):
    """What the expansion was made of, for whoever keeps it."""
    texts = (
        "filter",
        "system-version",
        "force-system-version",
        "check-system-version",
        "exclude-system",
    )
    used = [{"name": name, "valueString": one} for name in texts for one in given.texts(name)]
    flags = ("activeOnly", "excludeNotForUI", "includeDesignations", "excludeNested")
    used += [{"name": n, "valueBoolean": given.flag(n)} for n in flags if given.one(n) is not None]
    numbers = [(name, given.number(name)) for name in ("offset", "count")]
    used += [{"name": name, "valueInteger": n} for name, n in numbers if n is not None]
    used += [{"name": "displayLanguage", "valueCode": language}]
    used += [{"name": "date", "valueDateTime": found.on.isoformat()}]
    for system in found.used:
        used.append({"name": "used-codesystem", "valueUri": system.canonical})
        if not system.complete:  # only a part of it is here, so the set may be larger
            used.append({"name": "warning-fragment", "valueUri": system.canonical})
    return used


def _contained(one, is_designated, given):
    entry = {"system": one.system, "version": one.version, "code": one.code, "display": one.display}
    entry = {name: value for name, value in entry.items() if value}
    entry |= {name: True for name in ("abstract", "inactive") if getattr(one, name)}
    if is_designated(one):
        wanted = {name.rpartition("|")[2] for name in given.texts("designation")}
        if words := terminology.designations(one.words, wanted):
            entry["designation"] = words
    return entry | _listed([_contained(each, is_designated, given) for each in one.below])


@interaction(USE, "GET", "POST")
def validate_code(request, kind, id=None):
    """Whether a code belongs to a value set, and its display is the right one."""
    given = parameters.given(request)
    given.refuse_unknown(request, _OF_VALIDATION)
    language = terms.language_of(request, given)
    asked = terms.codings(given, system="system", version="systemVersion")
    with terms.opened():
        verdict = terminology.check_members(
            _value_set(given, kind, id),
            asked,
            language=language,
            abstract=given.flag("abstract"),
            on=terms.day(given),
            versions=_versions(given),
            beside=records.stored_value_set,
        )
    return terms.answered(request, terms.told(verdict, language), language)


OPERATIONS = [
    Operation("expand", expand, on=("ValueSet", "ValueSet/id"), reads=True),
    Operation("validate-code", validate_code, on=("ValueSet", "ValueSet/id"), reads=True),
]
