"""XML3: a line of the account for each service or supply; tests and procedures get their order and their deed too."""

from decimal import Decimal

from haidang.engines.exchange.adapters.claims.fhir import codecs, marks, rows
from haidang.engines.exchange.adapters.claims.fhir.build import account
from haidang.engines.exchange.adapters.claims.fhir.build.drugs import copy_concept
from haidang.engines.exchange.adapters.claims.fhir.homes import services

UNNAMED = "Dịch vụ không ghi tên"
_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
_PARTS = {
    "service": ("service", "price"),
    "supply": ("supply", "price"),
    "test": ("test", "price", "order", "report"),
    "procedure": ("procedure", "price", "order", "deed"),
}


def lines(of, dossier, claim: dict, invoice: dict) -> list[dict]:
    """The orders, reports and procedures of XML3; the lines go into Claim and Invoice."""
    made = []
    for row in dossier.rows("XML3"):
        made.extend(_line(of, row, dossier.form, claim, invoice))
    return made


def _line(of, row, form, claim, invoice):
    kind, place, left = services.kind_of(row), f"XML3/{row.index}", {}
    item, price = _account(of, row, kind, place, left)
    key = of.key(row)
    made = []
    if kind in ("test", "procedure"):
        order = _order(of, row, place, key, item, left)
        deed = _report if kind == "test" else _procedure
        made = [order, deed(of, row, place, key, order, left)]
    rows.keep_unexpected(of, row, left)
    rows.keep_homeless(row, form, _PARTS[kind], left)
    marks.put_fields(item, place, left)
    account.add_line(claim, invoice, item, price, item["productOrService"].get("text", UNNAMED))
    return made


def _account(of, row, kind, place, left):
    item = {"extension": [], "encounter": [of.stay()]}
    marks.put_row(item, place, kind)
    services.SHAPES["XML3", kind].fill(item, row, left)
    if "productOrService" not in item:
        item["productOrService"] = {"text": UNNAMED}
        name = "TEN_VAT_TU" if kind == "supply" else "TEN_DICH_VU"
        left[name] = row.get(name, "")
    _set_factor(item, row)
    price = {}
    marks.put_row(price, place, "price")
    services.PRICE.fill(price, row, left)
    return item, price


def _set_factor(item, row):
    """Claim.item.factor is the service ratio times the fund ratio; 1 is left out."""
    ratios = [
        codecs.percent.encode(row[name]) for name in ("TYLE_TT_DV", "TYLE_TT_BH") if row.get(name)
    ]
    if len(ratios) == 2 and None not in ratios and ratios != [1, 1]:
        factor = Decimal(ratios[0]) * ratios[1]
        item["factor"] = int(factor) if factor == factor.to_integral_value() else factor


def _order(of, row, place, key, item, left):
    made = of.start("ServiceRequest", "XML3", key)
    marks.put_row(made, place, "order")
    made["status"] = "completed"
    made["intent"] = "order"
    made["code"] = copy_concept(item["productOrService"])
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    return services.ORDER.fill(made, row, left)


def _report(of, row, place, key, order, left):
    made = report(of, order["code"], row.get("MA_NHOM", "").lstrip("0"), "XML3", key)
    marks.put_row(made, place, "report")
    made["basedOn"] = [{"reference": f"ServiceRequest/{order['id']}"}]
    return services.REPORT.fill(made, row, left)


def report(of, code: dict, group: str, *key: str) -> dict:
    """An empty DiagnosticReport of a service."""
    made = of.start("DiagnosticReport", *key)
    made["status"] = "final"
    section = services.TESTS.get(group)
    if section:
        made["category"] = [{"coding": [{"system": _SECTION, "code": section}]}]
    made["code"] = copy_concept(code)
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    return made


def _procedure(of, row, place, key, order, left):
    made = of.start("Procedure", "XML3", key)
    marks.put_row(made, place, "deed")
    made["basedOn"] = [{"reference": f"ServiceRequest/{order['id']}"}]
    made["status"] = "completed"
    made["code"] = copy_concept(order["code"])
    made["subject"] = of.subject()
    made["encounter"] = of.stay()
    return services.DEED.fill(made, row, left)
