"""XML7–XML14: the resources that each paper is made of, the Composition first."""

from haidang.engines.exchange.adapters.claims.fhir import codecs, visit
from haidang.engines.exchange.adapters.claims.fhir.homes import papers
from haidang.engines.exchange.adapters.claims.fhir.parts import Part
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape
from haidang.kernel import systems

TITLES = {
    "XML7": "Giấy ra viện",
    "XML8": "Tóm tắt hồ sơ bệnh án",
    "XML9": "Giấy chứng sinh",
    "XML10": "Giấy chứng nhận nghỉ dưỡng thai",
    "XML11": "Giấy chứng nhận nghỉ việc hưởng bảo hiểm xã hội",
    "XML12": "Biên bản giám định y khoa",
    "XML13": "Phiếu chuyển cơ sở khám bệnh, chữa bệnh",
    "XML14": "Phiếu hẹn khám lại",
}
PAPER_CODES = systems.codes("paper")
_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def _relative(name, number=None):
    number_field = (
        Field(number, "identifier[social]", codecs.identifier("social-insurance"))
        if number
        else None
    )
    return Shape("RelatedPerson", Field(name, "name[].text"), *([number_field] if number else ()))


def _paper(table, composition):
    def fixed():
        coding = {"system": PAPER_CODES, "code": table, "display": TITLES[table]}
        return {
            "status": "final",
            "type": {"coding": [coding], "text": TITLES[table]},
            "title": TITLES[table],
        }

    return Part("paper", "Composition", composition, fixed)


def _related(part, code, vietnamese, name, number=None):
    coding = {"system": _ROLE, "code": code, "display": vietnamese}
    return Part(
        part,
        "RelatedPerson",
        _relative(name, number),
        lambda: {"relationship": [{"coding": [dict(coding)], "text": vietnamese}]},
        person="patient",
        visit=None,
        needs=tuple(filter(None, (name, number))),
    )


def _observed(part, of, code, needs):
    return Part(part, "Observation", of, lambda: {"status": "final", "code": code()}, needs=needs)


def _pregnancy_end(of):
    return _observed(
        "pregnancy-end",
        of,
        lambda: visit.named("observation", "pregnancy-ended", "Đình chỉ thai nghén"),
        tuple(field.name for field in of.fields),
    )


def _delivery():
    return {"status": "completed", "code": {"text": "Đỡ đẻ"}}


def _order(kind="referral", title="Chuyển cơ sở khám bệnh, chữa bệnh"):
    return {
        "status": "active",
        "intent": "order",
        "category": [visit.named("order-kind", kind, title)],
        "code": {"text": title},
    }


_FATHER = ("father", "FTH", "Cha", "HO_TEN_CHA")
_MOTHER = ("mother", "MTH", "Mẹ", "HO_TEN_ME")
PARTS: dict[str, tuple[Part, ...]] = {
    "XML7": (
        _paper("XML7", papers.DISCHARGE),
        _pregnancy_end(papers.PREGNANCY_END),
        _related(*_FATHER, "MA_CHA"),
        _related(*_MOTHER, "MA_ME"),
    ),
    "XML8": (
        _paper("XML8", papers.SUMMARY),
        _related(*_FATHER),
        _related(*_MOTHER),
        _related("guardian", "GUARD", "Người giám hộ", "NGUOI_GIAM_HO"),
    ),
    "XML9": (
        _paper("XML9", papers.BIRTH),
        _observed(
            "birth-weight",
            papers.BIRTH_WEIGHT,
            lambda: visit.loinc("8339-4", "Cân nặng khi sinh"),
            ("CAN_NANG_CON",),
        ),
        Part(
            "delivery",
            "Procedure",
            papers.DELIVERY,
            _delivery,
            needs=("SINHCON_PHAUTHUAT", "NGUOI_DO_DE"),
        ),
        _related("child-father", "FTH", "Cha của con", "HO_TEN_CHA"),
    ),
    "XML10": (_paper("XML10", papers.PREGNANCY_LEAVE),),
    "XML11": (
        _paper("XML11", papers.SICK_LEAVE),
        _pregnancy_end(papers.PREGNANCY_END_UNTIMED),
        _related(*_FATHER),
        _related(*_MOTHER),
    ),
    "XML12": (
        _paper("XML12", papers.ASSESSMENT),
        Part(
            "request",
            "ServiceRequest",
            papers.ASSESSMENT_REQUEST,
            lambda: _order("assessment", "Giám định y khoa"),
            needs=tuple(field.name for field in papers.ASSESSMENT_REQUEST.fields),
        ),
    ),
    "XML13": (
        _paper("XML13", papers.REFERRAL_PAPER),
        Part("referral", "ServiceRequest", papers.REFERRAL, _order),
    ),
    "XML14": (
        _paper("XML14", papers.APPOINTMENT_PAPER),
        Part(
            "appointment",
            "Appointment",
            papers.APPOINTMENT,
            lambda: {"status": "proposed"},
            None,
            None,
        ),
    ),
}
PARTS_4750 = {
    "XML13": (
        PARTS["XML13"][0],
        Part("referral-4750", "ServiceRequest", papers.REFERRAL_4750, _order),
    ),
}
SHAPES = {
    (table, part.name): part.shape
    for table, parts in [*PARTS.items(), *PARTS_4750.items()]
    for part in parts
}
