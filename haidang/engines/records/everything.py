"""`$everything`: a person's whole record and what it points at."""

from django.utils.translation import gettext as _

from haidang.engines.records import reading
from haidang.engines.records.binary import FOREVER, NEVER
from haidang.engines.records.index import extractor, moments
from haidang.kernel import errors, fhirjson


def everything(patient_ref, *, types=None, since=None, start=None, end=None):
    """The Patient, the record, and the practitioners, places and others that it names.

    types       only these resource types
    since       only what was written at or after this aware moment
    start, end  FHIR dates: only care within them; what has no date is kept

    Raises      NotFound, Gone as `get`
    """
    patient = reading.get(patient_ref)
    if patient.type != "Patient":
        raise errors.Incorrect("records.not_a_patient", _("Chỉ áp dụng cho Patient."))
    record = reading.compartment(patient.rid, types=types)
    known = [(each, extractor.extract(fhirjson.loads(each.body))) for each in record]
    low = moments.span(start)[0] if start else NEVER
    high = moments.span(end)[1] if end else FOREVER
    kept = [(each, found) for each, found in known if _within(each, found, low, high)]
    if since:
        kept = [(each, found) for each, found in kept if each.at >= since]
    return [*(each for each, found in kept), *_named(kept, record, types, since)]


def _within(stored, found, low, high):
    if stored.type == "Patient" or not found.dates:
        return True
    return any(begin < high and finish > low for _, begin, finish in found.dates)


def _named(kept, record, types, since):
    refs = {"/".join(target) for _, found in kept for _, target in found.references}
    refs -= {each.ref for each in record}
    if types is not None:
        refs = {ref for ref in refs if ref.split("/")[0] in types}
    return [each for each in reading.get_many(refs) if not since or each.at >= since]
