"""python -m simulators.his: write or post the files of a hospital information system that does not exist."""

import argparse
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import chain
from pathlib import Path

from haidang.engines.exchange.adapters.claims import reader
from simulators import his
from simulators.his import faults

_TIMEOUT = 30
_NAMED = 20  # files whose patient is told, so that somebody can look for them afterwards


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 when every file was written or accepted by the server, 1 when a post failed."""
    options = _parser().parse_args(arguments)
    dossiers = his.generate(
        options.seed, options.count, start=options.since, end=options.until, form=options.form
    )
    if options.check_ins:
        dossiers = his.with_check_ins(dossiers)
    files: Iterable[his.File] = his.files(dossiers, per_file=options.per_file)
    if options.faults:
        files = chain(files, (his.File(f.name, f.content) for f in faults.every(options.seed)))
    if options.post:
        return _post(files, options.post, options.token)
    return _write(files, options.out)


def _parser():
    parser = argparse.ArgumentParser(prog="python -m simulators.his", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="how many dossiers (100)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same files (1)")
    parser.add_argument(
        "--form", choices=("4750", "3176"), default="", help="instead of the form of its time"
    )
    parser.add_argument(
        "--since", type=date.fromisoformat, default=his.START, help=f"first day ({his.START})"
    )
    parser.add_argument(
        "--until", type=date.fromisoformat, default=his.END, help=f"last day ({his.END})"
    )
    parser.add_argument("--per-file", type=int, default=1, help="dossiers in one file (1)")
    parser.add_argument(
        "--check-ins", action="store_true", help="write the check-in (XML0) of each visit too"
    )
    parser.add_argument("--faults", action="store_true", help="add one file of every kind of fault")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--out", type=Path, help="folder to write to")
    target.add_argument("--post", metavar="URL", help="address that takes one file per request")
    parser.add_argument("--token", default="", help="bearer token for --post")
    return parser


def _write(files, folder):
    folder.mkdir(parents=True, exist_ok=True)
    count = size = 0
    for file in files:
        (folder / file.name).write_bytes(file.content)
        count, size = count + 1, size + len(file.content)
        if count <= _NAMED:
            print(f"{file.name}  {_patient(file.content)}")
    print(f"{count} files, {size / 2**20:.1f} MB, in {folder}")
    return 0


def _patient(content):
    """Name, birth date and number of whom a file speaks; check-ins and spoilt files may not say."""
    for dossier in reader.read(content).dossiers:
        told = dossier.summary or next(iter(dossier), {})
        born = told.get("NGAY_SINH", "")
        day = f"{born[6:8]}/{born[4:6]}/{born[:4]}" if born else ""
        return "  ".join(filter(None, (told.get("HO_TEN", ""), day, told.get("SO_CCCD", ""))))
    return ""


def _post(files, url, token):
    answers = Counter(_send(file, url, token) for file in files)
    print(", ".join(f"{status}: {count}" for status, count in sorted(answers.items())))
    return 0 if all(status.startswith("2") for status in answers) else 1


def _send(file, url, token):
    """Post one file; the status of the answer, or what kept it from coming."""
    headers = {"Content-Type": "application/xml", "X-File-Name": file.name}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, file.content, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except urllib.error.URLError as error:
        print(f"{file.name}: {error.reason}", file=sys.stderr)
        return "no answer"


if __name__ == "__main__":
    sys.exit(main())
