"""bin/bench terminology: look-ups, checks and expansions over everything that can be loaded.

A database of its own is filled with the release folders, HL7's package and, when they are there,
the national catalogues (ICD-10 in two languages). Each question is asked through the FHIR door in
this process, so that what is measured is the server's own time, signing in included. One JSON line
a question: p50 and p95 in milliseconds.
"""

import argparse
import json
import statistics
import sys
import time
from urllib.parse import urlencode

from bench import records

DATABASE = "bench_terminology"
_SCOPES = ["gateway.use_fhir"]
_ALL_ICD = "http://hl7.org/fhir/sid/icd-10?fhir_vs"
_ICD = "http://hl7.org/fhir/sid/icd-10"


def main(argv):
    options = _parser().parse_args(argv)
    records.fresh_database(DATABASE)
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from haidang.engines.access import api as access
    from haidang.engines.terminology import api as terminology
    from haidang.kernel import actor

    settings.ALLOWED_HOSTS = ["testserver"]
    started = time.perf_counter()
    loaded = terminology.load_all(actor.SYSTEM, catalogues=terminology.catalogues_folder())
    _say(
        "load everything",
        rows=sum(one.rows for one in loaded),
        seconds=time.perf_counter() - started,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE terminology_concept")
    from haidang.portals.gateway.fhir import terms

    for case in ("publish as resources", "publish what is unchanged"):
        terms._published.clear()
        started = time.perf_counter()
        terms.publish()
        _say(case, seconds=time.perf_counter() - started)
    _registered, token = access.create_client("bench", _SCOPES, None, actor.SYSTEM)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    for case, address in _questions():
        _measure(client, case, address, options.times)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench terminology", description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="each question (100)")
    return parser


def _questions():
    code = {"system": _ICD, "code": "I10"}
    yield "$lookup", _address("CodeSystem/$lookup", **code)
    yield "$lookup of one property", _address("CodeSystem/$lookup", **code, property="chapter")
    yield "CodeSystem/$validate-code", _address("CodeSystem/$validate-code", url=_ICD, code="I10")
    yield (
        "ValueSet/$validate-code, implicit",
        _address("ValueSet/$validate-code", url=_ALL_ICD, **code),
    )
    gender = {"url": "http://hl7.org/fhir/ValueSet/administrative-gender", "code": "male"}
    gender["system"] = "http://hl7.org/fhir/administrative-gender"
    yield "ValueSet/$validate-code, HL7", _address("ValueSet/$validate-code", **gender)
    yield "$subsumes", _address("CodeSystem/$subsumes", system=_ICD, codeA="A00-A09", codeB="A00.0")
    for words in ("tang huyet ap", "dai thao duong", "diabetes", "benh", "A0"):
        yield (
            f"$expand ICD-10, filter “{words}”",
            _address("ValueSet/$expand", url=_ALL_ICD, filter=words, count=20),
        )
    yield (
        "$expand ICD-10, a page",
        _address("ValueSet/$expand", url=_ALL_ICD, count=50, offset=7000),
    )
    below = f"{_ALL_ICD}=isa/IX"
    yield "$expand a chapter, 100 codes", _address("ValueSet/$expand", url=below, count=100)
    mapped = {"url": "https://haidang.vn/fhir/ConceptMap/icd10-qd4469-tt06", **code}
    yield "$translate", _address("ConceptMap/$translate", **mapped)


def _address(path, **parameters):
    return f"/fhir/{path}?{urlencode(parameters)}"


def _measure(client, case, address, times):
    taken = []
    for _number in range(times + 5):
        started = time.perf_counter()
        answer = client.get(address)
        taken.append((time.perf_counter() - started) * 1000)
    taken = sorted(taken[5:])
    total = json.loads(answer.content).get("expansion", {}).get("total")
    found = {} if total is None else {"total": total}
    _say(
        case,
        status=answer.status_code,
        p50_ms=statistics.median(taken),
        p95_ms=taken[int(0.95 * (len(taken) - 1))],
        **found,
    )


def _say(case, **values):
    line = {"bench": "terminology", "case": case}
    rounded = {k: round(v, 2) if isinstance(v, float) else v for k, v in values.items()}
    print(json.dumps(line | rounded, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
