"""XML3, services and supplies: a line of the Claim, and the order, test or procedure behind it (dịch vụ, vật tư)."""

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.engines.exchange.adapters.claims.fhir.homes import drugs, money, staff
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape

MACHINES = Field("MA_MAY", "extension[machine].valueString")
ANAESTHESIA = Field("PP_VO_CAM", "extension[anaesthesia].valueCoding", codecs.coding("anaesthesia"))

_LINE = (
    *drugs.LINE,
    Field("GOI_VTYT", "extension[supply-package].valueString"),
    Field("MA_XANG_DAU", "modifier[fuel]", codecs.concept("fuel")),
    Field("DON_GIA_BH", "unitPrice", codecs.money),
    Field("DON_GIA_BV", "extension[hospital-price].valueMoney", codecs.money),
    Field("TYLE_TT_DV", "extension[service-ratio].valueDecimal", codecs.figure),
    Field("TYLE_TT_BH", "extension[fund-ratio].valueDecimal", codecs.figure),
    Field("T_TRANTT", "extension[ceiling].valueMoney", codecs.money),
    Field("MA_GIUONG", "extension[bed].valueString"),
    Field("VI_TRI_TH_DVKT", "bodySite", codecs.concept("body-site")),
    Field("MA_HIEU_SP", "extension[model-or-serial].valueString"),
    Field("TAI_SU_DUNG", "modifier[reused]", codecs.concept("reused")),
)
_SERVICE = (
    Field("MA_DICH_VU", "productOrService.coding[service]", codecs.coding("service")),
    Field("TEN_DICH_VU", "productOrService.text"),
)
_SUPPLY = (
    Field("MA_VAT_TU", "productOrService.coding[supply]", codecs.coding("supply")),
    Field("TEN_VAT_TU", "productOrService.text"),
    Field(
        "MA_DICH_VU",
        "extension[used-in-service].valueCodeableConcept.coding[service]",
        codecs.coding("service"),
    ),
    Field("TEN_DICH_VU", "extension[used-in-service].valueCodeableConcept.text"),
)
# Lines without an order of their own (examinations, beds, transport, supplies) say who and when on the line itself.
_ON_LINE = (
    Field("MA_BAC_SI", "extension[ordered-by].valueReference", codecs.first(staff.STAFF)),
    Field("NGUOI_THUC_HIEN", "extension[performed-by].valueReference", codecs.first(staff.STAFF)),
    Field("MA_BENH", "extension[order-diagnosis].valueString"),
    Field("MA_BENH_YHCT", "extension[traditional-diagnosis].valueString"),
    Field("MA_PTTT_QT", "extension[operation-codes].valueString"),
    Field("NGAY_YL", "extension[ordered-at].valueDateTime", codecs.moment),
    Field("NGAY_TH_YL", "servicedPeriod.start", codecs.moment),
    Field("NGAY_KQ", "servicedPeriod.end", codecs.moment),
    MACHINES,
    ANAESTHESIA,
)

SERVICE_LINE = Shape("Claim.item", *_LINE, *_SERVICE, *_ON_LINE)
SUPPLY_LINE = Shape("Claim.item", *_LINE, *_SUPPLY, *_ON_LINE)
TEST_LINE = Shape(
    "Claim.item",
    *_LINE,
    *_SERVICE,
    ANAESTHESIA,
    Field("MA_PTTT_QT", "extension[operation-codes].valueString"),
)
PROCEDURE_LINE = Shape("Claim.item", *_LINE, *_SERVICE)

PRICE = Shape("Invoice.lineItem", *money.LINE)
ORDER = Shape(
    "ServiceRequest",
    Field("MA_BAC_SI", "requester", codecs.first(staff.STAFF)),
    Field("MA_BENH", "reasonCode[icd10]", codecs.many(codecs.concept("icd10"))),
    Field(
        "MA_BENH_YHCT",
        "reasonCode[traditional]",
        codecs.many(codecs.concept("traditional-medicine")),
    ),
    Field("NGAY_YL", "authoredOn", codecs.moment),
)
REPORT = Shape(
    "DiagnosticReport",
    Field("NGUOI_THUC_HIEN", "performer", codecs.many(staff.STAFF)),
    Field("NGAY_TH_YL", "effectiveDateTime", codecs.moment),
    Field("NGAY_KQ", "issued", codecs.moment),
    MACHINES,
)
DEED = Shape(
    "Procedure",
    Field("MA_PTTT_QT", "code.coding[icd9cm]", codecs.many(codecs.coding("icd9cm"))),
    Field("NGUOI_THUC_HIEN", "performer", codecs.many(codecs.wrapped("actor", staff.STAFF))),
    Field("NGAY_TH_YL", "performedPeriod.start", codecs.moment),
    Field("NGAY_KQ", "performedPeriod.end", codecs.moment),
    MACHINES,
    ANAESTHESIA,
)

SHAPES = {
    ("XML3", "service"): SERVICE_LINE,
    ("XML3", "supply"): SUPPLY_LINE,
    ("XML3", "test"): TEST_LINE,
    ("XML3", "procedure"): PROCEDURE_LINE,
    ("XML3", "price"): PRICE,
    ("XML3", "order"): ORDER,
    ("XML3", "report"): REPORT,
    ("XML3", "deed"): DEED,
}

TESTS = {"1": "LAB", "2": "RAD", "3": "OTH"}
OPERATIONS = {"8", "18"}
EXAMINATION = "13"


def kind_of(row) -> str:
    """What a line is: `supply`, `test`, `procedure` or another `service`; it says which parts the row is made of."""
    if row.get("MA_VAT_TU"):
        return "supply"
    group = row.get("MA_NHOM", "").lstrip("0")
    return "test" if group in TESTS else "procedure" if group in OPERATIONS else "service"
