"""XML7–XML14, the papers of a visit: where their fields live (giấy tờ); `paper_parts` says which resources they make."""

from haidang.engines.exchange.adapters.claims.fhir import codecs, shape, visit
from haidang.engines.exchange.adapters.claims.fhir.homes import person, staff
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape

_CARD = codecs.identifier("insurance-card")
_FACILITY = codecs.reference("Organization", "facility")

SECTIONS = {
    "admission-diagnosis": "Chẩn đoán lúc vào viện",
    "diagnosis": "Chẩn đoán",
    "signs": "Dấu hiệu lâm sàng",
    "hospital-course": "Quá trình bệnh lý và diễn biến lâm sàng",
    "results": "Tóm tắt kết quả xét nghiệm cận lâm sàng",
    "treatment": "Phương pháp điều trị",
    "services": "Dịch vụ kỹ thuật đã sử dụng",
    "drugs": "Thuốc đã sử dụng",
    "note": "Ghi chú",
    "child": "Tình trạng con",
    "findings": "Kết quả khám",
    "conclusion": "Được xác định",
    "recommendation": "Đề nghị",
}
for _name, _title in SECTIONS.items():
    _template = {"title": _title, "code": visit.named("paper-section", _name, _title)}
    shape.SLICES["section", _name] = _template
for _kind in ("Patient", "RelatedPerson"):
    shape.SLICES["contained", _kind] = {"resourceType": _kind, "id": _kind.lower()}


def section(name, where):
    return Field(name, f"section[{where}].text", codecs.narrative)


def extension(name, where, codec=codecs.text, kind="valueString"):
    return Field(name, f"extension[{where}].{kind}", codec)


def _day(name, where):
    return extension(name, where, codecs.day, "valueDate")


def _count(name, where):
    return extension(name, where, codecs.whole, "valueInteger")


def _coding(name, where, list_name):
    return extension(name, where, codecs.coding(list_name), "valueCoding")


# Who signs, and when.
LEGAL = Field("MA_TTDV", "attester[legal].party", staff.STAFF)
DOCTOR = Field("MA_BS", "attester[professional].party", staff.STAFF)
DOCTOR_NAME = Field("TEN_BS", "attester[professional].party.display")
DATED = Field("NGAY_CT", "date", codecs.day)
SIGNED = (LEGAL, DOCTOR, DOCTOR_NAME, DATED)
DAY, BORN = codecs.when, codecs.moment
NUMBER = codecs.identifier("paper-number")
TEMPORARY = extension("MA_THE_TAM", "temporary-card", _CARD, "valueIdentifier")
EMPLOYER = extension("DON_VI", "employer")
LEAVE = (
    _count("SO_NGAY_NGHI", "leave-days"),
    Field("TU_NGAY", "extension[leave].valuePeriod.start", codecs.day),
    Field("DEN_NGAY", "extension[leave].valuePeriod.end", codecs.day),
)

DISCHARGE = Shape(
    "Composition",
    Field("SO_LUU_TRU", "identifier", NUMBER),
    Field(
        "MA_KHOA_RV",
        "extension[department].valueReference",
        codecs.reference("Location", "department"),
    ),
    section("CHAN_DOAN_RV", "diagnosis"),
    section("PP_DIEUTRI", "treatment"),
    section("GHI_CHU", "note"),
    _count("SO_NGAY_NGHI", "leave-days"),
    Field("NGOAITRU_TUNGAY", "extension[leave].valuePeriod.start", codecs.day),
    Field("NGOAITRU_DENNGAY", "extension[leave].valuePeriod.end", codecs.day),
    TEMPORARY,
    *SIGNED,
)
SUMMARY = Shape(
    "Composition",
    EMPLOYER,
    section("CHAN_DOAN_VAO", "admission-diagnosis"),
    section("CHAN_DOAN_RV", "diagnosis"),
    section("QT_BENHLY", "hospital-course"),
    section("TOMTAT_KQ", "results"),
    section("PP_DIEUTRI", "treatment"),
    section("GHI_CHU", "note"),
    _day("NGAY_SINHCON", "child-born-on"),
    _day("NGAY_CONCHET", "child-died-on"),
    _count("SO_CONCHET", "children-died"),
    TEMPORARY,
    LEGAL,
    DATED,
)
_CHILD, _CARER = "contained[Patient]", "contained[RelatedPerson]"
BIRTH = Shape(
    "Composition",
    Field("HO_TEN_CON", f"{_CHILD}.name[].text"),
    Field("GIOI_TINH_CON", f"{_CHILD}.gender", person.SEX),
    Field("NGAY_SINH_CON", f"{_CHILD}.*", codecs.birth),
    Field("NOI_SINH_CON", f"{_CHILD}.extension[birth-place].valueAddress.text"),
    Field("HO_TEN_NND", f"{_CARER}.name[].text"),
    Field("NGAYSINH_NND", f"{_CARER}.birthDate", codecs.day),
    Field("MA_BHXH_NND", f"{_CARER}.identifier[social]", codecs.identifier("social-insurance")),
    Field("MA_THE_NND", f"{_CARER}.identifier[card]", _CARD),
    Field("SO_CCCD_NND", f"{_CARER}.identifier[personal-number]", person.personal_number),
    Field("NGAYCAP_CCCD_NND", f"{_CARER}.extension[number-issued-on].valueDate", codecs.day),
    Field("NOICAP_CCCD_NND", f"{_CARER}.extension[number-issuer].valueString"),
    Field("NOI_CU_TRU_NND", f"{_CARER}.address[].text"),
    Field("MATINH_CU_TRU", f"{_CARER}.address[].extension[province].valueCoding", person.province),
    Field("MAHUYEN_CU_TRU", f"{_CARER}.address[].extension[district].valueCoding", person.district),
    Field("MAXA_CU_TRU", f"{_CARER}.address[].extension[commune].valueCoding", person.commune),
    Field(
        "MA_DANTOC_NND", f"{_CARER}.extension[ethnicity].valueCoding", codecs.coding("ethnic-group")
    ),
    Field(
        "MA_QUOCTICH", f"{_CARER}.extension[nationality].valueCoding", codecs.coding("nationality")
    ),
    Field("SO", "identifier", NUMBER),
    extension("QUYEN_SO", "book-number"),
    TEMPORARY,
    _count("SO_CON", "children-in-birth"),
    _count("LAN_SINH", "birth-number"),
    _count("SO_CON_SONG", "children-living"),
    _coding("SINHCON_DUOI32TUAN", "early-birth", "early-birth"),
    section("TINH_TRANG_CON", "child"),
    section("GHI_CHU", "note"),
    Field("NGUOI_GHI_PHIEU", "author[writer]", codecs.wrapped("display")),
    LEGAL,
    DATED,
)
BIRTH_WEIGHT = Shape(
    "Observation[8339-4]", Field("CAN_NANG_CON", "valueQuantity", codecs.quantity("g", "g"))
)
DELIVERY = Shape(
    "Procedure",
    Field("SINHCON_PHAUTHUAT", "code.coding[caesarean]", codecs.coding("caesarean")),
    Field("NGUOI_DO_DE", "performer[].actor.display"),
)
PREGNANCY_LEAVE = Shape(
    "Composition",
    Field("SO_SERI", "identifier", NUMBER),
    extension("SO_CT", "internal-number"),
    EMPLOYER,
    section("CHAN_DOAN_RV", "diagnosis"),
    _count("SO_NGAY", "leave-days"),
    *LEAVE[1:],
    *SIGNED,
)
SICK_LEAVE = Shape(
    "Composition",
    Field("SO_SERI", "identifier", NUMBER),
    extension("SO_CT", "document-number"),
    extension("SO_KCB", "internal-number"),
    EMPLOYER,
    extension(
        "MA_BHXH", "social-insurance", codecs.identifier("social-insurance"), "valueIdentifier"
    ),
    section("CHAN_DOAN_RV", "diagnosis"),
    section("PP_DIEUTRI", "treatment"),
    *LEAVE,
    TEMPORARY,
    Field("MAU_SO", "type.coding[form]", codecs.coding("sick-leave-form")),
    LEGAL,
    DOCTOR,
    DATED,
)
ASSESSMENT = Shape(
    "Composition",
    Field("SO_BIEN_BAN", "identifier", NUMBER),
    Field("NGUOI_CHU_TRI", "author[chair]", codecs.wrapped("display")),
    _coding("CHUC_VU", "assessment-role", "assessment-role"),
    _day("NGAY_HOP", "met-on"),
    extension("MA_DOI_TUONG", "assessment-subjects"),
    _coding("KHAM_GIAM_DINH", "assessment-occasion", "assessment-occasion"),
    extension("DANG_HUONG_CHE_DO", "assessment-benefits"),
    _count("TYLE_TTCT_CU", "injury-rate-previous"),
    _count("TYLE_TTCT_MOI", "injury-rate"),
    _count("TONG_TYLE_TTCT", "injury-rate-total"),
    _coding("DANG_KHUYETTAT", "disability", "assessment-disability"),
    _coding("MUC_DO_KHUYETTAT", "disability-degree", "assessment-disability-degree"),
    section("KET_QUA_KHAM", "findings"),
    section("DUOC_XACDINH", "conclusion"),
    section("DE_NGHI", "recommendation"),
    extension("SO_VAN_BAN_CAN_CU", "legal-basis"),
    Field("NGAY_CHUNG_TU", "date", codecs.day),
    _day("NGAY_CAP_CCCD", "number-issued-on"),
    extension("NOI_CAP_CCCD", "number-issuer"),
    extension(
        "MA_BHXH", "social-insurance", codecs.identifier("social-insurance"), "valueIdentifier"
    ),
    extension("NGHE_NGHIEP", "occupation-in-words"),
    extension("DIEN_THOAI", "telephone"),
)
ASSESSMENT_REQUEST = Shape(
    "ServiceRequest",
    Field("SO_GIAY_GIOI_THIEU", "identifier[paper]", codecs.identifier("referral-paper")),
    Field("NGAY_DE_NGHI", "authoredOn", codecs.day),
    Field("MA_DONVI", "requester", codecs.reference("Organization", "referring-body")),
    Field("GIOI_THIEU_CUA", "requester.display"),
)
_REFERRED = (
    section("DAU_HIEU_LS", "signs"),
    section("QT_BENHLY", "hospital-course"),
    section("TOMTAT_KQ", "results"),
    section("PP_DIEUTRI", "treatment"),
    section("TEN_DICH_VU", "services"),
    section("TEN_THUOC", "drugs"),
)
REFERRAL_PAPER = Shape("Composition", Field("SO_HOSO", "identifier", NUMBER), *_REFERRED, LEGAL)
_REFERRAL = (
    Field("GIAY_CHUYEN_TUYEN", "identifier[paper]", codecs.identifier("referral-paper")),
    Field("SO_CHUYENTUYEN", "identifier[book]", codecs.identifier("referral-book")),
    Field("MA_BAC_SI", "requester", codecs.first(staff.STAFF)),
    Field("MA_LYDO_CT", "reasonCode[referral]", codecs.concept("referral-reason")),
    Field("HUONG_DIEU_TRI", "patientInstruction"),
    extension("PHUONGTIEN_VC", "transport"),
    extension("HOTEN_NGUOI_HT", "escort-name"),
    extension("CHUCDANH_NGUOI_HT", "escort-title"),
)


def _referral(came_through, destination, state):
    return Shape(
        "ServiceRequest",
        *_REFERRAL,
        extension(came_through, "came-through"),
        Field(destination, "performer[destination]", _FACILITY),
        Field(state, "note[]", codecs.wrapped("text")),
    )


REFERRAL = _referral("MA_CSKCB_DI", "MA_CSKCB_DEN", "TINH_TRANG_CT")
REFERRAL_4750 = _referral("MA_NOI_DI", "MA_NOI_DEN", "PP_DIEU_TRI")
APPOINTMENT_PAPER = Shape("Composition", Field("SO_GIAYHEN_KL", "identifier", NUMBER), LEGAL, DATED)
APPOINTMENT = Shape(
    "Appointment",
    Field("NGAY_HEN_KL", "requestedPeriod[].start", codecs.when),
    extension("MA_BAC_SI", "clinician", codecs.first(staff.STAFF), "valueReference"),
)
_GESTATION = codecs.wrapped(
    "valueQuantity", codecs.quantity("tuần", "wk"), code=visit.loinc("18185-9", "Tuổi thai")
)
_PREGNANCY_END = (
    Field("MA_DINH_CHI_THAI", "valueBoolean", codecs.flag),
    Field("NGUYENNHAN_DINHCHI", "note[]", codecs.wrapped("text")),
    Field("TUOI_THAI", "component[]", _GESTATION),
)
PREGNANCY_END = Shape(
    "Observation[pregnancy-ended]",
    *_PREGNANCY_END,
    Field("THOIGIAN_DINHCHI", "effectiveDateTime", codecs.moment),
)
PREGNANCY_END_UNTIMED = Shape("Observation[pregnancy-ended]", *_PREGNANCY_END)


# Fields of papers that repeat XML1, kept as the note "as XML1"; only a difference is written out.
REPEATED = {
    "HO_TEN", "SO_CCCD", "NGAY_SINH", "GIOI_TINH", "DIA_CHI", "MATINH_CU_TRU", "MAHUYEN_CU_TRU",
    "MAXA_CU_TRU", "MA_QUOCTICH", "MA_DANTOC", "MA_NGHE_NGHIEP", "MA_BN", "MA_YTE",
    "MA_THE_BHYT", "GT_THE_DEN", "NGAY_VAO", "NGAY_VAO_NOI_TRU", "NGAY_RA", "CHAN_DOAN_RV",
    "MA_BENH_CHINH", "MA_BENH_KT", "MA_BENH_YHCT", "MA_LOAI_RV", "MA_DOITUONG_KCB",
    "MA_LOAI_KCB", "KET_QUA_DTRI",
}  # fmt: skip
# A field that repeats another one of XML1.
SAME_AS = {"MA_YTE": "MA_BN"}
