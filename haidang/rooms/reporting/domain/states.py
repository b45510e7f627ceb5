"""The way of a report, and who may not go which step."""

from haidang.kernel import errors

_ = str  # marks sentences that whoever shows them translates

DEPARTMENT = "31Z99"  # the city's health department
EDITABLE = frozenset({"open", "returned"})
LABELS = {
    "open": _("Chưa nộp"),
    "submitted": _("Chờ duyệt"),
    "returned": _("Trả lại để sửa"),
    "approved": _("Đã duyệt"),
    "locked": _("Đã khóa"),
}
_NEXT = {
    "open": {"submitted"},
    "returned": {"submitted"},
    "submitted": {"returned", "approved"},
    "approved": {"returned", "locked"},
    "locked": set(),
}
_REFUSALS = {
    "submitted": ("reporting.already_submitted", _("Báo cáo này đã được nộp và đang chờ duyệt; không cần nộp lại.")),
    "approved": ("reporting.already_approved", _("Báo cáo này đã được duyệt; muốn sửa, đề nghị cấp trên trả lại.")),
    "locked": ("reporting.locked", _("Báo cáo này đã khóa và không thay đổi được nữa.")),
    "open": ("reporting.not_submitted", _("Báo cáo này chưa được nộp.")),
    "returned": ("reporting.not_submitted", _("Báo cáo này đã trả lại và chưa được nộp lại.")),
}  # fmt: skip


def move(state, to):
    """The next state of a report (chuyển trạng thái).

    Raises    Conflict `reporting.already_submitted`, `reporting.already_approved`,
              `reporting.not_submitted`, `reporting.locked`, `reporting.not_approved`, by what
              stands in the way
    """
    if to in _NEXT[state]:
        return to
    if to == "locked" and state == "submitted":
        raise errors.Conflict(
            "reporting.not_approved", _("Duyệt báo cáo trước khi khóa."), state=state
        )
    code, message = _REFUSALS[state]
    raise errors.Conflict(code, message, state=state)


def check_four_eyes(submitted_ref, by_ref):
    """Refuse that a report is approved by whoever submitted it.

    Raises    RuleBroken `reporting.own_report`
    """
    if submitted_ref and submitted_ref == by_ref:
        raise errors.RuleBroken(
            "reporting.own_report", _("Người nộp báo cáo không tự duyệt báo cáo đó.")
        )


def check_reason(reason):
    """A reason as it is kept; refuse one that says nothing.

    Raises    RuleBroken `reporting.reason_missing`
    """
    said = " ".join(reason.split())
    if len(said) < 5:
        raise errors.RuleBroken("reporting.reason_missing", _("Nêu lý do, ít nhất vài chữ."))
    return said[:2000]
