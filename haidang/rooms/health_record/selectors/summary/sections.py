"""The sections of a patient summary, in the order of the page (các phần của bản tóm tắt).

Source    HL7 IPS 1.1.0, Composition-uv-ips: problems, allergies and medicines must be there; codes LOINC.
          History of hospital stays is not among its slices and stands as a section of our own.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from haidang.rooms.health_record.fhir import elements as el

ABSENT = el.ABSENT


@dataclass(frozen=True)
class Kind:
    """One kind of section.

    code       LOINC, with its English display
    columns    heads of the table, one for each cell that `reading` writes
    absent     code of ABSENT for the required sections, with the words for it
    """

    key: str
    title: str
    code: str
    display: str
    columns: tuple[str, ...]
    absent: str = ""
    absent_display: str = ""
    absent_text: str = ""


_FOUND = gettext_noop("Ghi nhận gần nhất")
_WHEN = gettext_noop("Ngày")

KINDS = (
    Kind(
        "allergies", gettext_noop("Dị ứng"), "48765-2", "Allergies and adverse reactions Document",
        (gettext_noop("Tác nhân"), gettext_noop("Mức nguy hiểm"), gettext_noop("Phản ứng"), _FOUND),
        "no-allergy-info", "No information about allergies",
        gettext_noop("Chưa có thông tin về dị ứng trong hồ sơ."),
    ),
    Kind(
        "medications", gettext_noop("Thuốc đang dùng"), "10160-0", "History of Medication use Narrative",
        (gettext_noop("Thuốc"), gettext_noop("Cách dùng"), gettext_noop("Kê ngày"), gettext_noop("Nơi kê")),
        "no-medication-info", "No information about medications",
        gettext_noop("Chưa có thông tin về thuốc đang dùng trong hồ sơ."),
    ),
    Kind(
        "problems", gettext_noop("Vấn đề sức khoẻ"), "11450-4", "Problem list - Reported",
        (gettext_noop("Vấn đề"), gettext_noop("Mã"), gettext_noop("Ghi nhận đầu tiên"), _FOUND),
        "no-problem-info", "No information about problems",
        gettext_noop("Chưa có thông tin về vấn đề sức khoẻ trong hồ sơ."),
    ),
    Kind(
        "immunizations", gettext_noop("Tiêm chủng"), "11369-6", "History of Immunization Narrative",
        (gettext_noop("Vắc xin"), gettext_noop("Mũi"), gettext_noop("Số lô"), _WHEN),
    ),
    Kind(
        "vitals", gettext_noop("Dấu hiệu sinh tồn"), "8716-3", "Vital signs",
        (gettext_noop("Chỉ số"), gettext_noop("Giá trị"), gettext_noop("Khoảng tham chiếu"), _WHEN),
    ),
    Kind(
        "results", gettext_noop("Kết quả xét nghiệm"), "30954-2",
        "Relevant diagnostic tests/laboratory data Narrative",
        (gettext_noop("Xét nghiệm"), gettext_noop("Kết quả"), gettext_noop("Khoảng tham chiếu"), _WHEN),
    ),
    Kind(
        "procedures", gettext_noop("Phẫu thuật, thủ thuật"), "47519-4", "History of Procedures Document",
        (gettext_noop("Phẫu thuật, thủ thuật"), gettext_noop("Mã"), gettext_noop("Nơi làm"), _WHEN),
    ),
    Kind(
        "stays", gettext_noop("Các đợt nằm viện"), "46240-8",
        "History of Hospitalizations+Outpatient visits Narrative",
        (gettext_noop("Lý do, chẩn đoán"), gettext_noop("Từ ngày – đến ngày"), gettext_noop("Nơi điều trị"),
         gettext_noop("Kết quả điều trị")),
    ),
    Kind(
        "past", gettext_noop("Bệnh đã mắc"), "11348-0", "History of Past illness Narrative",
        (gettext_noop("Bệnh"), gettext_noop("Mã"), gettext_noop("Ghi nhận đầu tiên"), _FOUND),
    ),
    Kind(
        "social", gettext_noop("Thói quen, hoàn cảnh sống"), "29762-2", "Social history Narrative",
        (gettext_noop("Điều ghi nhận"), gettext_noop("Giá trị"), gettext_noop("Khoảng tham chiếu"), _WHEN),
    ),
    Kind(
        "plans", gettext_noop("Kế hoạch chăm sóc"), "18776-5", "Plan of care note",
        (gettext_noop("Kế hoạch"), gettext_noop("Nội dung"), gettext_noop("Từ ngày – đến ngày"), ""),
    ),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}
REQUIRED = frozenset(kind.key for kind in KINDS if kind.absent)
