"""A synthetic city in columns, written by SQL: the shapes of the demo city, at any size.

Nobody in it exists. Numbers come from a hash of the row's number, so two runs write the same.
"""

import duckdb

from haidang.kernel import systems

_VISITS_EACH = 2  # a year
_BATCH = 100_000
_ICD = "['J06.9','I10','E11.9','J20.9','A09.9','K29.7','M17.9','Z34.9','J44.9','A97.0','O80.0','O82.0','N18.3','B01.9']"
_DRUGS = "['Paracetamol 500 mg','Amoxicillin 500 mg','Amlodipin 5 mg','Metformin 500 mg','Cefuroxim 250 mg','Omeprazol 20 mg','Losartan 50 mg']"


_FACILITY = {
    "identifier": {
        "system": f"'{systems.FACILITY}'",
        "value": "'31Z' || lpad((h % 40)::VARCHAR, 2, '0')",
    }
}
_SYNTHETIC = {"tag": {"code": "'synthetic'"}}


def observations(path, count):
    """Observations as JSON lines, about 700 bytes each."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT '{{"resourceType":"Observation","id":"o' || i || '","meta":{{"versionId":"1","lastUpdated":"2026-03-01T00:00:00Z","tag":[{{"system":"{systems.BASE}/CodeSystem/origin","code":"synthetic"}}]}},"status":"final",'
            || '"category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}}]}}],'
            || '"code":{{"coding":[{{"system":"http://loinc.org","code":"' || (['718-7','2345-7','29463-7','4548-4'])[1 + i % 4] || '","display":"Kết quả"}}],"text":"Kết quả"}},'
            || '"subject":{{"reference":"Patient/p' || i % 50000 || '"}},"encounter":{{"reference":"Encounter/e' || i % 90000 || '"}},'
            || '"effectiveDateTime":"2026-0' || 1 + i % 9 || '-1' || i % 10 || 'T08:00:00+07:00",'
            || '"valueQuantity":{{"value":' || (i % 1000) / 10.0 || ',"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}},'
            || '"referenceRange":[{{"low":{{"value":3.9}},"high":{{"value":6.1}}}}],"note":[{{"text":"Mẫu không tan máu"}}]}}' AS json
            FROM range({int(count)}) AS r(i)) TO '{path}' (FORMAT csv, QUOTE '', ESCAPE '', DELIMITER E'\\x01', HEADER false)"""  # noqa: S608 - made here
        )


def typed(connection, path, parquet):
    """The same as columns of the lake."""
    from haidang.engines.analytics.lake import layout

    own = "NULL AS _rid, NULL AS _seq, 1 AS _version, NULL AS _at, false AS _deleted, false AS _replaces, NULL AS _patient, NULL AS _bucket, json AS _body"
    given = f"(SELECT {own} FROM read_ndjson_objects('{path}'))"  # noqa: S608 - made here
    connection.execute(
        f"COPY ({layout.of_text('Observation', given)}) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)"
    )


def city(people):
    """Write the lake of a city; {resource type: rows}."""
    found = {}
    for type, count, row in _parts(people):
        found[type] = count
        _write(type, count, row)
    return found


def _write(type, count, row):
    from haidang.engines.analytics.lake import layout, tables

    parts = ", ".join(
        f'{_column(child, row.get(name))} AS "{name}"'
        for name, child in layout.shape(type).children.items()
    )
    own = "i AS _rid, i AS _seq, 1::INTEGER AS _version, TIMESTAMPTZ '2026-10-01' AS _at, false AS _deleted, false AS _replaces, pat AS _patient, (pat % 64)::SMALLINT AS _bucket, NULL::VARCHAR AS _body"
    base = f"SELECT i, (hash(i) >> 1)::BIGINT AS h, (hash(i + 7919) >> 1)::BIGINT AS g, {row['']} AS pat FROM range(1, {count + 1}) AS r(i)"  # noqa: S608 - made here
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET preserve_insertion_order = false")
        reader = connection.sql(f"SELECT {own}, {parts} FROM ({base})").to_arrow_reader(_BATCH)  # noqa: S608 - made here
        tables._write(type, reader, "overwrite", count)


def _column(shape, given):
    """SQL of a column: a text is the SQL of a value, a dictionary the parts of an element."""
    from haidang.engines.analytics.views import duckdb_sql

    kind = duckdb_sql.column_type(shape)
    if given is None:
        return f"NULL::{kind}"
    if isinstance(given, str):
        return f"CAST({given} AS {kind})"
    parts = ", ".join(
        f'"{name}": {_column(child, given.get(name))}' for name, child in shape.children.items()
    )
    found = f"{{{parts}}}"
    return f"[{found}]" if shape.many else found


def _person():
    commune = f"""['{{"url":"{systems.extension("commune")}","valueCoding":{{"code":"' || (11100 + h % 114) || '"}}}}']"""
    return {
        "": "i",
        "id": "'p' || i",
        "gender": "CASE WHEN h % 2 = 0 THEN 'female' ELSE 'male' END",
        "birthDate": "(1930 + g % 96) || '-' || lpad((1 + h % 12)::VARCHAR, 2, '0') || '-' || lpad((1 + g % 28)::VARCHAR, 2, '0')",
        "identifier": {
            "system": f"CASE WHEN h % 10 < 9 THEN '{systems.CITIZEN_ID}' ELSE '{systems.INSURANCE_CARD}' END",
            "value": "'x' || i",
        },
        "address": {"extension": commune},
        "telecom": {"system": "CASE WHEN h % 4 > 0 THEN 'phone' END"},
        "meta": {"tag": {"code": "'synthetic'"}},
    }


def _about(visit="i"):
    return {
        "subject": {"reference": "'Patient/p' || pat"},
        "encounter": {"reference": f"'Encounter/e' || {visit}"},
        "meta": {"tag": {"code": "'synthetic'"}},
    }


def _day(number="h"):
    return f"'2026-' || lpad((1 + {number} % 12)::VARCHAR, 2, '0') || '-' || lpad((1 + {number} // 16 % 28)::VARCHAR, 2, '0') || 'T09:00:00+07:00'"


def _parts(people):
    """(type, rows, {element: SQL}) of each table.

    In the SQL `i` numbers the row, `h` and `g` are its chance, `pat` is its person.
    """
    visits, patient = people * _VISITS_EACH, f"1 + (i * 7) % {people}"
    yield "Patient", people, _person()
    yield "Encounter", visits, {"": patient, **_visit()}
    yield "Condition", visits, {"": patient, "id": "'c' || i", **_diagnosis(), **_about()}
    yield "Observation", visits, {"": patient, "id": "'o' || i", **_measured(), **_about()}
    yield (
        "MedicationRequest",
        2 * visits,
        {"": f"1 + (((i + 1) // 2) * 7) % {people}", **_prescribed()},
    )
    yield "Claim", visits, {"": patient, "id": "'k' || i", **_claimed()}
    yield "Invoice", visits, {"": patient, "id": "'n' || i", **_charged()}
    report = {
        "category": {"coding": {"code": "'LAB'"}},
        "effectiveDateTime": _day(),
        **_about("(2 * i)"),
    }
    yield "DiagnosticReport", visits // 2, {"": patient, "id": "'d' || i", **report}
    paper = {
        "date": _day(),
        "custodian": _FACILITY,
        "attester": {"mode": "'legal'"},
        **_about("(4 * i)"),
    }
    yield "Composition", visits // 4, {"": patient, "id": "'s' || i", **paper}


def _visit():
    ward = "h % 18 = 0"
    discharge = {
        "system": f"'{systems.codes('discharge-type')}'",
        "code": "CASE WHEN g % 30 = 0 THEN '2' ELSE '1' END",
    }
    return {
        "id": "'e' || i",
        "status": "'finished'",
        "class": {"code": f"CASE WHEN {ward} THEN 'IMP' ELSE 'AMB' END"},
        "subject": {"reference": "'Patient/p' || pat"},
        "serviceProvider": _FACILITY,
        "period": {"start": _day(), "end": _day()},
        "length": {"value": f"CASE WHEN {ward} THEN 1 + g % 12 ELSE 0 END"},
        "diagnosis": {"rank": "1", "condition": {"reference": "'Condition/c' || i"}},
        "hospitalization": {"dischargeDisposition": {"coding": discharge}},
        "meta": _SYNTHETIC,
    }


def _diagnosis():
    icd = {"system": f"'{systems.ICD10}'", "code": f"({_ICD})[1 + (h // 64) % 14]"}
    return {"code": {"coding": icd}, "recordedDate": _day()}


def _measured():
    """Every fourth an HbA1c, the rest blood pressures."""
    kind = "CASE WHEN i % 4 = 0 THEN 'hba1c' ELSE '85354-9' END"
    systolic = {
        "code": {"coding": {"code": "CASE WHEN i % 4 > 0 THEN '8480-6' END"}},
        "valueQuantity": {"value": "100 + g % 80"},
    }
    return {
        "status": "'final'",
        "effectiveDateTime": _day(),
        "code": {"coding": {"code": kind}},
        "valueQuantity": {"value": "CASE WHEN i % 4 = 0 THEN 5 + (g % 60) / 10.0 END"},
        "component": systolic,
    }


def _prescribed():
    """Two for each visit, on its day."""
    return {
        "id": "'m' || i",
        "status": "'completed'",
        "intent": "'order'",
        "medicationCodeableConcept": {"text": f"({_DRUGS})[1 + g % 7]"},
        "authoredOn": _day("((hash((i + 1) // 2) >> 1)::BIGINT)"),
        **_about("((i + 1) // 2)"),
    }


def _claimed():
    insured = {"coverage": {"reference": "CASE WHEN g % 20 > 0 THEN 'Coverage/v' || pat END"}}
    item = {
        "category": {"coding": {"code": "(1 + g % 15)::VARCHAR"}},
        "net": {"value": "50000 + g % 900000"},
    }
    return {
        "status": "'active'",
        "created": _day(),
        "provider": _FACILITY,
        "patient": {"reference": "'Patient/p' || pat"},
        "insurance": insured,
        "total": {"value": "50000 + g % 900000"},
        "item": item,
    }


def _charged():
    part = "(['insurer','copay','self-pay','other-source'])[1 + g % 4]"
    return {
        "status": "'balanced'",
        "date": _day(),
        "issuer": _FACILITY,
        "subject": {"reference": "'Patient/p' || pat"},
        "totalPriceComponent": {
            "code": {"coding": {"code": part}},
            "amount": {"value": "10000 + g % 500000"},
        },
    }
