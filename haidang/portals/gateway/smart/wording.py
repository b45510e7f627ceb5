"""What an app asks for, in words that people understand (trang đồng ý)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from haidang.engines.access import api as access
from haidang.kernel import smart

KINDS = {
    "*": later("Toàn bộ hồ sơ sức khoẻ"),
    "AllergyIntolerance": later("Dị ứng"),
    "Appointment": later("Lịch hẹn"),
    "CarePlan": later("Kế hoạch chăm sóc"),
    "Claim": later("Hồ sơ thanh toán bảo hiểm"),
    "Condition": later("Chẩn đoán và bệnh đang có"),
    "Coverage": later("Thẻ bảo hiểm y tế"),
    "DiagnosticReport": later("Phiếu kết quả xét nghiệm, chẩn đoán hình ảnh"),
    "DocumentReference": later("Giấy tờ khám chữa bệnh"),
    "Encounter": later("Các lần khám và nằm viện"),
    "FamilyMemberHistory": later("Tiền sử gia đình"),
    "ImagingStudy": later("Phim chụp, ảnh chẩn đoán"),
    "Immunization": later("Tiêm chủng"),
    "Location": later("Địa điểm khám chữa bệnh"),
    "Medication": later("Danh mục thuốc"),
    "MedicationDispense": later("Thuốc đã phát"),
    "MedicationRequest": later("Đơn thuốc"),
    "MedicationStatement": later("Thuốc đang dùng"),
    "Observation": later("Kết quả xét nghiệm và chỉ số sức khoẻ"),
    "Organization": later("Cơ sở y tế"),
    "Patient": later("Họ tên, ngày sinh, địa chỉ và số giấy tờ"),
    "Practitioner": later("Tên nhân viên y tế"),
    "Procedure": later("Phẫu thuật, thủ thuật"),
    "QuestionnaireResponse": later("Phiếu khai đã trả lời"),
    "ServiceRequest": later("Chỉ định xét nghiệm, thủ thuật"),
}
PARTS = {
    "laboratory": later("xét nghiệm"),
    "vital-signs": later("chỉ số sinh tồn"),
    "imaging": later("chẩn đoán hình ảnh"),
    "social-history": later("lối sống"),
    "survey": later("phiếu hỏi"),
    "problem-list-item": later("bệnh đang theo dõi"),
    "encounter-diagnosis": later("chẩn đoán của lần khám"),
}


@dataclass(frozen=True)
class Line:
    """One thing that an app asks for, which the person may strike out.

    writes   it would change the record
    chosen   ticked when the page opens; what is sensitive is not
    """

    value: str
    title: str
    text: str
    writes: bool = False
    chosen: bool = True


def lines(wish, *, citizen):
    """What an app asks for, each line for itself: records first."""
    resources = [_resource(text, citizen=citizen) for text in _resources(wish)]
    plain = [line for word in wish.scopes for line in _plain(word)]
    return [*resources, *plain]


def granted(wish, chosen):
    """The scopes of a wish that are left when the person has chosen among its lines."""
    offered = {*_resources(wish), *_PLAIN}
    return [scope for scope in wish.scopes if scope not in offered or scope in chosen]


def _resources(wish):
    return [text for text in wish.scopes if smart.parse(text) is not None]


def _resource(text, *, citizen):
    scope = smart.parse(text)
    kind = KINDS.get(scope.type, scope.type)
    parts = [str(PARTS.get(v.rpartition("|")[2], v)) for _name, v in scope.query]
    title = _("%(kind)s, chỉ phần: %(parts)s") % {"kind": kind, "parts": ", ".join(parts)}
    verbs = [
        verb
        for letters, verb in (("rs", _("xem")), ("cu", _("ghi thêm và sửa")), ("d", _("xoá")))
        if set(letters) & set(scope.letters)
    ]
    return Line(
        value=text,
        title=title if parts else str(kind),
        text=f"{', '.join(verbs).capitalize()} · {_whose(scope, citizen=citizen)}",
        writes=bool(set("cud") & set(scope.letters)),
    )


def _whose(scope, *, citizen):
    if scope.context == smart.PATIENT:
        return _("của người được chọn")
    if citizen:
        return _("của bạn và người trong gia đình")
    return _("của mọi người mà đơn vị bạn đang chăm sóc")


_PLAIN = ("offline_access", "sensitive")


def _plain(word):
    if word == "offline_access":
        yield Line(
            word,
            _("Dùng cả khi bạn không mở ứng dụng"),
            _("Cho tới khi bạn thu hồi ở mục Ứng dụng đã cho phép."),
        )
    if word == "sensitive":
        yield Line(
            word,
            _("Thông tin nhạy cảm"),
            _("HIV, sức khoẻ tâm thần, sinh sản và phần được đánh dấu hạn chế. Chỉ chọn khi cần."),
            chosen=False,
        )


def identity(wish):
    """True when the app is also told who has signed in."""
    return bool({"openid", "fhirUser", "profile"} & set(wish.scopes))


def publisher(wish):
    return wish.app.publisher or (access.name_of(wish.app.org) if wish.app.org else "")
