"""Names of code and identifier systems, each written once."""

BASE = "https://haidang.vn/fhir"


def codes(list_name):
    """The CodeSystem address of a national short list, e.g. `codes("visit-type")`."""
    return f"{BASE}/CodeSystem/{list_name}"


def extension(name):
    """The address of an extension of ours, documented under `docs/reference/`."""
    return f"{BASE}/StructureDefinition/{name}"


def profile(name):
    """The address of a published profile."""
    return f"{BASE}/StructureDefinition/{name}"


def identifier(name):
    """The address of an identifier system of ours."""
    return f"{BASE}/sid/{name}"


def mrn(facility):
    """The patient numbers (mã bệnh nhân, MA_BN) of one facility."""
    return identifier(f"mrn/{facility}")


def visit(facility):
    """The visit numbers (mã liên kết, MA_LK) of one facility."""
    return identifier(f"visit/{facility}")


CITIZEN_ID = identifier("citizen-id")  # số định danh cá nhân, 12 digits
OLD_ID_CARD = identifier("old-id-card")  # CMND, 9 digits
PASSPORT = identifier("passport")
INSURANCE_CARD = identifier("insurance-card")  # mã thẻ BHYT, 15 characters
SOCIAL_INSURANCE = identifier("social-insurance")  # mã số BHXH, 10 digits
FACILITY = identifier("facility")  # mã cơ sở khám chữa bệnh
PRACTICE_LICENCE = identifier("practice-licence")  # số chứng chỉ hoặc giấy phép hành nghề
COMMUNE = identifier("commune")  # mã đơn vị hành chính cấp xã

ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
SNOMED = "http://snomed.info/sct"

ORIGIN = codes("origin")  # where a record comes from; `synthetic` marks demo data
SYNTHETIC = {"system": ORIGIN, "code": "synthetic", "display": "Dữ liệu mô phỏng"}


def is_synthetic(resource):
    """True when a resource carries the mark of synthetic data."""
    tags = resource.get("meta", {}).get("tag", ())
    return any(t.get("system") == ORIGIN and t.get("code") == "synthetic" for t in tags)
