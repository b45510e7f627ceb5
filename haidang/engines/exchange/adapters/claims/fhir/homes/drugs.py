"""XML2, drugs, blood and oxygen: MedicationRequest, MedicationDispense and a line of the Claim (thuốc)."""

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.engines.exchange.adapters.claims.fhir.homes import money, staff
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape

# What drug lines and service lines put into Claim.item alike.
LINE = (
    Field("MA_NHOM", "category", codecs.concept("cost-group")),
    Field("PHAM_VI", "modifier[scope]", codecs.concept("scope")),
    Field("VET_THUONG_TP", "modifier[recurrent-wound]", codecs.concept("recurrent-wound")),
    Field("TT_THAU", "extension[tender].valueString"),
    Field("MUC_HUONG", "extension[benefit-rate].valueDecimal", codecs.figure),
    Field("MA_PTTT", "extension[payment-method].valueCoding", codecs.coding("payment-method")),
    Field("MA_KHOA", "locationReference", codecs.reference("Location", "department")),
    Field("SO_LUONG", "quantity.value", codecs.figure),
    Field("DON_VI_TINH", "quantity.unit"),
    Field("THANH_TIEN_BH", "net", codecs.money),
)
ITEM = Shape(
    "Claim.item",
    *LINE,
    Field("TYLE_TT_BH", "factor", codecs.percent),
    Field("DON_GIA", "unitPrice", codecs.money),
    Field("NGUON_CTRA", "programCode[]", codecs.concept("payer-source")),
    Field("MA_CSKCB_THUOC", "extension[source-facility].valueString"),
)
PRICE = Shape("Invoice.lineItem", *money.LINE)
ORDER = Shape(
    "MedicationRequest",
    Field(
        "MA_THUOC", "medicationCodeableConcept.coding[ingredient]", codecs.coding("drug-ingredient")
    ),
    Field(
        "SO_DANG_KY",
        "medicationCodeableConcept.coding[registration]",
        codecs.coding("drug-registration"),
    ),
    Field("TEN_THUOC", "medicationCodeableConcept.text"),
    Field("HAM_LUONG", "extension[strength].valueString"),
    Field("DANG_BAO_CHE", "extension[dosage-form].valueString"),
    Field("MA_PP_CHEBIEN", "extension[processing-method].valueString"),
    Field("DUONG_DUNG", "dosageInstruction[].route", codecs.concept("drug-route")),
    Field("LIEU_DUNG", "dosageInstruction[].text"),
    Field("CACH_DUNG", "dosageInstruction[].patientInstruction"),
    Field("MA_BAC_SI", "requester", codecs.first(staff.STAFF)),
    Field("MA_DICH_VU", "extension[used-in-service].valueString"),
    Field("NGAY_YL", "authoredOn", codecs.moment),
)
DISPENSE = Shape("MedicationDispense", Field("NGAY_TH_YL", "whenHandedOver", codecs.moment))

SHAPES = {
    ("XML2", "item"): ITEM,
    ("XML2", "price"): PRICE,
    ("XML2", "order"): ORDER,
    ("XML2", "dispense"): DISPENSE,
}
