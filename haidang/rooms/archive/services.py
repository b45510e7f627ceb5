"""What whoever keeps the archive does: one function per thing."""

from django.utils import translation

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.rooms.archive import selectors

_ORG = "SYT"


def propose_disposal(*, by, at):
    """Make a list of everything that is past its term (lập danh mục huỷ), and return its number.

    Raises    NotAllowed; RuleBroken `documents.nothing_due`
    Records   event `documents.disposal.proposed`
    Source    Luật Lưu trữ 33/2024/QH15, Điều 16
    """
    access.require(by, "archive.propose_disposal")
    return documents.propose_disposal(org=_ORG, by=by, at=at).id


def review_disposal(disposal_id, *, approve, reason, by, at):
    """Say yes or no to a list (thẩm định, duyệt); two people do, neither of them its proposer.

    Raises    NotAllowed, also `documents.own_disposal`; NotFound `documents.disposal_unknown`;
              Conflict `documents.disposal_state`; Incorrect `documents.reason_missing`
    Records   event `documents.disposal.reviewed`, `documents.disposal.approved` or
              `documents.disposal.refused`
    """
    access.require(by, "archive.review_disposal")
    return documents.decide_disposal(disposal_id, approve=approve, reason=reason, by=by, at=at)


def carry_out(disposal_id, *, by, at):
    """Destroy what an approved list names, and write the minute (huỷ tài liệu).

    Raises    NotAllowed; NotFound `documents.disposal_unknown`; Conflict `documents.disposal_state`
    Records   events `documents.file.destroyed`, `documents.disposal.done`
    """
    access.require(by, "archive.propose_disposal")
    with translation.override("vi"):  # the minute is a paper of the house, whoever has it made
        found = selectors.named(documents.disposal(disposal_id).lines)
        names = {about: f"{one.code} {one.title}".strip() for about, one in found.items()}
        return documents.carry_out(disposal_id, by=by, at=at, named=names)


def read_again(sha256, *, by):
    """Let a scan that could not be read be tried anew (đọc lại).

    Raises    NotAllowed; NotFound `documents.scan_unknown`
    Records   event `documents.scan.asked_again`
    """
    access.require(by, "archive.mend")
    documents.read_again(sha256, by=by)


def renew_seal(code, *, by):
    """Renew the archive timestamp of a paper now (gia hạn), and return how it stands.

    Raises    NotAllowed; NotFound `documents.seal_unknown`
    Records   event `documents.paper.renewed`
    """
    access.require(by, "archive.mend")
    return documents.renew_seal(code, by=by)
