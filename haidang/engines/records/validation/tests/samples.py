"""Sound resources to spoil: the passing examples of the profiles, and a few with everything."""

import copy

from haidang.engines.records.validation.tests import tables
from haidang.kernel import fhirjson

EXAMPLES = [resource for table in tables.every() for resource in table["passes"].values()]
FULL = fhirjson.loads(
    b"""{
  "resourceType": "Observation", "id": "full", "language": "vi",
  "meta": {"profile": ["http://example.vn/p"], "tag": [{"system": "http://example.vn/t", "code": "a"}]},
  "text": {"status": "generated", "div": "<div xmlns=\\"http://www.w3.org/1999/xhtml\\">a</div>"},
  "contained": [{"resourceType": "Device", "id": "meter", "deviceName": [{"name": "m", "type": "other"}]}],
  "extension": [{"url": "http://example.vn/e", "valueDecimal": 1.50},
                {"url": "http://example.vn/n", "extension": [{"url": "a", "valueCode": "b"}]}],
  "status": "final", "_status": {"id": "s"},
  "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "HA"},
  "subject": {"reference": "Patient/1", "display": "A"},
  "device": {"reference": "#meter"},
  "effectiveDateTime": "2024-02-29T10:30:00.123+07:00", "issued": "2024-02-29T10:30:00Z",
  "performer": [{"type": "Practitioner", "identifier": {"system": "http://example.vn/l", "value": "1"}}],
  "component": [
    {"code": {"text": "tam thu"}, "valueQuantity": {"value": 120.0, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
     "referenceRange": [{"low": {"value": 90}, "high": {"value": 140}}]},
    {"code": {"text": "tam truong"}, "valueInteger": 80}]
}"""
)
NAMED = fhirjson.loads(
    b"""{
  "resourceType": "Patient", "name": [{"family": "A", "given": ["B", null], "_given": [null, {"extension": [{"url": "http://example.vn/x", "valueBoolean": true}]}]}],
  "birthDate": "1990", "_birthDate": {"extension": [{"url": "http://example.vn/h", "valueTime": "10:00:00"}]},
  "multipleBirthInteger": 2, "deceasedBoolean": false,
  "contact": [{"name": {"text": "C"}, "gender": "female", "period": {"start": "2020-01", "end": "2021"}}],
  "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "vi"}]}, "preferred": true}],
  "photo": [{"contentType": "image/png", "data": "AAAA"}]
}"""
)


def all_of_them():
    return [copy.deepcopy(each) for each in (*EXAMPLES, FULL, NAMED)]
