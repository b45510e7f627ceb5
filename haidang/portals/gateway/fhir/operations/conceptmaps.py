"""ConceptMap/$translate (conceptmap-operation-translate.html)."""

from django.utils import translation
from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import errors
from haidang.portals.gateway.fhir.operations import parameters, terms
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_KNOWN = {
    "code", "codeableConcept", "coding", "conceptMap", "conceptMapVersion", "dependency",
    "displayLanguage", "reverse", "source", "system", "target", "targetsystem", "url", "version",
}  # fmt: skip


@interaction(USE, "GET", "POST")
def translate(request, kind, id=None):
    """The codes that concept maps say correspond to a code; with `reverse`, the other way round."""
    given = parameters.given(request)
    given.refuse_unknown(request, _KNOWN)
    language = terms.language_of(request, given)
    asked = terms.codings(given, system="system", version="version")
    if not all(one.system for one in asked):
        raise parameters.missing("system")
    _refuse_unserved(given)
    with terms.opened(), translation.override(language):
        found = _matches(asked, _map(given, kind, id), given)
    return terms.answered(request, _told(found, language), language)


def _refuse_unserved(given):
    """What would change the answer is refused where it is not understood, never passed over."""
    for name in ("conceptMap", "dependency"):
        if given.all(name):
            raise errors.Incorrect(
                "fhir.parameter_unsupported",
                _("Chỉ dịch theo bảng đã nạp; hãy nêu url."),
                name=name,
            )


def _map(given, kind, id):
    """(url, version) of the concept map in question; (None, None) for every one."""
    if id:
        kept = terms.kept(kind, id)
        url, version = kept.get("url", ""), kept.get("version")
    else:
        url, _bar, named = given.text("url").partition("|")
        version = terms.one_version(
            named, given.text("conceptMapVersion"), name="conceptMapVersion"
        )
    if (url or id) and not terminology.map_is_loaded(url, version):
        raise errors.NotFound(
            "terminology.map_unknown",
            _("Không có bảng ánh xạ này, hoặc phiên bản này của nó."),
            url=url,
            version=version or "",
        )
    return url or None, version or None


def _matches(asked, named, given):
    url, version = named
    target = given.text("targetsystem") or None
    reverse = given.flag("reverse")
    found = []
    for one in _of_value_set(given, "source", asked):
        found += terminology.translate(
            one.system, one.code, target=target, url=url, version=version, reverse=reverse
        )
    nothing = [each for each in found if not each.code]
    found = _of_value_set(given, "target", [each for each in found if each.code]) + nothing
    words = terminology.lookup_many({(each.system, each.code) for each in found if each.code})
    return [(each, words.get((each.system, each.code))) for each in found]


def _of_value_set(given, name, codes):
    """Those of some codes that belong to the value set of a name; all of them when none is named."""
    value_set = given.text(name)
    if not value_set:
        return codes
    return [
        one
        for one in codes
        if terminology.validate_code(
            value_set, one.system, one.code, beside=records.stored_value_set
        )
    ]


def _told(found, language):
    result = any(each.equivalence not in terminology.NO_EQUIVALENT for each, _concept in found)
    with translation.override(language):
        message = (
            None
            if result
            else {"name": "message", "valueString": _("Không bảng ánh xạ nào có mã này.")}
        )
    return parameters.answer(
        {"name": "result", "valueBoolean": result},
        message,
        *(_match(each, concept, language) for each, concept in found),
    )


def _match(each, concept, language):
    coding = {"system": each.system, "code": each.code}
    if not each.system:
        del coding["system"]
    if concept:
        coding["display"] = concept.display_in(language)
    source = f"{each.map_url}|{each.map_version}" if each.map_version else each.map_url
    return {
        "name": "match",
        "part": [
            {"name": "equivalence", "valueCode": each.equivalence},
            *([{"name": "concept", "valueCoding": coding}] if each.code else []),
            {"name": "source", "valueUri": source},
            *([{"name": "message", "valueString": each.comment}] if each.comment else []),
        ],
    }


OPERATIONS = [Operation("translate", translate, on=("ConceptMap", "ConceptMap/id"), reads=True)]
