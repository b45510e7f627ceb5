"""XML0, the check-in: an Encounter that has begun, and the order of its first cost (trạng thái khám chữa bệnh)."""

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.engines.exchange.adapters.claims.fhir.homes import person, stay
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape

_FROM_STAY = {
    "MA_LOAI_KCB",
    "MA_DOITUONG_KCB",
    "NGAY_VAO",
    "NGAY_VAO_NOI_TRU",
    "LY_DO_VNT",
    "MA_LY_DO_VNT",
}

ENCOUNTER = Shape("Encounter", *(f for f in stay.ENCOUNTER.fields if f.name in _FROM_STAY))
PERSON = Shape(
    "Encounter.contained[Patient]",
    *(
        f
        for f in person.FIELDS
        if f.name in {"MA_BN", "HO_TEN", "SO_CCCD", "NGAY_SINH", "GIOI_TINH"}
    ),
)
_AT = Field("NGAY_YL", "authoredOn", codecs.moment)
ORDERS = {
    "drug": Shape(
        "MedicationRequest",
        Field("MA_THUOC", "medicationCodeableConcept.coding[]", codecs.coding("drug-ingredient")),
        Field("TEN_THUOC", "medicationCodeableConcept.text"),
        _AT,
    ),
    "supply": Shape(
        "DeviceRequest",
        Field("MA_VAT_TU", "codeCodeableConcept.coding[]", codecs.coding("supply")),
        Field("TEN_VAT_TU", "codeCodeableConcept.text"),
        _AT,
    ),
    "service": Shape(
        "ServiceRequest",
        Field("MA_DICH_VU", "code.coding[]", codecs.coding("service")),
        Field("TEN_DICH_VU", "code.text"),
        _AT,
    ),
}
SHAPES = {
    ("XML0", "stay"): ENCOUNTER,
    ("XML0", "person"): PERSON,
    ("XML0", "card"): stay.CARD,
    **{("XML0", kind): shape for kind, shape in ORDERS.items()},
}


def kind_of(row) -> str:
    """What the first cost is: a drug, a supply or a service."""
    drug = row.get("MA_THUOC") or row.get("TEN_THUOC")
    supply = row.get("MA_VAT_TU") or row.get("TEN_VAT_TU")
    return "drug" if drug else "supply" if supply else "service"
