"""Security labels of sensitive categories (nhãn bảo mật): HIV, mental health, substance use, reproductive health, STD.

A label says what a resource would reveal; who may see it is for `access` to decide. The codes are those of HL7 v3 ActCode
(information sensitivity). A category that the principal diagnosis or a programme table names goes on every resource of
the visit, because orders, drugs and bills reveal it as well; one that only another diagnosis names goes on the resources
that speak of diagnoses.

Source    mission of the product (HIV, mental health, reproductive health); Luật phòng, chống HIV/AIDS 2020, on secrecy.
          Ordinary pregnancy and birth carry no label: the maternal programme and the household know of them.
"""

import re

from haidang.engines.exchange.adapters.claims.fhir.build import stay
from haidang.engines.exchange.adapters.claims.fhir.homes.stay import ACT

_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED = {"system": _CONFIDENTIALITY, "code": "R", "display": "Hạn chế"}
CATEGORIES = {
    "HIV": "HIV/AIDS",
    "MH": "Sức khỏe tâm thần",
    "SUD": "Sử dụng chất gây nghiện",
    "SEX": "Sức khỏe sinh sản",
    "STD": "Bệnh lây truyền qua đường tình dục",
}
BY_DIAGNOSIS = (
    ("HIV", re.compile(r"B2[0-4]|Z21|R75|Z20\.?6|Z71\.?7|O98\.?7|F02\.?4")),
    ("SUD", re.compile(r"F1[0-9]|Z72\.?2|Z50\.?[23]")),
    ("MH", re.compile(r"F(?!1)[0-9]|X[67][0-9]|X8[0-4]|Z91\.?5")),
    ("SEX", re.compile(r"O0[0-8]|N46|N97|Z30|Z31|Z32|Z33|Z64\.?0|Z35\.?0")),
    ("STD", re.compile(r"A5[0-9]|A6[0-4]")),
)
_BY_TABLE = {"XML6": "HIV"}
# Resource types that tell the diagnoses of a visit, whatever they are about.
_TELLING = {
    "CarePlan", "Claim", "ClinicalImpression", "Composition", "Condition", "DocumentReference",
    "Encounter", "ServiceRequest",
}  # fmt: skip
# Words that tell of HIV in the name of a test or drug; ingredients that also treat hepatitis B are left out.
_HIV = re.compile(
    r"\b(hiv|arv|dolutegravir|efavirenz|nevirapin|zidovudin|abacavir|lopinavir|atazanavir|darunavir|emtricitabin)",
    re.IGNORECASE | re.ASCII,
)
_NAMES = ("code", "medicationCodeableConcept", "codeCodeableConcept")
_BILLS = ("Claim", "Invoice")


def categories_of(code: str) -> set[str]:
    """The sensitive categories of an ICD-10 code."""
    return {name for name, pattern in BY_DIAGNOSIS if pattern.match(code)}


def put(resources: list[dict], dossier) -> None:
    """Label what a dossier became; `resources` are changed in place."""
    whole, partly = _of_visit(dossier)
    about_hiv = _about_hiv(resources)
    for resource in resources:
        found = set(whole)
        if resource["id"] in about_hiv:
            found.add("HIV")
        if partly and resource["resourceType"] in _TELLING:
            found |= _of_condition(resource) if resource["resourceType"] == "Condition" else partly
        if found:
            _label(resource, found)


def put_by_name(resources: list[dict]) -> None:
    """Label what tells of HIV by its own name; a check-in says no more."""
    about_hiv = _about_hiv(resources)
    for resource in resources:
        if resource["id"] in about_hiv:
            _label(resource, {"HIV"})


def _label(resource, categories):
    found = [{"system": ACT, "code": c, "display": CATEGORIES[c]} for c in sorted(categories)]
    resource.setdefault("meta", {})["security"] = [*found, dict(RESTRICTED)]


def _about_hiv(resources):
    """Ids of tests and drugs whose name tells of HIV, of the results under them, and of the bills that list them."""
    found = set()
    for each in resources:
        concept = next((each[name] for name in _NAMES if name in each), None)
        if concept and _HIV.search(concept.get("text", "")):
            found.add(each["id"])
            found.update(one["reference"].partition("/")[2] for one in each.get("result", ()))
    if found:
        found.update(each["id"] for each in resources if each["resourceType"] in _BILLS)
    return found


def _of_visit(dossier):
    codes = stay.codes_of(dossier.summary)
    principal = dossier.summary.get("MA_BENH_CHINH", "")
    whole = categories_of(principal)
    whole |= {category for table, category in _BY_TABLE.items() if dossier.rows(table)}
    if dossier.summary.get("MA_TAI_NAN") == "6":
        whole.add("MH")
    partly = {name for code in codes for name in categories_of(code)}
    if any(
        row.get("MA_DINH_CHI_THAI") == "1"
        for table in ("XML7", "XML11")
        for row in dossier.rows(table)
    ):
        whole.add("SEX")
    if any(row.get("PHANLOAI_LAO_HIV") == "1" for row in dossier.rows("XML15")):
        partly.add("HIV")
    return whole, partly - whole


def _of_condition(condition):
    return categories_of(condition["code"]["coding"][0]["code"])
