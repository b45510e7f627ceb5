"""Pages of docs/reference that are made from the code: events, permissions, addresses, errors, words.

`bin/haidang handbook` writes them; a test fails when one is out of date.
"""

import json
import tomllib

import click

from haidang.config import discovery, environment
from haidang.kernel import terminal

NOTE = "<!-- Made by `bin/haidang handbook`; change the source, not this page. -->\n"


def pages():
    """Every generated page as {path below the checkout: text}."""
    return {
        "docs/reference/events.md": events_page(),
        "docs/reference/permissions.md": permissions_page(),
        "docs/reference/addresses.md": addresses_page(),
        "docs/reference/errors.md": errors_page(),
        "GLOSSARY.md": glossary_page(),
    }


def events():
    """Every documented event as {full name: Vietnamese title}: rooms' and engines'."""
    found = {}
    for room in discovery.rooms():
        found |= {f"{room.name}.{name}": title for name, title in room.events.items()}
    for module in discovery.modules("events"):
        found |= module.EVENTS
    return dict(sorted(found.items()))


def events_page():
    rows = [f"| `{name}` | {title} |" for name, title in events().items()]
    return _page("Events", "What the ledger records, beside the change it describes.",
                 ["Event", "What happened"], rows)  # fmt: skip


def permissions_page():
    from haidang.engines.access import api as access

    rows = [
        f"| `{name}` | {permission.title} | {', '.join(permission.roles) or '–'} |"
        for name, permission in sorted(access.catalogue().items())
    ]
    return _page("Permissions", "Who may do what. A role holds a permission within its organisation.",
                 ["Permission", "What it allows", "Roles"], rows)  # fmt: skip


def addresses_page():
    rows = [
        f"| `/{route}` | {', '.join(view.methods)} | `{view.permission}` | {view.portal} |"
        for route, view in sorted(_addresses(), key=lambda pair: pair[0])
    ]
    return _page("Addresses", "Every address of the house and the permission it asks for.",
                 ["Address", "Methods", "Permission", "Portal"], rows)  # fmt: skip


def _addresses():
    from django.urls import get_resolver

    waiting = [("", get_resolver().url_patterns)]
    while waiting:
        before, patterns = waiting.pop()
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                waiting.append((route, pattern.url_patterns))
            else:
                yield route, pattern.callback


def errors_page():
    from haidang.portals.gateway.developers import catalogue

    rows = [
        f"| `{one.code}` | {one.status_text} | {_cell(one.english)} | {_cell(one.vietnamese)} |"
        for one in catalogue.entries()
    ]
    return _page("Errors", "The codes that a machine can meet, read out of the code that raises them.",
                 ["Code", "HTTP", "What to do", "Tiếng Việt"], rows)  # fmt: skip


def _cell(sentences):
    return "<br>".join(sentences).replace("|", "\\|")


def glossary_page():
    rows = [
        f"| {term['en']} | {term['vi']} | {term['meaning']} | {term.get('fhir', '')} |"
        for term in sorted(_terms(), key=lambda term: term["en"].lower())
    ]
    return _page("Glossary", "The words of the code, what people in Việt Nam call them, and their FHIR home.",
                 ["English", "Tiếng Việt", "Meaning", "FHIR"], rows)  # fmt: skip


def _terms():
    """Each word once; where two parts explain it, the longer explanation."""
    found = {}
    for path in sorted(discovery.PACKAGE.glob("**/data/terms.toml")):
        for term in tomllib.loads(path.read_text())["term"]:
            before = found.get(term["en"], term)
            found[term["en"]] = max(before, term, key=lambda one: len(one["meaning"]))
    return found.values()


def _page(title, lead, headings, rows):
    head = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    return "\n".join([f"# {title}\n", NOTE, f"{lead}\n", *head, *rows]) + "\n"


@click.command("handbook", cls=terminal.Command)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")
def command(as_json):
    """Write the generated pages of docs/reference and GLOSSARY.md."""
    written = pages()
    for name, text in written.items():
        (environment.CHECKOUT / name).write_text(text)
    lines = {name: text.count("\n") for name, text in written.items()}
    words = "\n".join(f"{name}: {count} lines" for name, count in lines.items())
    click.echo(json.dumps({"lines": lines}) if as_json else words)
