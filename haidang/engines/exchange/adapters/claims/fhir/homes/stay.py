"""XML1, the visit itself: Encounter, Coverage, what was measured, what was planned (lượt khám, thẻ, dấu hiệu, kế hoạch)."""

from haidang.engines.exchange.adapters.claims.fhir import codecs, visit
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape
from haidang.kernel import systems

_DISPOSITION = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
HOME = {"system": _DISPOSITION, "code": "home", "display": "Về nhà"}
OTHER = {"system": _DISPOSITION, "code": "other-hcf", "display": "Chuyển cơ sở khác"}
ADVICE = {"system": _DISPOSITION, "code": "aadvice", "display": "Ra viện trái chỉ định"}
DISCHARGE = codecs.concept(
    "discharge-type", {"1": HOME, "2": OTHER, "3": ADVICE, "4": ADVICE, "5": OTHER}
)


def _ward(text):
    made = _department.encode(text)
    return made and {"location": made}


_department = codecs.reference("Location", "department")
# Beds are locations of the stay too (`services.beds`); they are told apart by their number's system.
WARDS = codecs.many(
    codecs.Codec(_ward, lambda v: _department.decode(v["location"]), ".location.identifier.value")
)

ENCOUNTER = Shape(
    "Encounter",
    Field("MA_HSBA", "identifier[medical-record]", codecs.local("medical-record")),
    Field("MA_LOAI_KCB", "type[visit-type]", codecs.concept("visit-type")),
    Field("MA_DOITUONG_KCB", "type[visit-category]", codecs.concept("visit-category")),
    Field("NGAY_VAO", "period.start", codecs.moment),
    Field("NGAY_RA", "period.end", codecs.moment),
    Field("SO_NGAY_DTRI", "length", codecs.quantity("ngày", "d")),
    Field("LY_DO_VV", "reasonCode[]", codecs.wrapped("text")),
    Field("LY_DO_VNT", "extension[admission-reason].valueCodeableConcept.text"),
    Field(
        "MA_LY_DO_VNT",
        "extension[admission-reason].valueCodeableConcept.coding[]",
        codecs.coding("admission-reason"),
    ),
    Field("NGAY_VAO_NOI_TRU", "extension[admission-time].valueDateTime", codecs.moment),
    Field("CHAN_DOAN_VAO", "extension[diagnosis-on-arrival].valueString"),
    Field("CHAN_DOAN_RV", "extension[final-diagnosis].valueString"),
    Field("MA_TAI_NAN", "extension[accident].valueCoding", codecs.coding("accident")),
    Field(
        "KET_QUA_DTRI",
        "extension[treatment-outcome].valueCoding",
        codecs.coding("treatment-outcome"),
    ),
    Field("NGAY_TAI_KHAM", "extension[re-exam-dates].valueString"),
    Field("GIAY_CHUYEN_TUYEN", "basedOn[]", codecs.reference("ServiceRequest", "referral-paper")),
    Field("MA_NOI_DI", "hospitalization.origin", codecs.reference("Organization", "facility")),
    Field(
        "MA_NOI_DEN", "hospitalization.destination", codecs.reference("Organization", "facility")
    ),
    Field("MA_LOAI_RV", "hospitalization.dischargeDisposition", DISCHARGE),
    Field("MA_KHOA", "location[ward]", WARDS),
)

# One Coverage for each card of the visit; the four fields hold as many values, joined by `;`.
CARD = Shape(
    "Coverage",
    Field("MA_THE_BHYT", "identifier[insurance-card]", codecs.identifier("insurance-card")),
    Field(
        "MA_DKBD", "extension[primary-care-facility].valueIdentifier", codecs.identifier("facility")
    ),
    Field("GT_THE_TU", "period.start", codecs.day),
    Field("GT_THE_DEN", "period.end", codecs.day),
)


def _day_or_moment(text):
    found = codecs.when.encode(text)
    return found and {("valueDate" if len(found) == 10 else "valueDateTime"): found}


def _day_or_moment_back(node):
    found = node.get("valueDate") or node.get("valueDateTime")
    return found and codecs.when.decode(found)


# What the card says beside its number stands on the first Coverage.
CARD_NOTES = Shape(
    "Coverage",
    Field("MA_KHUVUC", "extension[living-area].valueCoding", codecs.coding("living-area")),
    Field("NAM_NAM_LIEN_TUC", "extension[five-year-date].valueDate", codecs.day),
    Field(
        "NGAY_MIEN_CCT",
        "extension[copay-exempt-from].*",
        codecs.Codec(_day_or_moment, _day_or_moment_back, "valueDate|valueDateTime"),
    ),
)

PLAN = Shape(
    "CarePlan",
    Field("PP_DIEU_TRI", "description"),
    Field("GHI_CHU", "note[]", codecs.wrapped("text")),
)
WEIGHT = Shape(
    "Observation[29463-7]",
    Field("CAN_NANG", "valueQuantity", codecs.quantity("kg", "kg")),
)
BLOOD_GROUP = Shape(
    "Observation[882-1]",
    Field("NHOM_MAU", "valueCodeableConcept", codecs.wrapped("text")),
)
BIRTH_WEIGHT = visit.loinc("8339-4", "Cân nặng khi sinh")
BIRTH_WEIGHTS = Shape(
    "Observation[8339-4]",
    Field(
        "CAN_NANG_CON",
        "component",
        codecs.many(codecs.wrapped("valueQuantity", codecs.quantity("g", "g"), code=BIRTH_WEIGHT)),
    ),
)

# part → (shape, LOINC code, name, category)
MEASURED = {
    "weight": (WEIGHT, visit.loinc("29463-7", "Cân nặng"), "vital-signs"),
    "blood-group": (BLOOD_GROUP, visit.loinc("882-1", "Nhóm máu"), "laboratory"),
    "birth-weights": (BIRTH_WEIGHTS, BIRTH_WEIGHT, "exam"),
}

SHAPES = {
    ("XML1", "stay"): ENCOUNTER,
    ("XML1", "card"): CARD,
    ("XML1", "card-notes"): CARD_NOTES,
    ("XML1", "plan"): PLAN,
    **{("XML1", part): found[0] for part, found in MEASURED.items()},
}

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CLASSES = {
    "AMB": "Ngoại trú",
    "IMP": "Nội trú",
    "SS": "Lưu ngắn",
    "HH": "Tại nhà",
    "VR": "Từ xa",
    "FLD": "Lưu động",
}
_CLASS_OF = {"03": "IMP", "04": "SS", "06": "SS", "09": "SS", "12": "HH", "14": "VR", "11": "FLD"}


def class_of(visit_type: str) -> dict:
    """Encounter.class of a MA_LOAI_KCB; ambulatory when nothing else is known."""
    code = _CLASS_OF.get(visit_type, "AMB")
    return {"system": ACT, "code": code, "display": _CLASSES[code]}


OBSERVATION_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def category(code: str) -> dict:
    return {"coding": [{"system": OBSERVATION_CATEGORY, "code": code}]}


BED = systems.codes("bed")
