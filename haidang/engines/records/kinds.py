"""The resource types of FHIR R4 and the small numbers that stand for them in the tables."""

from django.utils.translation import gettext as _

from haidang.kernel import errors, ids

# The order is the alphabet of R4 4.0.1, which is published and closed. A number is stored in
# every row: a type that ever comes from elsewhere goes to the end.
_ALPHABET = """
Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse
AuditEvent Basic Binary BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement
CarePlan CareTeam CatalogEntry ChargeItem ChargeItemDefinition Claim ClaimResponse
ClinicalImpression CodeSystem Communication CommunicationRequest CompartmentDefinition Composition
ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest
DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis
Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence
EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal
GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice
Library Linkage List Location Measure MeasureReport Media Medication MedicationAdministration
MedicationDispense MedicationKnowledge MedicationRequest MedicationStatement MedicinalProduct
MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication
MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect
MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder Observation
ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner
PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson
RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject
RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen
SpecimenDefinition StructureDefinition StructureMap Subscription SubscriptionStatus Substance
SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription
"""
NAMES = tuple(_ALPHABET.split())
CODES = {name: number for number, name in enumerate(NAMES, 1)}


def code(name):
    """The number of a resource type.

    Raises    Incorrect `records.type_unknown` (facts: type)
    """
    try:
        return CODES[name]
    except (KeyError, TypeError):
        raise errors.Incorrect(
            "records.type_unknown",
            _("Không có loại tài nguyên này trong FHIR R4."),
            type=str(name)[:64],
        ) from None


def name(number):
    return NAMES[number - 1]


def split(ref):
    """`Type/id` as (type, id); what follows a version is left off.

    Raises    Incorrect `records.reference_unreadable`, `records.type_unknown`
    """
    parts = ref.split("/") if isinstance(ref, str) else ()
    versioned = len(parts) == 4 and parts[2] == "_history"
    if (len(parts) != 2 and not versioned) or not ids.is_fhir_id(parts[1]):
        raise errors.Incorrect(
            "records.reference_unreadable",
            _("Tham chiếu phải có dạng Loại/mã, ví dụ Patient/123."),
        )
    code(parts[0])
    return parts[0], parts[1]
