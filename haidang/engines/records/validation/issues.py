"""What may be wrong with a resource, each with a stable code and one sentence.

Codes are `validation.<reason>`; `expression` says where, in FHIRPath with indexes.
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

ERROR, WARNING, INFORMATION = "error", "warning", "information"


@dataclass(frozen=True)
class Issue:
    """One thing found.

    code         stable code of ours, `validation.missing`
    kind         FHIR's issue type, `required`
    expression   where: `Patient.identifier[0].value`
    message      one sentence for people
    facts        what a machine may want besides: rule, profile, value set, the English original
    """

    code: str
    kind: str
    expression: str
    message: str
    severity: str = ERROR
    facts: tuple[tuple[str, str], ...] = ()

    def below(self, where):
        """The same issue of a resource that stands at `where` of another one."""
        return replace(self, expression=_grafted(where, self.expression))

    def about(self, **facts):
        return replace(self, facts=(*self.facts, *facts.items()))


def _grafted(where, expression):
    rest = expression.partition(".")[2]
    return f"{where}.{rest}" if rest else where


def unknown_type(name):
    return Issue(
        "validation.type_unknown",
        "structure",
        "resourceType",
        _("FHIR R4 không có loại tài nguyên %(name)s.") % {"name": str(name)[:64]},
    )


def unknown_element(where, name, kind):
    return Issue(
        "validation.element_unknown",
        "structure",
        f"{where}.{name[:64]}",
        _("%(kind)s không có phần tử %(name)s; kiểm tra tên và chữ hoa, chữ thường.")
        % {"kind": kind, "name": name[:64]},
    )


def wrong_shape(where, wanted):
    """`wanted` is a sentence part such as `_("một danh sách")`."""
    return Issue(
        "validation.shape",
        "structure",
        where,
        _("Chỗ này phải là %(wanted)s.") % {"wanted": wanted},
    )


def empty(where):
    return Issue(
        "validation.empty",
        "structure",
        where,
        _("Phần tử không được để rỗng; hãy bỏ hẳn khi không có gì để ghi."),
    )


def missing(where, name):
    return Issue(
        "validation.missing",
        "required",
        f"{where}.{name}",
        _("Thiếu phần tử bắt buộc %(name)s.") % {"name": name},
    )


def several(where, names):
    return Issue(
        "validation.several_types",
        "structure",
        where,
        _("Chỉ được dùng một trong các dạng %(names)s.") % {"names": ", ".join(sorted(names))},
    )


def bad_value(where, kind):
    return Issue(
        "validation.value",
        "value",
        where,
        _("Giá trị không đúng dạng %(kind)s.") % {"kind": kind},
    )


def bad_code(where, value_set, *, severity=ERROR):
    issue = Issue(
        "validation.code",
        "code-invalid",
        where,
        _("Mã không thuộc tập mã %(name)s.") % {"name": value_set.rpartition("/")[2]},
        severity,
    )
    return issue.about(valueSet=value_set)


def wrong_target(where, targets):
    return Issue(
        "validation.reference_type",
        "structure",
        where,
        _("Tham chiếu này phải trỏ tới %(targets)s.") % {"targets": ", ".join(targets)},
    )


def bad_reference(where):
    return Issue(
        "validation.reference",
        "value",
        where,
        _("Tham chiếu này không có dạng mà FHIR định nghĩa; ví dụ đúng: Patient/123."),
    )


def other_type_said(where, found, said):
    return Issue(
        "validation.reference_type",
        "structure",
        where,
        _("Tham chiếu trỏ tới %(found)s mà ghi loại %(said)s.") % {"found": found, "said": said},
    )


def dangling(where, *, severity=ERROR):
    return Issue(
        "validation.reference_unresolved",
        "not-found",
        where,
        _("Không tìm thấy bản ghi mà tham chiếu trỏ tới."),
        severity,
    )


def broken_rule(where, rule, *, sentence=None):
    """An invariant that does not hold; ours say so in Vietnamese, HL7's in the facts."""
    issue = Issue(
        "validation.invariant",
        "invariant",
        where,
        sentence or _("Chưa thoả quy tắc %(key)s.") % {"key": rule.key},
        rule.severity,
    )
    return issue.about(rule=rule.key, **({} if sentence else {"says": rule.human}))


def not_judged(where, rule):
    """A rule that we could not carry out is told, never passed over."""
    issue = Issue(
        "validation.rule_not_judged",
        "incomplete",
        where,
        _("Chưa kiểm được quy tắc %(key)s.") % {"key": rule.key},
        INFORMATION,
    )
    return issue.about(rule=rule.key)


def too_deep(where):
    return Issue(
        "validation.too_deep", "too-long", where, _("Dữ liệu lồng nhau quá sâu; hãy làm gọn lại.")
    )


def too_long(where, most):
    return Issue(
        "validation.too_long",
        "too-long",
        where,
        _("Nội dung dài quá %(most)d ký tự.") % {"most": most},
    )


def unsafe_narrative(where):
    """Writing takes it out, so it is a warning: what is stored differs from what was sent."""
    return Issue(
        "validation.narrative",
        "security",
        where,
        _("Phần mô tả có nội dung không được phép; khi lưu, nội dung ấy bị bỏ đi."),
        WARNING,
    )


def empty_narrative(where):
    """A warning for the same reason: writing puts an ellipsis there."""
    issue = Issue(
        "validation.narrative_empty",
        "invariant",
        where,
        _("Phần mô tả phải có chữ hoặc hình; hãy bỏ hẳn khi không có gì để ghi."),
        WARNING,
    )
    return issue.about(rule="txt-2")
