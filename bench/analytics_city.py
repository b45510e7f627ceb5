# ruff: noqa: S608 - SQL over paths and names made here
"""A synthetic city in columns, written by SQL: the shapes of the demo city, at any size.

Nobody in it exists. Numbers come from a hash of the row's number, so two runs write the same.
Ids are as long as the house's own, and rows come in the order of their days, as a feed writes them.
"""

import sys
import time
from dataclasses import dataclass

import duckdb

from haidang.kernel import systems

_VISITS_EACH = 2  # a year
_ROWS_A_FILE = 1_000_000
_GROUP = 122_880
_FACILITIES = 400
_ICD = "['J06.9','I10','E11.9','J20.9','A09.9','K29.7','M17.9','Z34.9','J44.9','A97.0','O80.0','O82.0','N18.3','B01.9']"
_DRUGS = "['Paracetamol 500 mg','Amoxicillin 500 mg','Amlodipin 5 mg','Metformin 500 mg','Cefuroxim 250 mg','Omeprazol 20 mg','Losartan 50 mg']"
_DAY = "strftime(DATE '2026-01-01' + (v * 365 // {visits})::INTEGER, '%Y-%m-%dT09:00:00+07:00')"

_FACILITY = {
    "identifier": {
        "system": f"'{systems.FACILITY}'",
        "value": f"'31' || (100 + h % {_FACILITIES})",
    }
}
_SYNTHETIC = {"tag": {"code": "'synthetic'"}}


# --- observations for the views


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
            FROM range({int(count)}) AS r(i)) TO '{path}' (FORMAT csv, QUOTE '', ESCAPE '', DELIMITER E'\\x01', HEADER false)"""
        )


def typed(connection, path, parquet):
    """The same as columns of the lake."""
    from haidang.engines.analytics.lake import layout

    own = "NULL AS _rid, NULL AS _seq, 1 AS _version, NULL AS _at, false AS _deleted, false AS _replaces, NULL AS _patient, NULL AS _bucket, json AS _body"
    given = f"(SELECT {own} FROM read_ndjson_objects('{path}'))"
    connection.execute(
        f"COPY ({layout.of_text('Observation', given)}) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)"
    )


# --- the city


@dataclass(frozen=True)
class Table:
    """How the rows of a resource type are made.

    row      {element: SQL of a value, or the parts of an element}
    visit    SQL of the number of the visit that row `i` belongs to
    """

    type: str
    rows: int
    row: dict
    visit: str = "i"


def city(people):
    """Write the lake of a city; {resource type: rows}. Progress goes to stderr, with counts."""
    tables = list(_tables(people))
    whole, done = sum(table.rows for table in tables), 0
    began = time.monotonic()
    for table in tables:
        for rows in _write(table, people):
            done += rows
            seconds = round(time.monotonic() - began)
            print(
                f"city: {table.type} · {done:,} of {whole:,} rows · {seconds} s",
                file=sys.stderr,
                flush=True,
            )
    return {table.type: table.rows for table in tables}


def _write(table, people):
    """Files of Parquet by DuckDB, two threads wide, told to the Delta log at the end."""
    from haidang.engines.analytics.lake import layout

    folder = layout.table(table.type)
    folder.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET preserve_insertion_order = true")
        for first in range(1, table.rows + 1, _ROWS_A_FILE):
            after = min(first + _ROWS_A_FILE, table.rows + 1)
            path = folder / f"part-{first:010}.parquet"
            connection.execute(
                f"COPY ({_select(table, people, first, after)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP})"
            )
            yield after - first
    _log(table, folder)


def _log(table, folder):
    """One commit with all files, as the feed writes it: place in the changes, layout."""
    import pyarrow.parquet
    from deltalake import CommitProperties, Schema, Transaction
    from deltalake.transaction import AddAction, create_table_with_add_actions

    from haidang.engines.analytics.lake import layout, tables

    files = sorted(folder.glob("*.parquet"))
    now = int(time.time() * 1000)
    schema = Schema.from_arrow(pyarrow.parquet.read_schema(files[0]))
    create_table_with_add_actions(
        str(folder),
        schema,
        [AddAction(path.name, path.stat().st_size, {}, now, True, "{}") for path in files],
        mode="overwrite",
        partition_by=[],
        commit_properties=CommitProperties(
            app_transactions=[
                Transaction(tables._FEED, table.rows),
                Transaction(tables._LAYOUT, layout.digest(table.type)),
            ]
        ),
    )


def _select(table, people, first, after):
    from haidang.engines.analytics.lake import layout

    parts = ", ".join(
        f'{_column(child, table.row.get(name))} AS "{name}"'
        for name, child in layout.shape(table.type).children.items()
    )
    own = "i AS _rid, i AS _seq, 1::INTEGER AS _version, TIMESTAMPTZ '2026-10-01' AS _at, false AS _deleted, false AS _replaces, pat AS _patient, (pat % 64)::SMALLINT AS _bucket, NULL::VARCHAR AS _body"
    person = "i" if table.type == "Patient" else f"1 + (hash(v + 31) >> 1)::BIGINT % {people}"
    day = "''" if table.type == "Patient" else _DAY.format(visits=people * _VISITS_EACH)
    numbers = f"SELECT i, {table.visit} AS v FROM range({first}, {after}) AS r(i)"
    chance = f"SELECT i, v, (hash(v) >> 1)::BIGINT AS h, (hash(i + 7919) >> 1)::BIGINT AS g, {person} AS pat, {day} AS day FROM ({numbers})"
    return f"SELECT {own}, {parts} FROM ({chance})"


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


def _id(kind, number="i"):
    """An id as long as those of the house; `kind` tells one type's from another's."""
    return f"'{kind:08x}-71d2-7a5c-b0' || format('{{:016x}}', hash({number} + {kind * 10**9}))"


_PATIENT, _ENCOUNTER, _CONDITION, _COVERAGE = 1, 2, 3, 4


def _about(visit="v"):
    return {
        "subject": {"reference": f"'Patient/' || {_id(_PATIENT, 'pat')}"},
        "encounter": {"reference": f"'Encounter/' || {_id(_ENCOUNTER, visit)}"},
        "meta": _SYNTHETIC,
    }


def _tables(people):
    """In the SQL `i` numbers the row, `v` its visit, `h` and `g` are chance of the visit and of
    the row, `pat` is the person and `day` the day."""
    visits = people * _VISITS_EACH
    yield Table("Patient", people, _person())
    yield Table("Encounter", visits, _visit())
    yield Table("Condition", visits, {"id": _id(_CONDITION), **_diagnosis(), **_about()})
    yield Table("Observation", visits, {"id": _id(11), **_measured(), **_about()})
    yield Table("MedicationRequest", 2 * visits, _prescribed(), visit="(i + 1) // 2")
    yield Table("Claim", visits, {"id": _id(12), **_claimed()})
    yield Table("Invoice", visits, {"id": _id(13), **_charged()})
    report = {"category": {"coding": {"code": "'LAB'"}}, "effectiveDateTime": "day"}
    yield Table(
        "DiagnosticReport", visits // 2, {"id": _id(14), **report, **_about()}, visit="2 * i"
    )
    yield Table("Appointment", visits // 20, {"id": _id(17), **_booked()}, visit="20 * i")
    paper = {"date": "day", "custodian": _FACILITY, "attester": {"mode": "'legal'"}}
    yield Table("Composition", visits // 4, {"id": _id(15), **paper, **_about()}, visit="4 * i")


def _person():
    commune = f"""['{{"url":"{systems.extension("commune")}","valueCoding":{{"code":"' || (11100 + h % 114) || '"}}}}']"""
    return {
        "id": _id(_PATIENT, "pat"),
        "gender": "CASE WHEN h % 2 = 0 THEN 'female' ELSE 'male' END",
        "birthDate": "(1930 + g % 96) || '-' || lpad((1 + h % 12)::VARCHAR, 2, '0') || '-' || lpad((1 + g % 28)::VARCHAR, 2, '0')",
        "identifier": {
            "system": f"CASE WHEN h % 10 < 9 THEN '{systems.CITIZEN_ID}' ELSE '{systems.INSURANCE_CARD}' END",
            "value": "lpad(i::VARCHAR, 12, '0')",
        },
        "address": {"extension": commune},
        "telecom": {"system": "CASE WHEN h % 4 > 0 THEN 'phone' END"},
        "meta": _SYNTHETIC,
    }


def _visit():
    ward = "h % 18 = 0"
    discharge = {
        "system": f"'{systems.codes('discharge-type')}'",
        "code": "CASE WHEN g % 30 = 0 THEN '2' ELSE '1' END",
    }
    outcome = f"""['{{"url":"{systems.extension("treatment-outcome")}","valueCoding":{{"code":"' || (1 + g % 5) || '"}}}}']"""
    return {
        "id": _id(_ENCOUNTER),
        "status": "'finished'",
        "class": {"code": f"CASE WHEN {ward} THEN 'IMP' ELSE 'AMB' END"},
        "subject": {"reference": f"'Patient/' || {_id(_PATIENT, 'pat')}"},
        "serviceProvider": _FACILITY,
        "period": {"start": "day", "end": "day"},
        "length": {"value": f"CASE WHEN {ward} THEN 1 + g % 12 ELSE 0 END"},
        "diagnosis": {
            "rank": "1",
            "condition": {"reference": f"'Condition/' || {_id(_CONDITION)}"},
        },
        "hospitalization": {"dischargeDisposition": {"coding": discharge}},
        "extension": outcome,
        "meta": _SYNTHETIC,
    }


def _diagnosis():
    icd = {"system": f"'{systems.ICD10}'", "code": f"({_ICD})[1 + (h // 64) % 14]"}
    return {"code": {"coding": icd}, "recordedDate": "day"}


def _measured():
    """Every fourth an HbA1c, the rest blood pressures."""
    kind = "CASE WHEN i % 4 = 0 THEN 'hba1c' ELSE '85354-9' END"
    upper = {
        "code": {"coding": {"code": "CASE WHEN i % 4 > 0 THEN '8480-6' END"}},
        "valueQuantity": {"value": "100 + g % 80"},
    }
    return {
        "status": "'final'",
        "effectiveDateTime": "day",
        "code": {"coding": {"code": kind}},
        "valueQuantity": {"value": "CASE WHEN i % 4 = 0 THEN 5 + (g % 60) / 10.0 END"},
        "component": upper,
    }


def _prescribed():
    """Two for each visit, on its day."""
    return {
        "id": _id(16),
        "status": "'completed'",
        "intent": "'order'",
        "medicationCodeableConcept": {"text": f"({_DRUGS})[1 + g % 7]"},
        "authoredOn": "day",
        **_about(),
    }


def _claimed():
    card = f"CASE WHEN g % 20 > 0 THEN 'Coverage/' || {_id(_COVERAGE, 'pat')} END"
    item = {
        "category": {"coding": {"code": "(1 + g % 15)::VARCHAR"}},
        "net": {"value": "50000 + g % 900000"},
    }
    return {
        "status": "'active'",
        "created": "day",
        "provider": _FACILITY,
        "patient": {"reference": f"'Patient/' || {_id(_PATIENT, 'pat')}"},
        "insurance": {"coverage": {"reference": card}},
        "total": {"value": "50000 + g % 900000"},
        "item": item,
    }


def _booked():
    return {
        "status": "'booked'",
        "start": "day",
        "participant": {"actor": {"identifier": _FACILITY["identifier"]}},
        "meta": _SYNTHETIC,
    }


def _charged():
    part = "(['insurer','copay','self-pay','other-source'])[1 + g % 4]"
    return {
        "status": "'balanced'",
        "date": "day",
        "issuer": _FACILITY,
        "subject": {"reference": f"'Patient/' || {_id(_PATIENT, 'pat')}"},
        "totalPriceComponent": {
            "code": {"coding": {"code": part}},
            "amount": {"value": "10000 + g % 500000"},
        },
    }
