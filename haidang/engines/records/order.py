"""In which order records are locked: what others are about comes before what is about it.

Who writes a visit goes on to what waits for it, and who writes a result looks at its visit. Both
take the visit first, so neither waits for the other in a circle.
"""

from haidang.engines.records import kinds

_FIRST = (
    "Patient", "EpisodeOfCare", "Encounter", "ServiceRequest", "Condition", "SupplyRequest", "Procedure", "Specimen",
    "MedicationRequest", "Media", "MolecularSequence", "Observation", "Appointment", "DiagnosticReport",
)  # fmt: skip
# About anything at all, and so after everything else.
_LAST = (
    "CommunicationRequest", "Communication", "DocumentReference", "QuestionnaireResponse", "Composition",
    "DocumentManifest", "DetectedIssue", "Contract", "Basic", "Task", "MessageHeader", "PaymentNotice", "List",
    "Linkage", "VerificationResult", "AuditEvent", "Provenance",
)  # fmt: skip
_MIDDLE = tuple(name for name in kinds.NAMES if name not in {*_FIRST, *_LAST})
_RANK = {name: rank for rank, name in enumerate((*_FIRST, *_MIDDLE, *_LAST))}
#: By the numbers of `kinds`: the place of each type in the order.
RANKS = tuple(_RANK[name] for name in kinds.NAMES)
