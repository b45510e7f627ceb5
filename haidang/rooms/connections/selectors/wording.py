"""What an app asks for or has been allowed, in words that people understand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

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


def lines(words, *, citizen):
    """What the words of a scope ask for, each line for itself: records first."""
    resources = [_resource(word, citizen=citizen) for word in words if smart.parse(word)]
    plain = [line for word in words for line in _plain(word)]
    return [*resources, *plain]


def chosen(words, ticked):
    """The words that are left when a person has ticked some of the lines."""
    return [word for word in words if word in ticked or not (smart.parse(word) or word in _PLAIN)]


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
