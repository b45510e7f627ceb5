"""How a contribution goes: drafted, submitted, returned, accepted or refused (đóng góp)."""

from haidang.kernel import errors

_ = str  # marks sentences that whoever shows them translates

KINDS = ("dataset", "observation")
SHOWN_AS = ("name", "organisation", "anonymous")
_NEXT = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"returned", "accepted", "refused", "withdrawn"},
    "returned": {"submitted", "withdrawn"},
    "accepted": set(),
    "refused": set(),
    "withdrawn": set(),
}
_REFUSALS = {
    "draft": _("Đóng góp này chưa được gửi."),
    "submitted": _("Đóng góp này đã gửi, đang chờ duyệt."),
    "returned": _("Đóng góp này đã trả lại, đang chờ người gửi sửa."),
    "accepted": _("Đóng góp này đã được chấp nhận."),
    "refused": _("Đóng góp này đã bị từ chối."),
    "withdrawn": _("Đóng góp này đã được rút."),
}


def move(state, to):
    """The state that follows, when it may.

    Raises    Conflict `open_data.contribution_state` (facts: state)
    """
    if to not in _NEXT[state]:
        raise errors.Conflict("open_data.contribution_state", _REFUSALS[state], state=state)
    return to


def is_editable(state):
    """Whether its sender may still change it."""
    return state in ("draft", "returned")


def shown_name(shown_as, *, name, organisation):
    """The contributor as the public reads it, as they chose; empty for nobody."""
    return {"name": name, "organisation": organisation.strip(), "anonymous": ""}[shown_as]
