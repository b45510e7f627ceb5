"""$validate of every type: is a resource right, and what is wrong with it (resource-operation-validate.html).

The answer is an OperationOutcome with status 200 whatever it says. Of a type, the resource comes
in the body, by itself or in Parameters; of an instance, the stored one is judged when none is sent.
"""

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.portals.gateway.fhir import doors, kinds, responses, scopes
from haidang.portals.gateway.fhir.operations import parameters
from haidang.portals.gateway.fhir.operations.operation import Operation
from haidang.portals.gateway.fhir.views import USE, interaction

_MODES = ("create", "update", "delete", "profile")
_KNOWN = {"resource", "mode", "profile"}


@interaction(USE, "GET", "POST", types=kinds.known)
def validate(request, kind, id=None):
    """Everything there is to say of a resource, without storing it."""
    scopes.require(request.actor, kind, "r")
    given = parameters.given(request, resource_as="resource")
    given.refuse_unknown(request, _KNOWN)
    mode = _mode(given, id)
    with doors.opened(request.actor):
        if mode == "delete":
            found = _of_deletion(request, kind, id)
        else:
            resource = _resource(request, given, kind, id)
            found = _of_mode(mode, resource, id) + _judged(resource, given, mode)
    return responses.plain(_outcome(found))


def _mode(given, id):
    """What is asked for. "Modes update and delete can only be used when the operation is invoked at
    the resource instance level" (resource-operation-validate.html).
    """
    mode = given.text("mode", None)
    if mode is not None and mode not in _MODES:
        raise errors.Incorrect(
            "fhir.mode_unknown", _("mode phải là create, update, delete hoặc profile."), mode=mode
        )
    if mode in ("update", "delete") and id is None:
        raise errors.Incorrect(
            "fhir.instance_needed",
            _("mode=update và mode=delete cần địa chỉ một bản ghi."),
            mode=mode,
        )
    return mode


def _resource(request, given, kind, id):
    sent = given.one("resource")
    if sent is None and id is None:
        raise errors.Incorrect("fhir.parameter_missing", _("Thiếu tài nguyên cần kiểm."))
    if sent is None:
        stored = records.get(f"{kind}/{id}")
        doors.note(request.actor, [stored], f"fhir.validate {kind}")
        return stored.resource
    if not isinstance(sent, dict) or sent.get("resourceType") != kind:
        raise errors.Incorrect(
            "fhir.type_differs", _("Địa chỉ này nhận %(kind)s.") % {"kind": kind},
            expression="resourceType",
        )  # fmt: skip
    return sent


def _judged(resource, given, mode):
    asked = [url for url in given.texts("profile") if url.strip()]
    if mode == "profile" and not asked:
        raise errors.Incorrect(
            "fhir.parameter_missing", _("mode=profile cần tham số profile."), name="profile"
        )
    return [
        records.validation.told(each)
        for each in records.validation.validate(resource, profiles=asked)
    ]


def _of_mode(mode, resource, id):
    """What creating or updating would refuse besides (restful-interface: id and address)."""
    name = resource["resourceType"]
    if mode == "create" and resource.get("id"):
        text = _("Khi tạo mới, mã do máy chủ đặt; mã gửi kèm bị bỏ qua.")
        return [_told("warning", "informational", "validation.id_ignored", f"{name}.id", text)]
    if mode == "update" and resource.get("id") != id:
        text = _("Mã trong nội dung phải trùng với mã trên địa chỉ.")
        return [_told("error", "invalid", "fhir.id_differs", f"{name}.id", text)]
    return []


def _of_deletion(request, kind, id):
    """Whether it could be deleted: it is there, and within the scopes."""
    scopes.require(request.actor, kind, "d")
    doors.note(request.actor, [records.get(f"{kind}/{id}")], f"fhir.validate {kind}")
    return []


def _told(severity, code, reason, expression, message):
    return {
        "severity": severity,
        "code": code,
        "reason": reason,
        "expression": expression,
        "message": message,
        "diagnostics": "",
    }


def _outcome(found):
    return records.of_issues(found) if found else records.saying(_("Không thấy lỗi nào."))


OPERATIONS = [
    Operation(
        "validate",
        validate,
        on=("*", "*/id"),
        defined_at="http://hl7.org/fhir/OperationDefinition/Resource-validate",
        reads=True,
    )
]
