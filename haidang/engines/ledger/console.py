"""`bin/haidang ledger verify`: verify the ledger from a terminal or a scheduled job."""

import json
import sys

import click

from haidang.engines.ledger import api as ledger
from haidang.kernel import errors, terminal

_WORDS = {
    "changed": "a row was changed after it was written",
    "removed": "a row was removed",
    "inserted": "a row came in past the application",
    "leaf_missing": "the tree has a hole at this place",
    "root": "the signed root of this size is not that of the rows",
    "signature": "the signature of this head is not ours",
    "unknown_key": "this head is signed with a key we do not know",
    "nodes": "the kept nodes do not lead to the root",
    "witness": "a head kept outside the database is not in this ledger",
    "saved_head": "the head you gave is not in this ledger",
}


@click.group("ledger", cls=terminal.Group)
def command():
    """The ledger: what happened and who looked, provably unchanged."""


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option("--head", "saved", type=click.File(), help="A tree head saved earlier; must hold.")
@click.option("--seal/--no-seal", default=True, show_default=True, help="Sign what is new first.")
def verify(as_json, saved, seal):
    """Verify that no event and no look was changed, removed or slipped in.

    Exit code 0: everything is as it was written. 1: something is not; each fault is named.
    """
    head = _head(saved)
    if seal:
        ledger.seal()
    show = None if as_json or not sys.stderr.isatty() else _progress
    report = ledger.verify(saved=head, progress=show)
    click.echo(json.dumps(report.as_dict()) if as_json else _sentences(report))
    sys.exit(0 if report.ok else 1)


def _head(file):
    """The saved head in a file, or None without one.

    Raises    Incorrect `ledger.head_unreadable`
    """
    if file is None:
        return None
    try:
        head = json.load(file)
    except ValueError:  # not JSON, or not even text
        head = None
    if not (isinstance(head, dict) and isinstance(head.get("size"), int) and "root" in head):
        raise errors.Incorrect(
            "ledger.head_unreadable",
            f"{file.name} is not a tree head as the page of the ledger gives it. Nothing was verified.",
        )
    return head


def _progress(done, total):
    click.echo(f"\r{done:,} of {total:,} rows", nl=False, err=True)


def _sentences(report):
    lines = [f"{report.checked:,} rows and {report.heads:,} signed heads checked."]
    for fault in report.faults:
        where = " ".join(str(part) for part in (fault.log, fault.seq, fault.detail) if part)
        lines.append(f"{where}: {_WORDS[fault.kind]}")
    if "no_witness" in report.notes:
        lines.append("No heads are kept outside the database on this machine.")
    lines.append("Everything is as it was written." if report.ok else "THE LEDGER IS NOT INTACT.")
    return "\n".join(lines)
