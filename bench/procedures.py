"""bin/bench procedures: lists over very many open dossiers, submissions, and steps beside a clerk's page.

The demo city is filled in a home of its own. The open dossiers are copies of one that went through
the services, written in bulk; those that are submitted and worked on are real ones. JSON lines.
"""

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import threading
import time

from bench import pages

OFFICER, APPLICANT = "motcua.demo", "nguoidan.demo"
PROCEDURE = "dang-ky-hanh-nghe"
_DOSSIERS = """
INSERT INTO procedures_dossier (code, version_id, applicant, applicant_name, on_behalf_of, channel,
  state, response, "case", "order", begun_at, submitted_at, supplements, refusal, result_number,
  result_file, rating, rating_words)
SELECT 'BENCH-' || n, d.version_id, d.applicant || '-' || n %% 20000, d.applicant_name, '', 'online',
  d.state, d.response, 'bench-' || n, '', d.begun_at - n * interval '1 minute',
  d.submitted_at - n * interval '1 minute', '[]', '', '', '', '', ''
FROM procedures_dossier d, generate_series(1, %s) n WHERE d.id = %s
"""
_CASES = """
INSERT INTO workflow_case (id, model_id, title, about, org, state, run, done, outcome, started_at,
  term_amount, term_unit, clock_from, due_at, pause_reason, extended)
SELECT 'bench-' || n, c.model_id, 'BENCH-' || n || ' · ' || c.title, 'Bench/' || n, c.org, c.state,
  c.run, c.done, '', c.started_at - n * interval '1 minute', c.term_amount, c.term_unit, c.clock_from,
  c.due_at - n * interval '1 minute', '', false
FROM workflow_case c, generate_series(1, %s) n WHERE c.id = %s
"""
_TASKS = """
INSERT INTO workflow_task (id, case_id, element, name, role, org, state, holder, holder_name,
  opened_at, due_at, outcome)
SELECT 'bench-' || n, 'bench-' || n, t.element, t.name, t.role, t.org, 'open',
  CASE WHEN n %% 500 = 0 THEN %s ELSE '' END, '', t.opened_at, t.due_at - n * interval '1 minute', '{}'
FROM workflow_task t, generate_series(1, %s) n WHERE t.case_id = %s AND t.state = 'open'
"""


def main(argv):
    options = _parser().parse_args(argv)
    for step in (["migrate", "--quiet"], ["load-reference"], ["demo"]):
        subprocess.run([sys.executable, "-m", "haidang.config.console", *step], check=True)
    import django

    django.setup()
    _fill(options.dossiers)
    server, base = pages.serve()
    try:
        officer = pages.sign_in(base, OFFICER)
        applicant = pages.sign_in(base, APPLICANT)
        for name, client, path in _lists(officer, applicant):
            _say(name, pages.times(client, path, options.requests), options.dossiers)
        _submissions(options.seconds)
        _steps(officer, options.seconds)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench procedures", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=100_000, help="open ones (100000)")
    parser.add_argument("--requests", type=int, default=200, help="of each list (200)")
    parser.add_argument(
        "--seconds", type=float, default=15, help="of submissions and of steps (15)"
    )
    return parser


def _actor(username):
    from haidang.engines.access import api as access

    return access.actor_of(access.Account.objects.get(username=username))


def _fill(wanted):
    """Open dossiers until there are as many as wanted, all waiting at the desk."""
    from django.db import connection

    from haidang.rooms.procedures import models

    have = models.Dossier.objects.filter(code__startswith="BENCH-").count()
    if have >= wanted:
        return
    pattern = models.Dossier.objects.get(pk=_submitted())
    with connection.cursor() as cursor:
        cursor.execute(_DOSSIERS, [wanted, pattern.pk])
        cursor.execute(_CASES, [wanted, pattern.case])
        cursor.execute(_TASKS, [_actor(OFFICER).ref, wanted, pattern.case])
        cursor.execute("ANALYZE procedures_dossier, workflow_case, workflow_task")


def _drafts(count):
    """Dossiers that are filled in and not yet submitted."""
    from django.utils import timezone

    from haidang.rooms.procedures import demo, models, services

    by, found = _actor(APPLICANT), []
    for _ in range(count):
        pk = services.begin(PROCEDURE, by=by, known={}, at=timezone.now())
        posted = {
            f"people.0.{name}": ["1"] for name in ("practitioner", "licence", "position", "hours")
        }
        posted |= {
            f"organisation.{name}": [demo.FILLED[name]]
            for name in ("org_name", "tax_code", "org_address", "head")
        }
        revision = 0
        services.save_answers(pk, posted | {"truthful": ["true"]}, by=by, revision=revision)
        # Only one draft of a procedure is open for a person; the next one is begun beside it.
        models.Dossier.objects.filter(pk=pk).update(applicant=f"{by.ref}-{pk}")
        found.append(pk)
    return found


def _submit(pk):
    from dataclasses import replace

    from django.utils import timezone

    from haidang.engines.forms import models as forms
    from haidang.rooms.procedures import models, services

    by = replace(_actor(APPLICANT), ref=models.Dossier.objects.get(pk=pk).applicant)
    forms.Response.objects.filter(pk=models.Dossier.objects.get(pk=pk).response).update(
        owner=by.ref
    )
    services.submit(pk, by=by, at=timezone.now())


def _submitted():
    (pk,) = _drafts(1)
    _submit(pk)
    return pk


def _lists(officer, applicant):
    return [
        ("work list", officer, "/thu-tuc/viec/"),
        ("work list: held by me", officer, "/thu-tuc/viec/?giu=1"),
        ("catalogue with what is open", officer, "/thu-tuc/soan/"),
        ("one dossier", officer, f"/thu-tuc/viec/{_any_case()}/"),
        ("applicant's procedures and dossiers", applicant, "/thu-tuc/"),
    ]


def _any_case():
    from haidang.engines.workflow import models

    return models.Task.objects.filter(state="open", id__startswith="bench-").first().case_id


def _submissions(seconds):
    done, took = _together(_submit, _drafts(int(seconds * 60)), seconds)
    _rate("submissions accepted", done, took)


def _steps(officer, seconds):
    """Officers finish steps while a clerk looks at the list."""
    from haidang.engines.workflow import models

    pks = _drafts(int(seconds * 30))
    for pk in pks:
        _submit(pk)
    waiting = models.Task.objects.filter(state="open", element="receive")
    ids = list(waiting.exclude(id__startswith="bench-").values_list("id", flat=True))[: len(pks)]
    seen, ended = [], threading.Event()

    def look():
        while not ended.is_set():
            seen.extend(pages.times(officer, "/thu-tuc/viec/", 1, warm=0))

    clerk = threading.Thread(target=look)
    clerk.start()
    done, took = _together(_accept, ids, seconds)
    ended.set()
    clerk.join()
    _rate("steps processed", done, took)
    _say("work list while steps are processed", seen, None)


def _accept(task_id):
    from django.utils import timezone

    from haidang.rooms.procedures import services

    services.decide(task_id, by=_actor(OFFICER), at=timezone.now(), outcome="accept")


def _together(act, things, seconds, processes=2):
    """How many acts two processes did within the time, as two web workers would, and in how long."""
    with multiprocessing.get_context("spawn").Pool(processes, _wake) as pool:
        pool.map(_wake, range(processes))
        started = time.perf_counter()
        done = 0
        for _ in pool.imap_unordered(act, things):
            done += 1
            if time.perf_counter() - started > seconds:
                break
        took = time.perf_counter() - started
        pool.terminate()
    return done, took


def _wake(_number=None):
    import django

    django.setup()


def _say(name, taken, dossiers):
    cuts = statistics.quantiles(taken, n=100)
    line = {"bench": "procedures", "case": name, "requests": len(taken), "dossiers": dossiers,
            "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1)}  # fmt: skip
    print(json.dumps(line), flush=True)


def _rate(name, done, took):
    line = {"bench": "procedures", "case": name, "value": round(done / took, 1), "unit": "/s"}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
