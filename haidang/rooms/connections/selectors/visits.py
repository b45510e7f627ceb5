"""The visits of a person for which an app may be opened (lượt khám)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import dates, errors, ids, smart, systems

MOST = 20
_LOOK = gettext_noop("Lượt khám để mở ứng dụng")
_NORMAL = "N"
_KINDS = {
    "AMB": gettext_lazy("Khám ngoại trú"),
    "IMP": gettext_lazy("Điều trị nội trú"),
    "EMER": gettext_lazy("Cấp cứu"),
    "HH": gettext_lazy("Khám tại nhà"),
    "VR": gettext_lazy("Khám từ xa"),
}


@dataclass(frozen=True)
class Visit:
    """One visit in the words by which people know it (lượt khám).

    id      of the Encounter
    title   what kind of visit
    text    when and where
    """

    id: str
    title: str
    text: str


def of(patient_ref, rid, *, by):
    """The newest visits of a person, at most 20; what is confidential is not offered.

    Raises    NotAllowed `access.no_relationship`, after noting it in the access book
    """
    asked = [("_sort", "-date"), ("_count", str(MOST))]
    with access.open_person(by, patient_ref, patient_rid=rid, what=_LOOK):
        found = records.search("Encounter", asked, within=rid).matches
    shown = records.lens.of(frozenset({f"{smart.USER}/Encounter.rs"}), "rs", ceiling=_NORMAL)
    return [_visit(one) for one in found if records.lens.admits(shown, one)]


def one(visit_id, patient_ref, rid, *, by):
    """One visit of a person.

    Raises    NotFound `connections.no_visit` when there is none of this person;
              NotAllowed `access.no_relationship`, after noting it in the access book
    """
    with access.open_person(by, patient_ref, patient_rid=rid, what=_LOOK):
        found = records.current(f"Encounter/{visit_id}") if ids.is_fhir_id(visit_id) else None
    if found is None or found.deleted or found.patient != rid:
        raise errors.NotFound("connections.no_visit", _("Người này không có lượt khám đó."))
    return _visit(found)


def _visit(stored):
    resource = stored.resource
    kind = resource.get("class", {})
    title = _KINDS.get(kind.get("code")) or kind.get("display") or _("Lượt khám")
    start = resource.get("period", {}).get("start")
    facts = (dates.show(start) if start else "", _place(resource.get("serviceProvider", {})))
    return Visit(resource["id"], str(title), " · ".join(fact for fact in facts if fact))


def _place(provider):
    identifier = provider.get("identifier", {})
    known = identifier.get("system") == systems.FACILITY and identifier.get("value")
    return provider.get("display") or (known and access.name_of(known)) or ""
