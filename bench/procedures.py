"""bin/bench procedures: lists over very many open dossiers, submissions, and steps beside a clerk's page.

The demo city is filled in a home of its own. The open dossiers and the register are copies of ones
that went through the services, written in bulk, spread over roles, channels and a year; those that
are submitted and worked on are real. Several processes submit and decide, as web workers do, and
the web server answers beside them. JSON lines.
"""

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import replace

from bench import pages

OFFICER, APPLICANT, DIRECTOR = "motcua.demo", "nguoidan.demo", "giamdocso.demo"
PROCEDURE = "dang-ky-hanh-nghe"
_DOSSIERS = """
INSERT INTO procedures_dossier (code, version_id, applicant, applicant_name, on_behalf_of, submitter,
  submitter_name, basis, contact, channel, clerk, clerk_name, return_way, state, response, "case",
  "order", begun_at, submitted_at, received_at, due_at, returned_to, supplements, refusal,
  result_number, result_file, rating, rating_words)
SELECT 'BENCH-' || n, v.id, 'Patient/bench-' || n %% 20000, 'Người nộp ' || n, '', '', '', 'own',
  d.contact, (ARRAY['online', 'online', 'online', 'counter', 'post'])[1 + n %% 5],
  CASE WHEN n %% 1000 = 0 THEN %s ELSE '' END, '', 'online',
  (ARRAY['submitted', 'processing', 'processing', 'processing', 'supplement'])[1 + n / 7 %% 5],
  d.response, 'bench-' || n, '', s.at, s.at, s.at, s.at + interval '20 days', '', '[]', '', '', '',
  '', ''
FROM procedures_dossier d
CROSS JOIN generate_series(1, %s) n
CROSS JOIN LATERAL (SELECT now() - n * 525600.0 / %s * interval '1 minute' AS at) s
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS many
  FROM procedures_version) v ON v.place = n %% v.many
WHERE d.id = %s
"""
_CASES = """
INSERT INTO workflow_case (id, model_id, title, about, org, state, run, done, outcome, started_at,
  term_amount, term_unit, clock_from, due_at, pause_reason, extended)
SELECT 'bench-' || n, c.model_id, 'BENCH-' || n || ' · ' || split_part(c.title, ' · ', 2),
  'Bench/' || n, c.org, CASE WHEN n / 7 %% 5 = 4 THEN 'paused' ELSE 'running' END, '{}', c.done, '',
  c.started_at - n * interval '1 minute', c.term_amount, c.term_unit, c.clock_from,
  CASE WHEN n / 7 %% 5 < 4 THEN c.due_at - n * interval '1 minute' END, '', false
FROM workflow_case c, generate_series(1, %s) n WHERE c.id = %s
"""
_TASKS = """
INSERT INTO workflow_task (id, case_id, element, name, role, org, state, holder, holder_name,
  opened_at, due_at, outcome)
SELECT 'bench-' || n, 'bench-' || n, t.element, t.name,
  (ARRAY['officer', 'officer', 'officer', 'unit_head', 'director'])[1 + n %% 5], t.org, 'open',
  CASE WHEN n %% 500 = 0 THEN %s ELSE '' END, '', t.opened_at - n * interval '1 minute',
  t.due_at - n * interval '1 minute', '{}'
FROM workflow_task t, generate_series(1, %s) n WHERE t.case_id = %s AND t.state = 'open'
"""
_ENTRIES = """
INSERT INTO procedures_entry (register, dossier_id, number, holder, holder_name, "values", search,
  state, issued_on, valid_until, officer, reason, decision, ended_by)
SELECT 'practitioners', d.id, 'BENCH-' || d.id, d.applicant, d.applicant_name,
  jsonb_build_object('holder', d.applicant_name, 'profession', 'Điều dưỡng'),
  'bench-' || d.id || ' nguoi nop ' || d.id || ' dieu duong',
  CASE WHEN d.id % 10 = 0 THEN 'expired' ELSE 'valid' END,
  (d.submitted_at)::date, (d.submitted_at)::date + 1826, '', '', '', ''
FROM procedures_dossier d WHERE d.code LIKE 'BENCH-%'
"""
_RESPONSES = """
INSERT INTO forms_response (id, version_id, owner, about, answers, revision, saved_at)
SELECT %s || n, version_id, 'Patient/' || %s || n, about, answers, revision, saved_at
FROM forms_response, generate_series(1, %s) n WHERE id = %s
"""
_DRAFTS = """
INSERT INTO procedures_dossier (version_id, applicant, applicant_name, on_behalf_of, submitter,
  submitter_name, basis, contact, channel, clerk, clerk_name, return_way, state, response, "case",
  "order", begun_at, returned_to, supplements, refusal, result_number, result_file, rating,
  rating_words)
SELECT version_id, 'Patient/' || %s || n, applicant_name, '', '', '', 'own', '{}', 'online', '', '',
  'online', 'draft', %s || n, '', '', begun_at, '', '[]', '', '', '', '', ''
FROM procedures_dossier, generate_series(1, %s) n WHERE id = %s RETURNING id
"""


def main(argv):
    options = _parser().parse_args(argv)
    for step in (["migrate", "--quiet"], ["load-reference"], ["demo", "--people", "60"]):
        subprocess.run([sys.executable, "-m", "haidang.config.console", *step], check=True)
    import django

    django.setup()
    started = time.perf_counter()
    _fill(options.dossiers)
    _rate("preparing", options.dossiers, time.perf_counter() - started)
    server, base = pages.serve()
    try:
        clients = {name: pages.sign_in(base, name) for name in (OFFICER, APPLICANT, DIRECTOR)}
        for name, username, path in _lists():
            taken = pages.times(clients[username], path, options.requests)
            _say(name, taken, options.dossiers)
        submitted = _submissions(options.seconds, options.processes)
        _steps(clients[OFFICER], submitted, options)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench procedures", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=100_000, help="open ones (100000)")
    parser.add_argument("--requests", type=int, default=100, help="of each list (100)")
    parser.add_argument("--seconds", type=float, default=15, help="of submissions and steps (15)")
    parser.add_argument("--processes", type=int, default=3, help="that submit and decide (3)")
    parser.add_argument("--steps", type=float, default=22, help="a second, beside the clerk (22)")
    return parser


def _actor(username):
    from haidang.engines.access import api as access

    return access.actor_of(access.Account.objects.get(username=username))


def _fill(wanted):
    """Open dossiers and entries of a register, as many as wanted, in bulk."""
    from django.db import connection, transaction

    from haidang.rooms.procedures import models

    if models.Dossier.objects.filter(code__startswith="BENCH-").count() >= wanted:
        return
    pattern = models.Dossier.objects.get(pk=_submitted())
    officer = _actor(OFFICER).ref
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DOSSIERS, [officer, wanted, wanted, pattern.pk])
        cursor.execute(_CASES, [wanted, pattern.case])
        cursor.execute(_TASKS, [officer, wanted, pattern.case])
        cursor.execute(_ENTRIES)
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE procedures_dossier, procedures_entry, workflow_case, workflow_task"
        )


def _pattern():
    """One draft that is filled in as a person would, for copies to be made of."""
    from django.utils import timezone

    from haidang.rooms.procedures import demo, models, services

    by = _actor(APPLICANT)
    pk = services.begin(PROCEDURE, by=by, known={}, at=timezone.now())
    names = ("practitioner", "licence", "position", "hours")
    posted = {f"people.0.{name}": ["1"] for name in names}
    for name in ("org_name", "tax_code", "org_address", "head"):
        posted[f"organisation.{name}"] = [demo.FILLED[name]]
    revision = _revision(models.Dossier.objects.get(pk=pk).response)
    services.save_answers(pk, posted | {"truthful": ["true"]}, by=by, revision=revision)
    return models.Dossier.objects.get(pk=pk)


def _revision(response):
    from haidang.engines.forms import api as forms

    return forms.fetch(response).revision


def _drafts(count):
    """So many filled-in drafts of as many people, copied in bulk."""
    from django.db import connection

    pattern, mark = _pattern(), f"bench-{time.time_ns()}-"
    with connection.cursor() as cursor:
        cursor.execute(_RESPONSES, [mark, mark, count, pattern.response])
        cursor.execute(_DRAFTS, [mark, mark, count, pattern.pk])
        return [row[0] for row in cursor.fetchall()]


def _submit(pk):
    from django.utils import timezone

    from haidang.rooms.procedures import models, services

    by = replace(_actor(APPLICANT), ref=models.Dossier.objects.get(pk=pk).applicant)
    services.submit(pk, by=by, at=timezone.now())


def _submitted():
    (pk,) = _drafts(1)
    _submit(pk)
    return pk


def _lists():
    from haidang.rooms.procedures import models

    case = models.Dossier.objects.filter(code="BENCH-7").values_list("case", flat=True)[0]
    return [
        ("work list", OFFICER, "/thu-tuc/viec/"),
        ("work list: a leader's", DIRECTOR, "/thu-tuc/viec/"),
        ("work list: held by me", OFFICER, "/thu-tuc/viec/?giu=1"),
        ("one dossier", OFFICER, f"/thu-tuc/viec/{case}/"),
        ("counter, by channel", OFFICER, "/thu-tuc/quay/"),
        ("book of the month", OFFICER, "/thu-tuc/so-theo-doi/"),
        ("catalogue with what is open", OFFICER, "/thu-tuc/soan/"),
        ("register", OFFICER, "/thu-tuc/so-dang-ky/"),
        ("register: ends soon", OFFICER, "/thu-tuc/so-dang-ky/?sap-het=1"),
        ("register: search", OFFICER, "/thu-tuc/so-dang-ky/?q=nguoi+nop+123"),
        ("public register", APPLICANT, "/tra-cuu-so-dang-ky/"),
        ("applicant's procedures and dossiers", APPLICANT, "/thu-tuc/"),
        ("applicant's data store", APPLICANT, "/thu-tuc/kho/"),
    ]


def _submissions(seconds, processes):
    """How many are accepted a second; the ones that were are returned to be worked on."""
    drafts = _drafts(int(seconds * 150))
    done, took = _together(_submit, drafts, seconds, processes)
    _rate("submissions accepted", done, took)
    return drafts[: done + 2 * processes]


def _steps(officer, pks, options):
    """Officers finish steps, at a steady pace, while a clerk looks at the list and at a dossier."""
    from haidang.engines.workflow import models
    from haidang.rooms.procedures import models as dossiers

    cases = dossiers.Dossier.objects.filter(pk__in=pks).exclude(case="").values("case")
    waiting = models.Task.objects.filter(case__in=cases, state="open", element="receive")
    ids = list(waiting.values_list("id", flat=True))
    seen, ended = [], threading.Event()

    def look():
        while not ended.is_set():
            seen.extend(pages.times(officer, "/thu-tuc/viec/", 1, warm=0))
            time.sleep(0.1)  # a clerk reads what came

    clerk = threading.Thread(target=look)
    clerk.start()
    done, took = _together(_accept, ids, options.seconds, options.processes, pace=options.steps)
    ended.set()
    clerk.join()
    _rate("steps processed beside a clerk", done, took)
    _say("work list while steps are processed", seen, options.dossiers)
    rest = ids[done + 2 * options.processes + 50 :]
    _rate("steps processed, as many as go", *_together(_accept, rest, 5, options.processes))


def _accept(task_id):
    from django.utils import timezone

    from haidang.rooms.procedures import services

    services.decide(task_id, by=_actor(OFFICER), at=timezone.now(), outcome="accept")


def _together(act, things, seconds, processes, *, pace=None):
    """How many acts some processes did within the time, as web workers would, and in how long.

    pace    how many begin in a second; None for as many as go
    """
    first, things = things[: 2 * processes], things[2 * processes :]
    with multiprocessing.get_context("spawn").Pool(processes, _wake) as pool:
        pool.map(act, first, chunksize=1)  # a web worker has answered before, and has all it needs
        started, done = time.perf_counter(), 0
        for _ in pool.imap(act, _paced(things, started, seconds, pace)):
            done += 1
            if time.perf_counter() - started > seconds:
                break
        took = time.perf_counter() - started
        pool.terminate()
    return done, took


def _paced(things, started, seconds, pace):
    """Things, each when its time has come; none after the end."""
    for number, thing in enumerate(things):
        if pace:
            time.sleep(max(0, started + number / pace - time.perf_counter()))
        if time.perf_counter() - started > seconds:
            return
        yield thing


def _wake():
    import django

    django.setup()


def _say(name, taken, dossiers):
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else taken * 99
    line = {"bench": "procedures", "case": name, "requests": len(taken), "dossiers": dossiers,
            "p50_ms": round(cuts[49], 1), "p95_ms": round(cuts[94], 1)}  # fmt: skip
    print(json.dumps(line), flush=True)


def _rate(name, done, took):
    line = {"bench": "procedures", "case": name, "value": round(done / took, 1), "unit": "/s",
            "took_s": round(took, 1)}  # fmt: skip
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
