"""`bin/haidang person …`: find a person from a terminal, and build the index again."""

import json
import sys

import click

from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import actor, terminal

NOBODY = 1


@click.group("person", cls=terminal.Group)
def command():
    """People: find them, and keep their index true."""


@command.command()
@click.argument("query")
@click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=20,
    show_default=True,
    help="At most so many people.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
def find(query, limit, as_json):
    """Find people by name (marks or not, perhaps with a year), number, phone or the text of a QR code.

    Results are masked, and the search stands in the access book. Exit code 0: somebody was found.
    1: nobody. 2: the query cannot be read.
    """
    ledger.looked(by=actor.SYSTEM, about=None, what="Tìm người", purpose="records")
    hits = people.find(query, by=actor.SYSTEM, limit=limit)
    click.echo(
        json.dumps([_plain(hit) for hit in hits], ensure_ascii=False) if as_json else _lines(hits)
    )
    sys.exit(0 if hits else NOBODY)


def _plain(hit):
    return {
        "ref": hit.ref, "name": hit.name, "birth_date": hit.birth_date, "sex": hit.sex,
        "masked": hit.masked, "address": hit.address, "deceased": hit.deceased, "score": hit.score,
    }  # fmt: skip


def _lines(hits):
    if not hits:
        return "Nobody found."
    return "\n".join(
        "  ".join(
            filter(None, (hit.ref, hit.name, hit.birth_text, *hit.masked.values(), hit.address))
        )
        for hit in hits
    )


@command.command()
@click.option("--json", "as_json", is_flag=True)
def reindex(as_json):
    """Build the person index again from the Patients; merges, reviews and households stay."""

    def show(done):
        if sys.stderr.isatty():
            click.echo(f"\r{done:,} changes read", nl=False, err=True)

    read = people.reindex(progress=show)
    click.echo(json.dumps({"changes": read}) if as_json else f"{read:,} changes read.")
