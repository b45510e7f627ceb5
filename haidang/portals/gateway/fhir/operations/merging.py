"""Patient/$merge and Patient/$unmerge: two records of one person made one, and the way back.

`$merge` follows the operation of later FHIR releases, which R4 has not: source-patient,
source-patient-identifier, target-patient, target-patient-identifier, preview; answered with
input, outcome and result. `reason` is ours, and so is `$unmerge`, which takes the source again.
"""

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson, systems
from haidang.portals.gateway.fhir import doors, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

PERMISSION = "gateway.merge_people"
_HL7 = "http://hl7.org/fhir/OperationDefinition/Patient-merge"
_OURS = f"{systems.BASE}/OperationDefinition/Patient-unmerge"


@interaction(USE, "POST")
def merge(request, kind):
    """Make one record of two: everything of the source goes to the target."""
    by, given = _asked(request)
    if given.one("result-patient") is not None:
        raise errors.Incorrect(
            "fhir.parameter_unsupported",
            _("Không nhận result-patient; hãy sửa hồ sơ được giữ lại sau khi gộp."),
            name="result-patient",
        )
    with doors.opened(by):
        source, target = _patient(given, "source"), _patient(given, "target")
        doors.note(by, [source, target], "fhir.merge")
        if given.flag("preview"):
            plan = people.preview_merge(target.ref, source.ref, by=by)
            return _answer(given, _told(_("Sẽ chuyển"), plan), plan.patient)
        number = people.merge(target.ref, source.ref, by=by, reason=_reason(given, by))
        moved = people.merge_of(number).moved
        return _answer(
            given,
            [_("Đã gộp; ghi lại %(moved)s bản ghi.") % {"moved": moved}, _number(number)],
            _now(target),
        )


@interaction(USE, "POST")
def unmerge(request, kind):
    """Undo a merge: the source is a record of its own again, with all that was its own."""
    by, given = _asked(request)
    with doors.opened(by):
        source = _patient(given, "source")
        merged = people.standing_merge_of(source.ref)
        target = records.get(f"Patient/{merged.keep.id}")
        doors.note(by, [source, target], "fhir.unmerge")
        _check_target(given, target)
        if given.flag("preview"):
            plan = people.preview_unmerge(merged.id, by=by)
            return _answer(given, _told(_("Sẽ trả lại"), plan), plan.patient)
        people.unmerge(merged.id, by=by, reason=_reason(given, by))
        return _answer(given, [_("Đã tách lại hai hồ sơ."), _number(merged.id)], _now(target))


def _asked(request):
    by = request.actor
    scopes.require(by, "Patient", "u")
    access.require(by, PERMISSION)
    return by, parameters.given(request)


def _patient(given, side):
    """The one Patient whom a reference, identifiers, or both name, within the client's reach."""
    found = [_referred(given.one(f"{side}-patient"))]
    found += [_identified(one) for one in given.all(f"{side}-patient-identifier")]
    named = {one.ref: one for one in found if one}
    if len(named) != 1:
        raise errors.Incorrect(
            "fhir.patient_unclear",
            _("%(side)s-patient phải chỉ đúng một người.") % {"side": side},
            name=f"{side}-patient",
        )
    return next(iter(named.values()))


def _referred(value):
    if value is None:
        return None
    reference = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(reference, str) or not reference.startswith("Patient/"):
        raise errors.Incorrect(
            "fhir.reference_expected",
            _("Cần tham chiếu dạng Patient/<id>."),
            expression="reference",
        )
    return records.get(reference)


def _identified(identifier):
    if not isinstance(identifier, dict) or not identifier.get("value"):
        raise errors.Incorrect("fhir.identifier_expected", _("Cần Identifier có system và value."))
    wanted = parameters.token(identifier)
    page = records.search("Patient", [("identifier", wanted), ("_count", "2")])
    if len(page.matches) != 1:
        raise errors.Conflict(
            "fhir.identifier_not_one",
            _("Số này không chỉ đúng một hồ sơ."),
            found=len(page.matches),
        )
    return page.matches[0]


def _check_target(given, target):
    if given.one("target-patient") and _patient(given, "target").ref != target.ref:
        raise errors.Conflict(
            "fhir.merged_elsewhere",
            _("Hồ sơ này đã được gộp vào một hồ sơ khác với target-patient."),
        )


def _reason(given, by):
    return given.text("reason") or f"Theo yêu cầu của hệ thống {by.name} qua FHIR"


def _told(deed, plan):
    counts = ", ".join(f"{many} {kind}" for kind, many in plan.counts.items())
    return [f"{deed}: {counts or _('không có bản ghi nào')}.", _("Chưa thay đổi gì (preview).")]


def _number(merge_id):
    return _("Số lượt gộp: %(number)s.") % {"number": merge_id}


def _now(target):
    return fhirjson.raw(records.get(target.ref).json)


def _answer(given, told, result):
    """Parameters with the input, what happened, and the Patient that is kept."""
    issues = [issue for text in told for issue in records.saying(text)["issue"]]
    asked = [
        {"name": name, **_value(value)} for name, value in given.pairs() if not name.startswith("_")
    ]
    return responses.plain(
        parameters.answer(
            {"name": "input", "resource": parameters.answer(*asked)},
            {"name": "outcome", "resource": {"resourceType": "OperationOutcome", "issue": issues}},
            {"name": "result", "resource": result},
        )
    )


def _value(value):
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, dict):
        return {"valueReference" if "reference" in value else "valueIdentifier": value}
    return {"valueString": str(value)}


OPERATIONS = [
    Operation("merge", merge, on=("Patient",), defined_at=_HL7),
    Operation("unmerge", unmerge, on=("Patient",), defined_at=_OURS),
]
