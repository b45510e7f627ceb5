"""Requests that nobody sends on purpose: what each asks for must be told in an OperationOutcome."""

#: Addresses to GET; whoever answers with more than a refusal answers in FHIR.
PATHS = [
    "Patient/%00", "Patient/a b", "Patient/" + "x" * 300, "Patient/p1/_history/%C2%B2", "Patient/p1/_history/0",
    "Patient/p1/_history/99999999", "Patient/p1/_history/1/2", "Patient/p1/_history?_count=%C2%B2",
    "Patient/p1/_history?_since=x", "Patient/p1/_history?_since=9999", "Patient/p1/_history?_before=999999999999999999",
    "_history?_before=0", "Patient/_history?_count=0", "Patient/p1/Observation/extra", "Patient/%00/Observation",
    "Patient/p1/Observation?status=%00", "Group/x/Patient", "Nothing", "Nothing/1/_history", "Bundle/1", "a/b/c/d/e/f",
    "?_type=Patient", "metadata?mode=x", "$nothing", "Patient/$nothing", "Patient/p1/$nothing", "Patient/$match", "$reindex",
    "Patient?_id=%00", "Patient?_id=a,b,%2C", "Patient?name=%00", "Patient?name=%ff", "Patient?name=%5C", "Patient?name:contains=%25_",
    "Patient?name:missing=x", "Patient?birthdate=0000", "Patient?birthdate=99999", "Patient?birthdate=2020-13-45",
    "Patient?birthdate=ap0001", "Patient?birthdate=ap9999-12-31", "Patient?birthdate=sa9999",
    "Patient?_lastUpdated=9999-12-31T23:59:59.999%2B14:00", "Patient?_lastUpdated=0001-01-01T00:00:00%2B14:00",
    "Observation?value-quantity=1e999999", "Observation?value-quantity=1e-999999", "Observation?value-quantity=NaN",
    "Observation?value-quantity=%E0%A5%A8", "Observation?value-quantity=5.4|||", "Observation?value-quantity=ap1e300",
    "Observation?code=a|b|c", "Observation?code=|", "Observation?code:in=x", "Observation?code:above=x", "Observation?code:of-type=a",
    "Observation?subject=Patient/%00", "Observation?subject:identifier=a|b|c", "Observation?subject:Foo=x",
    "Observation?subject.name.foo=x", "Observation?code-value-quantity=a$b$c", "Observation?code-value-quantity=a$1e9999",
    "Observation?code-value-date=a$9999", "Location?near=x", "Location?near=1|2|3|4|5", "Location?near=1e999|2|3|km",
    "Location?near=nan|nan|nan|km", "Location?near=90|180|0|km", "Patient?_sort=-", "Patient?_sort=,", "Patient?_count=-1",
    "Patient?_count=99999999999999999999999", "Patient?_count=%C2%B2", "Patient?_count=%D9%A1", "Patient?_cursor=x",
    "Patient?_include=*", "Patient?_include=Patient:link:", "Patient?_revinclude=*:*", "Patient?_elements=,", "Patient?_summary=x",
    "Patient?_has:Observation:patient:_has:Observation:patient:code=x", "Patient?_has:Foo:x:y=1", "Patient?_has:=1", "Patient?:exact=1",
    "Patient?.=1", "Patient?a.b.c:d=1", "Patient?_list=%00", "Patient?_list=../x", "Patient?_format=xml",
    "Patient/p1/$everything?_since=x", "Patient/p1/$everything?start=9999&end=0001", "Patient/p1/$everything?_count=%C2%B2",
    "Patient/p1/$everything?_type=%00", "Patient/none/$everything", "Patient/%00/$summary", "DocumentReference/$docref",
    "DocumentReference/$docref?patient=%00", "DocumentReference/$docref?patient=p1&start=x", "ValueSet/$expand",
    "ValueSet/$expand?url=%00", "ValueSet/$expand?url=x&count=-1", "ValueSet/$expand?url=x&offset=%C2%B2", "CodeSystem/$lookup",
    "CodeSystem/$lookup?system=x&code=y&date=99", "CodeSystem/$subsumes?system=x&codeA=%00&codeB=y",
    "ConceptMap/$translate?system=%00&code=%00", "$export?_since=x", "$export?_type=%00", "$export?_typeFilter=x",
    "$export?_typeFilter=Patient%3Fname%3D%00", "$export?_outputFormat=x", "Group/none/$export", "Subscription/%00",
    "Subscription/x/$events?eventsSinceNumber=x", "Subscription?status=x", "Observation/o1/$validate",
]  # fmt: skip

#: Bodies, each wrong in a way of its own, or merely strange.
BODIES = [
    b"", b"{", b"[]", b"null", b'"a"', b"[" * 5000, b'{"a":' * 3000, b"\xff\xfe", b'{"resourceType":1}',
    b'{"resourceType":"Nothing"}', b'{"resourceType":"Patient","id":"\\ud800"}', b'{"resourceType":"Patient","id":"p1","meta":1}',
    b'{"resourceType":"Patient","name":[{"text":"\\u0000"}]}', b'{"resourceType":"Patient","multipleBirthInteger":1e400}',
    b'{"resourceType":"Patient","id":"p1","name":[null]}', b'{"resourceType":"Patient","id":"p1","contained":[{"resourceType":"Patient"}]}',
    b'{"resourceType":"Patient","birthDate":"9999-99-99"}',
    b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e99999}}',
    b'{"resourceType":"Observation","status":"final","code":{"text":"x"},"effectiveDateTime":"0000-01-01"}',
    b'{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"\\u0000","code":"a"}]}}',
    b'{"resourceType":"Bundle"}', b'{"resourceType":"Bundle","type":"message"}', b'{"resourceType":"Bundle","type":"transaction","entry":"x"}',
    b'{"resourceType":"Bundle","type":"transaction","entry":[{}]}',
    b'{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":""}}]}',
    b'{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/%00"}},{"request":1},1,null]}',
    b'{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/p1/_history/99999999999999999999"}}]}',
    b'{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":1,"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}',
    b'{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient"},"request":{"method":"PUT","url":"Patient?identifier=\\u0000"}}]}',
    b'{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","id":"p1"},"request":{"method":"PUT","url":"Patient/p1","ifMatch":"W/\\"\\u00b2\\""}}]}',
    b'{"resourceType":"Parameters"}', b'{"resourceType":"Parameters","parameter":1}',
    b'{"resourceType":"Parameters","parameter":[{"name":"resource"}]}', b'{"resourceType":"Parameters","parameter":[{"name":"operation","part":1}]}',
    b'{"resourceType":"Parameters","parameter":[{"name":1},null,{"name":"url","valueUri":1}]}',
    b'{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient","name":[{"text":"\\u0000"}],"birthDate":"x","identifier":[{"value":1}]}}]}',
]  # fmt: skip

#: Where each body is sent.
RECEIVERS = [
    ("post", ""), ("post", "Patient"), ("put", "Patient/p1"), ("put", "Patient?identifier=a"), ("patch", "Patient/p1"),
    ("put", "Observation/o1"), ("post", "Patient/_search"), ("post", "Patient/$match"), ("post", "Patient/$validate"),
    ("post", "Patient/$merge"), ("post", "ValueSet/$expand"), ("post", "ValueSet/$validate-code"), ("post", "CodeSystem/$lookup"),
    ("post", "ConceptMap/$translate"), ("post", "DocumentReference/$docref"), ("post", "Patient/p1/$everything"),
    ("post", "Patient/p1/$summary"), ("post", "$sql-run"), ("post", "$import"), ("post", "$export"), ("post", "$reindex"),
    ("post", "Subscription"), ("put", "Subscription/x"), ("post", "Subscription/x/$status"),
]  # fmt: skip

#: Methods that an address does not take.
MISTAKEN = [
    ("patch", "Patient"), ("delete", ""), ("put", ""), ("put", "Patient/p1/_history"), ("post", "metadata"),
    ("delete", "Patient"), ("delete", "Patient/none"), ("delete", "Patient?name=%00"), ("delete", "Subscription/x"),
    ("post", "a/b/c/d/e"), ("trace", "Patient"),
]  # fmt: skip

#: Parameters of each operation, and values none of which any of them takes everywhere.
PARAMETERS = {
    "$export": "_since _type _typeFilter _outputFormat _elements patient purpose",
    "$import": "inputFormat inputSource input", "$reindex": "type",
    "Patient/$export": "patient _since", "Patient/$match": "resource count onlyCertainMatches",
    "Patient/$merge": "source-patient source-patient-identifier target-patient target-patient-identifier reason preview",
    "Patient/$unmerge": "source-patient source-patient-identifier reason preview",
    "Patient/p1/$everything": "_since _type _count start end _cursor", "Patient/p1/$summary": "_language",
    "Patient/$summary": "identifier _language", "Observation/$validate": "resource mode profile",
    "DocumentReference/$docref": "patient start end type on-demand",
    "ValueSet/$expand": "url valueSet valueSetVersion context filter count offset date displayLanguage activeOnly"
    " designation includeDesignations includeDefinition exclude-system system-version excludeNested",
    "ValueSet/$validate-code": "url valueSet code system systemVersion display coding codeableConcept date abstract",
    "CodeSystem/$lookup": "code system version coding date displayLanguage property",
    "CodeSystem/$validate-code": "url codeSystem code version display coding codeableConcept date abstract",
    "CodeSystem/$subsumes": "codeA codeB system version codingA codingB",
    "ConceptMap/$translate": "url conceptMap code system version coding codeableConcept targetsystem reverse source target dependency",
    "Subscription/$status": "id status", "$sql-run": "subjectCanonical subjectReference subjectResource _limit _format parameters",
    "$sql-export": "subject _format",
}  # fmt: skip
GIVEN = [
    {"name": "url", "valueUri": "x"}, {"name": "system", "valueUri": "http://hl7.org/fhir/sid/icd-10"},
    {"name": "code", "valueCode": "x"}, {"name": "patient", "valueId": "p1"}, {"name": "codeA", "valueCode": "x"},
    {"name": "codeB", "valueCode": "y"}, {"name": "identifier", "valueString": "a|b"},
    {"name": "source-patient", "valueReference": {"reference": "Patient/p1"}},
    {"name": "target-patient", "valueReference": {"reference": "Patient/p1"}},
    {"name": "resource", "resource": {"resourceType": "Patient", "name": [{"text": "Người Thử"}]}},
]  # fmt: skip
VALUES = [
    {}, {"valueString": None}, {"valueString": {}}, {"valueString": ["x"]}, {"valueString": ""}, {"valueInteger": 7},
    {"valueInteger": -1}, {"valueDecimal": 1.5}, {"valueBoolean": True}, {"valueDateTime": "0001-01-01T00:00:00+14:00"},
    {"valueDateTime": "9999-12-31T23:59:59Z"}, {"valueCoding": {"coding": "x", "code": ["y"]}},
    {"valueCodeableConcept": {"coding": ["x", 1, None]}}, {"valueCodeableConcept": {"coding": [{"code": {}, "system": 1}]}},
    {"valueReference": {"reference": 5}}, {"valueReference": {"reference": "Patient/"}}, {"valueIdentifier": {"system": 1, "value": 2}},
    {"valueIdentifier": {"system": "a,b", "value": "c|d$e\\"}}, {"resource": 1}, {"resource": {"resourceType": "ValueSet", "compose": 1}},
    {"resource": {"resourceType": "ValueSet", "compose": {"include": [1, {"system": 2, "filter": ["x"], "concept": [None]}]}}},
    {"resource": {"resourceType": "Parameters", "parameter": [{"name": "x", "valueX": {}}]}}, {"part": []},
    {"part": [{"name": "type", "valueCode": []}, {"name": "url", "valueUrl": 1}, {"name": "subjectCanonical", "valueUri": {}}]},
]  # fmt: skip
