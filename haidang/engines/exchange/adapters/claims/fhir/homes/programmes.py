"""XML6 and XML15, the HIV and tuberculosis programmes: EpisodeOfCare with its plans and tests (chương trình HIV, lao)."""

from haidang.engines.exchange.adapters.claims.fhir import codecs, visit
from haidang.engines.exchange.adapters.claims.fhir.homes import stay
from haidang.engines.exchange.adapters.claims.fhir.parts import Part
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape

_FACILITY = codecs.reference("Organization", "facility")


def _coded(name, extension, list_name, many=False):
    one = codecs.coding(list_name)
    if many:
        return Field(name, f"extension[{extension}].valueString")
    return Field(name, f"extension[{extension}].valueCoding", one)


def _dated(name, extension):
    return Field(name, f"extension[{extension}].valueDate", codecs.day)


def _site(name, extension):
    return Field(name, f"extension[{extension}].valueReference", _FACILITY)


def _plan(start, end, regimen, regimens, *more):
    return Shape(
        "CarePlan",
        Field(start, "period.start", codecs.day),
        *((Field(end, "period.end", codecs.day),) if end else ()),
        Field(regimen, "activity[regimen].detail.code", codecs.concept(regimens)),
        *more,
    )


HIV = Shape(
    "EpisodeOfCare",
    Field("MA_LYDO_DTRI", "type[reason]", codecs.concept("hiv-treatment-reason")),
    Field("MA_LOAI_BN", "type[client]", codecs.concept("hiv-client-kind")),
    _dated("NGAYKD_HIV", "hiv-confirmed-on"),
    _site("NOI_LAY_MAU_XN", "hiv-sample-facility"),
    _site("NOI_XN_KD", "hiv-confirming-facility"),
    _coded("GIAI_DOAN_LAM_SANG", "hiv-clinical-stage", "hiv-clinical-stage"),
    _coded("NHOM_DOI_TUONG", "hiv-risk-group", "hiv-risk-group"),
    _coded("MA_TINH_TRANG_DK", "hiv-registration-states", "hiv-registration-state", many=True),
    _coded("MA_XU_TRI", "hiv-actions", "hiv-action", many=True),
    _coded("SANG_LOC_LAO", "tb-screening", "hiv-tb-screening"),
    _coded("LOAI_DTRI_LAO", "tb-treatment", "hiv-tb-treatment"),
    _coded("KQ_DTRI_LAO", "tb-outcome", "hiv-tb-outcome"),
    _dated("NGAY_NHAN_TT_MANG_THAI", "pregnancy-known-on"),
)
HIV_START = _plan(
    "BDDT_ARV",
    None,
    "MA_PHAC_DO_DIEU_TRI_BD",
    "hiv-regimen",
    Field("NOI_BDDT_ARV", "contributor[]", _FACILITY),
    Field("MA_BAC_PHAC_DO_BD", "category[]", codecs.concept("hiv-regimen-line")),
)
HIV_NOW = _plan(
    "NGAY_BAT_DAU_XU_TRI",
    "NGAY_KET_THUC_XU_TRI",
    "MA_PHAC_DO_DIEU_TRI",
    "hiv-regimen",
    Field("MA_BAC_PHAC_DO", "category[]", codecs.concept("hiv-regimen-line")),
    Field("SO_NGAY_CAP_THUOC_ARV", "extension[days-supplied].valueInteger", codecs.whole),
    _dated("NGAY_CHUYEN_PHAC_DO", "regimen-changed-on"),
    _coded("LY_DO_CHUYEN_PHAC_DO", "regimen-change-reason", "hiv-regimen-change"),
)
HIV_TB = _plan("NGAYBD_DTRI_LAO", "NGAYKT_DTRI_LAO", "PHACDO_DTRI_LAO", "hiv-tb-regimen")
VIRAL_LOAD = Shape(
    "Observation[viral-load]",
    Field("KQ_XNTL_VR", "valueCodeableConcept", codecs.concept("hiv-viral-load")),
    Field("NGAY_XN_TLVR", "effectiveDateTime", codecs.day),
    Field("NGAY_KQ_XN_TLVR", "issued", codecs.midnight),
    _coded("MA_LYDO_XNTL_VR", "test-reason", "hiv-viral-load-reason"),
)
PCR = Shape(
    "Observation[pcr]",
    Field("MA_KQ_XN_PCR", "valueCodeableConcept", codecs.concept("hiv-pcr-result")),
    Field("NGAY_XN_PCR", "effectiveDateTime", codecs.day),
    Field("NGAY_KQ_XN_PCR", "issued", codecs.midnight),
    _coded("LAN_XN_PCR", "test-round", "hiv-pcr-round"),
)
PREVENTION = Shape(
    "MedicationStatement",
    Field("NGAY_BAT_DAU_DT_CTX", "effectivePeriod.start", codecs.day),
)
TB = Shape(
    "EpisodeOfCare",
    Field("PHANLOAI_LAO_VITRI", "type[site]", codecs.concept("tb-site")),
    _coded("PHANLOAI_LAO_TS", "tb-history", "tb-history"),
    _coded("PHANLOAI_LAO_HIV", "tb-hiv-status", "tb-hiv-status"),
    _coded("PHANLOAI_LAO_VK", "tb-bacteriology", "tb-bacteriology"),
    _coded("PHANLOAI_LAO_KT", "tb-resistance", "tb-resistance"),
    _coded("LOAI_DTRI_LAO", "tb-treatment", "tb-treatment"),
    _coded("KET_QUA_DTRI_LAO", "tb-outcome", "tb-outcome"),
    _dated("NGAYKD_HIV", "hiv-confirmed-on"),
    _dated("BDDT_ARV", "arv-started-on"),
)
TB_NOW = _plan("NGAYBD_DTRI_LAO", "NGAYKT_DTRI_LAO", "PHACDO_DTRI_LAO", "tb-regimen")


def _episode():
    return {"status": "active"}


def _care_plan(title):
    return lambda: {"status": "active", "intent": "plan", "title": title}


def _test(code, name):
    return lambda: {
        "status": "final",
        "category": [stay.category("laboratory")],
        "code": visit.loinc(code, name),
    }


def _cotrimoxazole():
    return {"status": "active", "medicationCodeableConcept": {"text": "Cotrimoxazol"}}


def _part(name, kind, shape, fixed, needs=(), person="subject", stays="encounter"):
    return Part(name, kind, shape, fixed, person, stays, needs)


def _told(shape):
    return tuple(field.name for field in shape.fields)


_CTX = _part(
    "prevention",
    "MedicationStatement",
    PREVENTION,
    _cotrimoxazole,
    _told(PREVENTION),
    stays="context",
)
PARTS = {
    "XML6": (
        _part("episode", "EpisodeOfCare", HIV, _episode, person="patient", stays=None),
        _part("start", "CarePlan", HIV_START, _care_plan("Phác đồ ARV ban đầu"), _told(HIV_START)),
        _part("regimen", "CarePlan", HIV_NOW, _care_plan("Phác đồ ARV"), _told(HIV_NOW)),
        _part("tb-plan", "CarePlan", HIV_TB, _care_plan("Điều trị lao"), _told(HIV_TB)),
        _part(
            "viral-load",
            "Observation",
            VIRAL_LOAD,
            _test("25836-8", "Tải lượng HIV"),
            _told(VIRAL_LOAD),
        ),
        _part("pcr", "Observation", PCR, _test("9836-8", "PCR HIV"), _told(PCR)),
        _CTX,
    ),
    "XML15": (
        _part("episode", "EpisodeOfCare", TB, _episode, person="patient", stays=None),
        _part("tb-plan", "CarePlan", TB_NOW, _care_plan("Điều trị lao"), _told(TB_NOW)),
        _CTX,
    ),
}
SHAPES = {(table, part.name): part.shape for table, parts in PARTS.items() for part in parts}
