"""What a person may close of the own record, and to whom (từ chối chia sẻ).

Source: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 (a person may restrict what is done with their data). What a denial binds
and what it does not is decided in docs/decisions/0016.
"""

from dataclasses import dataclass
from datetime import date

from haidang.kernel.errors import RuleBroken

_ = str  # marks sentences that whoever shows them translates

WHOLE, SOME, SENSITIVE = "whole", "some", "sensitive"
#: The parts of a record by which people choose, and the resource types they stand for.
PARTS = {
    "diagnoses": ("Condition", "ClinicalImpression", "FamilyMemberHistory", "RiskAssessment"),
    "medicines": ("MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationAdministration"),
    "results": ("Observation", "DiagnosticReport", "ImagingStudy", "Specimen", "Media"),
    "allergies": ("AllergyIntolerance",),
    "immunizations": ("Immunization", "ImmunizationRecommendation", "ImmunizationEvaluation"),
    "visits": ("Encounter", "EpisodeOfCare", "Procedure", "ServiceRequest", "Appointment"),
    "papers": ("DocumentReference", "Composition", "Binary", "QuestionnaireResponse"),
    "costs": ("Claim", "ClaimResponse", "ExplanationOfBenefit", "Invoice", "ChargeItem"),
}  # fmt: skip
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
#: Labels of what most people want to tell themselves: restricted, and the sensitive topics of HL7.
LABELS = (
    *((CONFIDENTIALITY, code) for code in ("R", "V")),
    *((ACT_CODE, code) for code in ("ETH", "HIV", "MH", "PSY", "SDV", "SEX", "STD", "SUD")),
)


@dataclass(frozen=True)
class Denial:
    """What a person says no to.

    org      code of a facility, or "" for every one
    but      facilities that stay open when every one is meant
    what     `WHOLE`, `SOME` (then `parts`, keys of `PARTS`) or `SENSITIVE`
    until    last day, None for as long as the person does not lift it
    """

    org: str
    but: tuple[str, ...] = ()
    what: str = WHOLE
    parts: tuple[str, ...] = ()
    until: date | None = None

    @property
    def types(self):
        """The resource types closed, sorted; none when not chosen by type."""
        chosen = self.parts if self.what == SOME else ()
        return tuple(sorted(kind for part in chosen for kind in PARTS[part]))


def check(denial, *, today):
    """Refuse a denial that closes nothing.

    Raises    RuleBroken `health_record.denial_over`, `health_record.denial_of_nothing`
    """
    if denial.until is not None and denial.until < today:
        raise RuleBroken(
            "health_record.denial_over", _("Ngày cuối phải là hôm nay hoặc một ngày sau đó.")
        )
    if denial.what == SOME and not denial.parts:
        raise RuleBroken(
            "health_record.denial_of_nothing", _("Hãy chọn ít nhất một phần của hồ sơ để đóng.")
        )


def parts_of(types):
    """(keys of `PARTS` that some types make up, the types left over), for what others wrote too."""
    left, found = set(types), []
    for part, kinds in PARTS.items():
        if left.issuperset(kinds):
            found.append(part)
            left -= set(kinds)
    return found, sorted(left)
