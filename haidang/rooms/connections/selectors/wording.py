"""What an app asks for or has been allowed, in words that people understand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from haidang.kernel import smart

KINDS = {
    "*": gettext_lazy("Toàn bộ hồ sơ sức khoẻ"),
    "AllergyIntolerance": gettext_lazy("Dị ứng"),
    "Appointment": pgettext_lazy("nhiều", "Lịch hẹn"),
    "CarePlan": gettext_lazy("Kế hoạch chăm sóc"),
    "Claim": gettext_lazy("Hồ sơ thanh toán bảo hiểm"),
    "Condition": gettext_lazy("Chẩn đoán và bệnh đang có"),
    "Coverage": gettext_lazy("Thẻ bảo hiểm y tế"),
    "DiagnosticReport": gettext_lazy("Phiếu kết quả xét nghiệm, chẩn đoán hình ảnh"),
    "DocumentReference": gettext_lazy("Giấy tờ khám chữa bệnh"),
    "Encounter": gettext_lazy("Các lần khám và nằm viện"),
    "FamilyMemberHistory": gettext_lazy("Tiền sử gia đình"),
    "ImagingStudy": gettext_lazy("Phim chụp, ảnh chẩn đoán"),
    "Immunization": gettext_lazy("Tiêm chủng"),
    "Location": gettext_lazy("Địa điểm khám chữa bệnh"),
    "Medication": gettext_lazy("Danh mục thuốc"),
    "MedicationDispense": gettext_lazy("Thuốc đã phát"),
    "MedicationRequest": pgettext_lazy("nhiều", "Đơn thuốc"),
    "MedicationStatement": gettext_lazy("Thuốc đang dùng"),
    "Observation": gettext_lazy("Kết quả xét nghiệm và chỉ số sức khoẻ"),
    "Organization": gettext_lazy("Cơ sở y tế"),
    "Patient": gettext_lazy("Họ tên, ngày sinh, địa chỉ và số giấy tờ"),
    "Practitioner": gettext_lazy("Tên nhân viên y tế"),
    "Procedure": gettext_lazy("Phẫu thuật, thủ thuật"),
    "QuestionnaireResponse": gettext_lazy("Phiếu khai đã trả lời"),
    "ServiceRequest": gettext_lazy("Chỉ định xét nghiệm, thủ thuật"),
}
PARTS = {
    "laboratory": gettext_lazy("xét nghiệm"),
    "vital-signs": gettext_lazy("chỉ số sinh tồn"),
    "imaging": gettext_lazy("chẩn đoán hình ảnh"),
    "social-history": gettext_lazy("lối sống"),
    "survey": gettext_lazy("phiếu hỏi"),
    "problem-list-item": gettext_lazy("bệnh đang theo dõi"),
    "encounter-diagnosis": gettext_lazy("chẩn đoán của lần khám"),
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
