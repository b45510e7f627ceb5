"""XML1, the account of the visit: Claim and Invoice (đề nghị thanh toán và bảng kê)."""

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.engines.exchange.adapters.claims.fhir.homes import staff
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape
from haidang.kernel import systems

_DIAGNOSIS_TYPE = "http://terminology.hl7.org/CodeSystem/ex-diagnosistype"
_PARTS = systems.codes("price-part")

PART_NAMES = {
    "base": "Thành tiền theo giá bệnh viện",
    "drugs": "Tiền thuốc",
    "supplies": "Tiền vật tư y tế",
    "gross": "Tổng chi phí",
    "self-pay": "Người bệnh tự trả",
    "copay": "Người bệnh cùng chi trả",
    "insurer": "Quỹ bảo hiểm y tế trả",
    "insurer-ffs": "Quỹ trả theo giá dịch vụ",
    "other-source": "Nguồn khác trả",
    "other-state": "Ngân sách nhà nước hỗ trợ",
    "other-foreign": "Tổ chức, cá nhân nước ngoài hỗ trợ",
    "other-domestic": "Tổ chức, cá nhân trong nước hỗ trợ",
    "other-rest": "Nguồn còn lại hỗ trợ",
}


def price(part: str, kind: str = "informational") -> codecs.Codec:
    """A price component of an Invoice; the national lines have no code for it, so the list is ours."""

    def encode(text):
        amount = codecs.money.encode(text)
        if amount is None:
            return None
        coding = {"system": _PARTS, "code": part, "display": PART_NAMES[part]}
        return {"type": kind, "code": {"coding": [coding]}, "amount": amount}

    def decode(value):
        mine = value["code"]["coding"][0]["code"] == part
        return codecs.money.decode(value["amount"]) if mine else None

    return codecs.Codec(encode, decode, ".amount.value")


def price_field(name: str, part: str, kind: str = "informational", total: bool = False) -> Field:
    """A line of the price table; an absent component stands for the amount 0."""
    path = "totalPriceComponent" if total else "priceComponent"
    return Field(name, f"{path}[{part}]", price(part, kind), implied="0")


OTHER_SOURCES = (
    price_field("T_NGUONKHAC_NSNN", "other-state"),
    price_field("T_NGUONKHAC_VTNN", "other-foreign"),
    price_field("T_NGUONKHAC_VTTN", "other-domestic"),
    price_field("T_NGUONKHAC_CL", "other-rest"),
    price_field("T_NGUONKHAC", "other-source"),
)
SHARES = (
    price_field("T_BNTT", "self-pay"),
    price_field("T_BNCCT", "copay"),
    price_field("T_BHTT", "insurer"),
)
LINE = (price_field("THANH_TIEN_BV", "base", "base"), *OTHER_SOURCES, *SHARES)

ACCOUNT = Shape(
    "Invoice",
    Field("NGAY_TTOAN", "date", codecs.moment),
    Field("T_TONGCHI_BV", "totalGross", codecs.money),
    price_field("T_THUOC", "drugs", total=True),
    price_field("T_VTYT", "supplies", total=True),
    price_field("T_BNTT", "self-pay", total=True),
    price_field("T_BNCCT", "copay", total=True),
    price_field("T_BHTT", "insurer", total=True),
    price_field("T_NGUONKHAC", "other-source", total=True),
    price_field("T_BHTT_GDV", "insurer-ffs", total=True),
)


def diagnosis(list_name: str, *, principal: bool = False) -> codecs.Codec:
    """A Claim.diagnosis; its sequence is set when all are known."""
    one = codecs.concept(list_name)
    mark = [{"coding": [{"system": _DIAGNOSIS_TYPE, "code": "principal"}]}]

    def encode(text):
        found = one.encode(text)
        if found is None:
            return None
        made = {"sequence": 0, "diagnosisCodeableConcept": found}
        return made | ({"type": [{"coding": [dict(mark[0]["coding"][0])]}]} if principal else {})

    def decode(value):
        mine = ("type" in value) == principal
        return one.decode(value["diagnosisCodeableConcept"]) if mine else None

    return codecs.Codec(encode, decode, ".diagnosisCodeableConcept.coding.code")


def _operation(text):
    found = _icd9.encode(text)
    return found and {"sequence": 0, "procedureCodeableConcept": found}


_icd9 = codecs.concept("icd9cm")
_operations = codecs.many(
    codecs.Codec(
        _operation,
        lambda v: _icd9.decode(v["procedureCodeableConcept"]),
        ".procedureCodeableConcept.coding.code",
    )
)

CLAIM = Shape(
    "Claim",
    Field("MA_BENH_CHINH", "diagnosis[principal]", diagnosis("icd10", principal=True)),
    Field("MA_BENH_KT", "diagnosis[other]", codecs.many(diagnosis("icd10"))),
    Field("MA_BENH_YHCT", "diagnosis[traditional]", codecs.many(diagnosis("traditional-medicine"))),
    Field("MA_PTTT_QT", "procedure", _operations),
    Field("T_TONGCHI_BH", "total", codecs.money),
    Field("NAM_QT", "extension[settlement-period].extension[year].valueInteger", codecs.whole),
    Field("THANG_QT", "extension[settlement-period].extension[month].valueInteger", codecs.whole),
    Field("MA_TTDV", "extension[legal-signer].valueReference", staff.STAFF),
)

SHAPES = {("XML1", "account"): ACCOUNT, ("XML1", "claim"): CLAIM}
