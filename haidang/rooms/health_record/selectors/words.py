"""How the parts of a record are put into words and signs, for staff and for people."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from haidang.engines.access import api as access
from haidang.kernel import dates, text
from haidang.rooms.health_record.domain import results as rules
from haidang.ui import wording

ICONS = {
    "problem": "stethoscope", "note": "notebook-pen", "result": "flask-conical",
    "procedure": "clipboard-check", "medicine": "pill", "vaccine": "syringe",
    "paper": "file-text", "cost": "receipt",
}  # fmt: skip
KINDS = {
    "problem": gettext_noop("Chẩn đoán"),
    "note": gettext_noop("Diễn biến"),
    "result": gettext_noop("Kết quả"),
    "procedure": gettext_noop("Thủ thuật"),
    "medicine": gettext_noop("Thuốc"),
    "vaccine": gettext_noop("Tiêm chủng"),
    "paper": gettext_noop("Giấy tờ"),
    "cost": gettext_noop("Chi phí"),
}
VISITS = {
    "AMB": gettext_noop("Khám ngoại trú"),
    "IMP": gettext_noop("Điều trị nội trú"),
    "SS": gettext_noop("Lưu theo dõi"),
    "EMER": gettext_noop("Cấp cứu"),
    "HH": gettext_noop("Khám tại nhà"),
    "VR": gettext_noop("Khám từ xa"),
    "FLD": gettext_noop("Khám lưu động"),
}
LEVELS = {
    rules.HIGH: gettext_noop("Cao"),
    rules.LOW: gettext_noop("Thấp"),
    rules.ABNORMAL: gettext_noop("Bất thường"),
    rules.NORMAL: gettext_noop("Bình thường"),
}
MEANINGS = {
    rules.HIGH: gettext_noop("Cao hơn khoảng thường gặp. Hãy hỏi bác sĩ ở lần khám tới."),
    rules.LOW: gettext_noop("Thấp hơn khoảng thường gặp. Hãy hỏi bác sĩ ở lần khám tới."),
    rules.ABNORMAL: gettext_noop("Có điểm khác thường. Hãy hỏi bác sĩ để hiểu rõ."),
    rules.NORMAL: gettext_noop("Nằm trong khoảng thường gặp."),
}
FACTS = {
    "leave": gettext_noop("Nghỉ từ, đến"),
    "leave-days": gettext_noop("Số ngày nghỉ"),
    "employer": gettext_noop("Nơi làm việc"),
    "department": gettext_noop("Khoa"),
    "book-number": gettext_noop("Quyển số"),
    "internal-number": gettext_noop("Số nội bộ"),
    "document-number": gettext_noop("Số chứng từ"),
    "child-born-on": gettext_noop("Ngày sinh con"),
    "birth-number": gettext_noop("Lần sinh"),
    "children-living": gettext_noop("Số con hiện sống"),
    "injury-rate-total": gettext_noop("Tổng tỷ lệ tổn thương (%)"),
    "stage": gettext_noop("Giai đoạn"),
    "consultation": gettext_noop("Hội chẩn"),
    "operation": gettext_noop("Phẫu thuật"),
}
PURPOSES = {
    "care": gettext_noop("Khám chữa bệnh"),
    "public_health": gettext_noop("Phòng chống dịch"),
    "records": gettext_noop("Quản lý hồ sơ"),
    "audit": gettext_noop("Giám sát dữ liệu"),
    "emergency": gettext_noop("Mở khẩn cấp"),
    "own": gettext_noop("Chính chủ xem"),
}
TYPES = {
    "Patient": gettext_noop("Thông tin hành chính"),
    "Coverage": gettext_noop("Thẻ bảo hiểm"),
    "Encounter": gettext_noop("Lượt khám"),
    "Condition": gettext_noop("Chẩn đoán"),
    "MedicationRequest": gettext_noop("Đơn thuốc"),
    "MedicationDispense": gettext_noop("Cấp phát thuốc"),
    "ServiceRequest": gettext_noop("Chỉ định"),
    "Procedure": gettext_noop("Thủ thuật"),
    "Observation": gettext_noop("Kết quả"),
    "DiagnosticReport": gettext_noop("Phiếu kết quả"),
    "ClinicalImpression": gettext_noop("Diễn biến"),
    "Composition": gettext_noop("Giấy tờ"),
    "DocumentReference": gettext_noop("Tài liệu"),
    "Claim": gettext_noop("Đề nghị thanh toán"),
    "Invoice": gettext_noop("Bảng kê chi phí"),
    "Immunization": gettext_noop("Mũi tiêm"),
    "Provenance": gettext_noop("Nguồn"),
    "CarePlan": gettext_noop("Kế hoạch điều trị"),
    "RelatedPerson": gettext_noop("Người thân"),
    "Appointment": gettext_noop("Lịch hẹn"),
    "AllergyIntolerance": gettext_noop("Dị ứng"),
}
#: What systems look at through the FHIR door, by the name of the operation.
OPERATIONS = {
    "everything": gettext_noop("Toàn bộ hồ sơ"),
    "summary": gettext_noop("Bản tóm tắt"),
    "docref": gettext_noop("Danh sách giấy tờ"),
    "match": gettext_noop("Đối chiếu xem là ai"),
    "merge": gettext_noop("Gộp hai hồ sơ"),
    "unmerge": gettext_noop("Tách lại hai hồ sơ"),
}
#: What the access book calls looks that no permission is named after.
LOOKS = {
    "intake.download_raw": gettext_noop("Tệp gốc của hồ sơ gửi đến"),
    "procedures.evidence": gettext_noop("Giấy tờ chứng minh trong hồ sơ thủ tục"),
    "procedures.find_agent": gettext_noop("Tìm người được uỷ quyền"),
    "procedures.find_person": gettext_noop("Tìm người nộp hồ sơ thủ tục"),
    "procedures.see_dossier": gettext_noop("Hồ sơ thủ tục"),
    "procedures.see_entry": gettext_noop("Sổ đăng ký kết quả"),
    "procedures.see_feedback": gettext_noop("Phản ánh về thủ tục"),
    "procedures.take_in": gettext_noop("Nhận hồ sơ thủ tục tại quầy"),
    "security.proof": gettext_noop("Bằng chứng trong sổ"),
    "smart.launch": gettext_noop("Mở ứng dụng kết nối"),
}
TONES = {rules.HIGH: "bad", rules.LOW: "warn", rules.ABNORMAL: "warn", rules.NORMAL: "ok"}


def word(table, key):
    """The word of a table for a key, in the language of the page; the key when it has none."""
    found = table.get(key)
    return _(found) if found else key or ""


def look(what):
    """What was looked at, in words: what a page noted, what it takes a permission to see, or what
    a system asked of the FHIR door.
    """
    if what in LOOKS:
        return _(LOOKS[what])
    if what in (known := access.catalogue()):
        return _(known[what].title)
    door, dot, asked = what.partition(".")
    if door != "fhir" or not dot:
        return _(what) if what else ""
    name, _space, kind = asked.partition(" ")
    seen = word(OPERATIONS, name) if name in OPERATIONS else word(TYPES, kind)
    system = _("hệ thống kết nối")
    return f"{seen} ({system})" if seen else system.capitalize()


def when(visit):
    """`03/10/2026 – 09/10/2026`, or one day."""
    start, end = dates.show((visit.at or "")[:10]), dates.show((visit.end or "")[:10])
    return f"{start} – {end}" if end and end != start else start


def day(at):
    return dates.show((at or "")[:10])


def visit_title(visit):
    """What a visit is called: its kind, then its first diagnosis or what it was for."""
    kind = word(VISITS, "EMER" if visit.emergency else visit.kind) or _("Lượt khám")
    about = next(iter(visit.diagnoses), "") or visit.conclusion or visit.reason
    return f"{kind}: {about}" if about else kind


def range_text(reference, unit=""):
    """`3,9 – 6,4 mmol/L`, `≤ 40 U/L`, or the laboratory's own words."""
    low, high = (_number(value) for value in (reference.low, reference.high))
    if low and high:
        shown = f"{low} – {high}"
    elif low or high:
        shown = f"≥ {low}" if low else f"≤ {high}"
    else:
        return reference.text
    return f"{shown} {unit}".strip()


def _number(value):
    return "" if value is None else format(value, "f").replace(".", ",")


def level(result):
    """(kind, label) of a badge for a result out of its range, or ("", "")."""
    if result.level in ("", rules.NORMAL):
        return "", ""
    return TONES[result.level], word(LEVELS, result.level)


def medicine(part):
    """A medicine's name with its strength, which many names say already."""
    if not part.strength or text.fold(part.strength) in text.fold(part.name):
        return part.name
    return f"{part.name} {part.strength}"


def short(told, most=180):
    """The beginning of a long text, cut between words."""
    if len(told) <= most:
        return told
    return told[:most].rsplit(" ", 1)[0].rstrip(",;.") + "…"


def sex(value):
    return wording.sex_text(value).capitalize()


def age(who):
    """`34 tuổi`; for somebody who has died, that they have."""
    return "" if who.deceased else wording.age_text(who.birth_date)


def records(count):
    return ngettext("%(n)d hồ sơ khác", "%(n)d hồ sơ khác", count) % {"n": count}


def times(count):
    return ngettext("%(n)d lần", "%(n)d lần", count) % {"n": count}
