"""What a check of a signed file found (báo cáo kiểm tra chữ ký), and how it is said in words."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.kernel import dates

#: What may have been done to a file after a signature.
NOTHING, SIGNING, CHANGED = "nothing", "signing", "changed"
#: The signature was never over the whole file (XML).
PART = "part"


@dataclass(frozen=True)
class Part:
    """What a signature of data covers: the name of an element, and its bytes as they were signed.

    Whoever acts on signed data reads these bytes and not the file: what stands beside them may
    have been put there by anybody.
    """

    name: str
    content: bytes


@dataclass(frozen=True)
class Signature:
    """One signature of a file.

    at         when: by the timestamp if `stamped`, else as the signer himself says
    stamp      good, none, unknown when its service is not trusted here, or bad
    intact     what it covers is as it was signed
    after      NOTHING, SIGNING (further signatures and what belongs to them) or CHANGED; PART when
               it never covered the whole file
    revoked    None when nobody tells
    problem    "" or why the certificate is not trusted: expired, early, stranger, usage, weak, other;
               form when the signature is of a form that is not judged here
    level      B-B, B-T, B-LT, B-LTA of PAdES; CMS for the older kind; XAdES B-B, XAdES B-T, XAdES
               B-LT, XML-DSig, JWS
    parts      what a signature of data covers, as `Part`; empty for a PDF and when it is not intact
    """

    signer: str
    organisation: str
    issuer: str
    at: datetime | None
    stamp: str
    intact: bool
    after: str
    trusted: bool
    revoked: bool | None
    problem: str
    level: str
    parts: tuple = ()

    @property
    def holds(self):
        """Whether nothing speaks against it: intact, unchanged after, trusted, not revoked."""
        good = self.intact and self.after in (NOTHING, SIGNING) and self.stamp != "bad"
        return good and self.trusted and not self.revoked

    @property
    def stamped(self):
        """Whether a trusted timestamp tells when it was signed."""
        return self.stamp == "good"

    def words(self):
        """Sentences for a person, the worst news first."""
        if self.problem == "form":
            return [
                _(
                    "Chữ ký dùng hình thức không được nhận (tham chiếu ra ngoài, biến đổi XSLT, mã trùng"
                    " nhau…) nên không kiểm tra được."
                )
            ]
        if not self.intact:
            return [_("Nội dung đã bị sửa sau khi ký: chữ ký không còn đúng với tệp.")]
        return [
            one for one in (self._after(), self._trust(), self._revocation(), self._time()) if one
        ]

    def _after(self):
        if self.after == CHANGED:
            return _("Tệp bị sửa sau chữ ký này; phần sửa không được chữ ký bảo đảm.")
        if self.after == PART:
            names = ", ".join(part.name for part in self.parts)
            return _("Chữ ký chỉ bảo đảm phần {names} của tệp, không bảo đảm phần còn lại.").format(
                names=names
            )
        if self.after == SIGNING:
            return _(
                "Nội dung còn nguyên; sau chữ ký này chỉ có thêm chữ ký khác hoặc dữ liệu để kiểm tra."
            )
        return _("Nội dung còn nguyên, chữ ký bao trùm cả tệp.")

    def _trust(self):
        if self.trusted:
            return _("Chứng thư số do {issuer} cấp, được tin cậy.").format(issuer=self.issuer)
        if self.revoked:
            return ""
        return {
            "expired": _("Chứng thư số đã hết hạn khi ký, hoặc không chứng minh được lúc ký."),
            "early": _("Chứng thư số chưa có hiệu lực khi ký."),
            "stranger": _("Chứng thư số không do tổ chức nào được tin cậy ở đây cấp."),
            "usage": _("Chứng thư số không được cấp để ký văn bản."),
            "weak": _("Chữ ký dùng thuật toán yếu, không còn được tin."),
        }.get(self.problem, _("Không xác nhận được chứng thư số."))

    def _revocation(self):
        if self.revoked:
            return _("Chứng thư số đã bị thu hồi.")
        if self.revoked is None and self.trusted:
            return _("Không biết chứng thư số có bị thu hồi hay không.")
        return ""

    def _time(self):
        if self.stamp == "bad":
            return _("Dấu thời gian của chữ ký đã bị hỏng.")
        if self.at is None:
            return _("Không rõ thời điểm ký.")
        told = dates.show_moment(self.at)
        if self.stamped:
            return _("Ký lúc {at}, có dấu thời gian tin cậy.").format(at=told)
        return _("Ký lúc {at} theo đồng hồ của người ký, không có dấu thời gian tin cậy.").format(
            at=told
        )


@dataclass(frozen=True)
class Report:
    """What a file is: signed, unsigned, locked, broken, or of an unknown kind.

    An XML file can also be unsafe (it declares types) or excessive (larger, or with more
    signatures, than is judged here).
    """

    state: str
    kind: str = ""
    signatures: tuple = field(default=())
    sealed_at: datetime | None = None  # the last timestamp of the document as a whole
    regular: bool = True  # read as the format says; otherwise a part may have been lost

    @property
    def holds(self):
        """Whether there are signatures, and nothing speaks against any of them."""
        return self.state == "signed" and self.regular and all(one.holds for one in self.signatures)

    @property
    def verdict(self):
        """valid, invalid, unknown (intact, but not trusted here), partial, or the state itself."""
        if self.state != "signed":
            return self.state
        if not self.regular:
            return "irregular"
        if self.holds:
            return "valid"
        spoiled = any(
            not one.intact or one.after == CHANGED or one.revoked or one.stamp == "bad"
            for one in self.signatures
        )
        if spoiled:
            return "invalid"
        partial = any(one.after == PART for one in self.signatures)
        return "partial" if partial else "unknown"

    def told(self):
        """As plain values to keep, without the contents; `Report.of` reads it again."""
        signatures = [
            vars(one)
            | {
                "at": one.at and one.at.isoformat(),
                "parts": [part.name for part in one.parts],
            }
            for one in self.signatures
        ]
        sealed = self.sealed_at and self.sealed_at.isoformat()
        return vars(self) | {"signatures": signatures, "sealed_at": sealed}

    @classmethod
    def of(cls, told):
        """A report from what was kept of it."""
        signatures = tuple(
            Signature(
                **one
                | {
                    "at": one["at"] and datetime.fromisoformat(one["at"]),
                    "parts": tuple(Part(name, b"") for name in one["parts"]),
                }
            )
            for one in told["signatures"]
        )
        sealed = told["sealed_at"] and datetime.fromisoformat(told["sealed_at"])
        return cls(**told | {"signatures": signatures, "sealed_at": sealed})

    def words(self):
        """One sentence for a person."""
        return {
            "valid": _("Chữ ký số hợp lệ: nội dung còn nguyên và người ký được tin cậy."),
            "invalid": _("Chữ ký số không hợp lệ."),
            "unknown": _("Nội dung còn nguyên, nhưng không xác nhận được người ký."),
            "partial": _("Chữ ký số chỉ bảo đảm một phần của tệp; phần còn lại không được ký."),
            "unsafe": _("Tệp XML có khai báo kiểu (DTD) nên không được đọc; hãy xuất lại rồi gửi."),
            "excessive": _("Tệp quá lớn hoặc có quá nhiều chữ ký để kiểm tra ở đây."),
            "irregular": _(
                "Tệp bị cắt hoặc sai định dạng PDF: không thể tin là còn nguyên như khi ký."
            ),
            "unsigned": _("Tệp không có chữ ký số."),
            "locked": _("Tệp đặt mật khẩu nên không kiểm tra được; hãy bỏ mật khẩu rồi gửi lại."),
            "broken": _("Tệp bị hỏng, không đọc được."),
        }.get(self.verdict, _("Chỉ kiểm tra được tệp PDF và XML."))
