"""bin/bench documents: signatures a second with a token, and what papers and checks cost.

Keys lie in a token of SoftHSM in a folder of its own; timestamps come from the simulated service in
the same process. Cases: `signatures B-T` (one visible signature, the par is 25/s on two cores),
`signatures B-LT`, `papers` (a typst paper with its places) and `checks` of a B-T paper; each
with its processor time, which tells the cost also on a machine that does other things.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from pathlib import Path


def main(argv):
    options = _parser().parse_args(argv)
    from haidang.engines.documents.tests import token

    if token.missing():
        raise SystemExit(token.missing())
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOFTHSM2_CONF"] = str(Path(folder) / "softhsm2.conf")
        _in_another(_prepare, folder)
        for case in CASES:
            found = _together(case, folder, options)
            _say(case, sum(rate for rate, _ms in found), "1/s", options.processes)
            busy = sum(ms for _rate, ms in found) / len(found)
            _say(f"{case}, processor", busy, "ms each", options.processes)


def _parser():
    parser = argparse.ArgumentParser(prog="bin/bench documents", description=__doc__)
    parser.add_argument("--processes", type=int, default=2, help="signing at the same time (2)")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each case (5)")
    return parser


def _in_another(function, *given):
    """In a process of its own: a token's library is not carried over into children."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, given)


def _together(case, folder, options):
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        return pool.starmap(_rate, [(case, folder, options.seconds)] * options.processes, 1)


def _set_up(folder):
    import django

    django.setup()
    from django.conf import settings

    settings.HAIDANG_SIGNERS = str(Path(folder) / "signers")
    settings.HAIDANG_TRUST = str(Path(folder) / "trust")
    settings.HAIDANG_SYNTHETIC, settings.HAIDANG_TSA = True, ""


def _prepare(folder):
    _set_up(folder)
    from django.conf import settings

    from haidang.engines.documents.tests import house, token

    house.open_in(settings, Path(folder))
    token.make(Path(folder), {"bench": house.made().director})
    token.put_signer(Path(folder) / "signers", "bench", title="Trần Thị Thử")


def _rate(case, folder, seconds):
    """How often one process does a case in a second, and the processor time of each in ms."""
    _set_up(folder)
    act = CASES[case]()
    act()  # fonts, keys, the token's session
    done, begun, busy = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < seconds:
        act()
        done += 1
    rate = done / (time.perf_counter() - begun)
    return rate, 1000 * (time.process_time() - busy) / done


def _signing(level):
    from haidang.engines.documents import api as documents
    from haidang.engines.documents.tests import test_papers

    paper = test_papers.made()
    steps = [documents.Step(documents.signer("bench"), paper.places["person"])]
    return lambda: documents.sign(paper.content, steps, level=level)


def _papers():
    from haidang.engines.documents.tests import test_papers

    return test_papers.made


def _checks():
    from haidang.engines.documents import api as documents

    content = _signing("B-T")()
    return lambda: documents.check(content)


CASES = {
    "signatures B-T": lambda: _signing("B-T"),
    "signatures B-LT": lambda: _signing("B-LT"),
    "papers": _papers,
    "checks": _checks,
}


def _say(case, value, unit, processes):
    told = {"bench": "documents", "case": case, "value": round(value, 1), "unit": unit}
    print(json.dumps(told | {"processes": processes}), flush=True)  # noqa: T201


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
