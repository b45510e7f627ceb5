"""Keeps the English of the house: `python -m haidang.ui.translations extract|compile|check`.

extract   write every new sentence into its part's .po file, and drop those no longer used;
          `extract ui rooms/intake` does these parts only
compile   turn all .po files into .mo, which are not committed
check     name sentences without English, and those of which parts say it differently: they share
          one catalogue at run time, where one English is shown for all (give one a context)
"""

import io
import sys
from collections import defaultdict

from babel.messages import Catalog, mofile, pofile

from haidang.ui import messages

NOISE = tuple(
    f'"{name}'
    for name in (
        "POT-",
        "PO-",
        "Project-Id",
        "Report-Msgid",
        "Last-",
        "Language-Team",
        "Generated-",
    )
)
HEAD = "English of this part of Hải Đăng; the sentences themselves are Vietnamese."


def extract(*wanted, say=print):
    """Bring the catalogues up to date; what has English already keeps it."""
    for part in messages.parts().values():
        if wanted and str(part.folder.relative_to(messages.PACKAGE)) not in wanted:
            continue
        before = load(part.catalogue)
        after = _renewed(part, before)
        if [_as_told(m) for m in before] == [_as_told(m) for m in after]:
            continue
        part.catalogue.parent.mkdir(parents=True, exist_ok=True)
        part.catalogue.write_bytes(_as_file(after))
        say(
            f"{part.catalogue.relative_to(messages.PACKAGE.parent)}: {len(missing(after))} without English"
        )


def compile_all(say=print):
    """Write the .mo file beside each .po file when it is older."""
    done = 0
    for path in sorted(messages.PACKAGE.glob("**/locale/*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with target.open("wb") as file:
            mofile.write_mo(file, load(path))
        done += 1
    if done:
        say(f"translations: {done} catalogues compiled")


def check(say=print):
    """Name each sentence without English, or with two; return how many there are."""
    lacking, torn = untranslated(), differing()
    for message, places in lacking:
        say(f"{places[0][0]}:{places[0][1]}: {message.text!r}")
    for (context, text), told in torn.items():
        means = "; ".join(f"{part} {said!r}" for part, said in told.items())
        say(f"{f'{context}: ' if context else ''}{text!r} is said differently: {means}")
    return len(lacking) + len(torn)


def untranslated():
    """Sentences in use that no catalogue puts into English, with where they stand."""
    known = english()
    return [
        (message, places)
        for part in messages.parts().values()
        for message, places in part.messages.items()
        if not known.get((message.context, message.text))
    ]


def differing(package=messages.PACKAGE):
    """Sentences that parts say differently in English: {(context, sentence): {part: English}}.

    What one part says in one form and another in two (a plural) counts as well. Whoever means
    something else says so with a context.
    """
    told = defaultdict(dict)
    for path in catalogues(package):
        part = str(path.parents[3].relative_to(package))
        for entry in load(path):
            if entry.id and _is_complete(entry):
                told[_key(entry)][part] = entry.string
    return {key: of for key, of in told.items() if len({*of.values()}) > 1}


def unused():
    """Catalogue entries that nothing in their part says any more: (catalogue, sentence)."""
    found = messages.parts()
    return [
        (str(path.relative_to(messages.PACKAGE.parent)), entry.id)
        for path in catalogues()
        for entry in load(path)
        if entry.id and _key(entry) not in _keys(found.get(path.parents[3]))
    ]


def english():
    """All English there is, by context and Vietnamese sentence."""
    known = {}
    for path in catalogues():
        for entry in load(path):
            if entry.id and _is_complete(entry):
                known[_key(entry)] = entry.string
    return known


def catalogues(package=messages.PACKAGE):
    return sorted(package.glob("**/locale/en/LC_MESSAGES/django.po"))


def missing(catalogue):
    return [entry for entry in catalogue if entry.id and not _is_complete(entry)]


def load(path):
    """A .po file, or an empty catalogue where there is none yet."""
    if not path.exists():
        return Catalog(locale="en", domain="django")
    with path.open("rb") as file:
        return pofile.read_po(file, locale="en", domain="django")


def _renewed(part, before):
    after = Catalog(locale="en", domain="django", header_comment=f"# {HEAD}", fuzzy=False)
    english_before = {_key(entry): entry.string for entry in before if entry.id}
    for message, places in sorted(part.messages.items(), key=lambda pair: pair[0].text):
        identity = (message.text, message.plural) if message.plural else message.text
        told = english_before.get((message.context, message.text))
        if isinstance(told, str) == bool(message.plural):
            told = None  # it has become two forms, or one
        after.add(
            identity,
            string=told,
            locations=[(path, None) for path in sorted({path for path, _line in places})],
            context=message.context or None,
        )
    return after


def _as_told(entry):
    return entry.id, entry.string, entry.context, sorted(path for path, _line in entry.locations)


def _as_file(catalogue):
    out = io.BytesIO()
    pofile.write_po(out, catalogue, width=100, omit_header=False, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    # Dates and makers in the header would make two branches collide over nothing.
    return "".join(line for line in lines if not line.startswith(NOISE)).encode()


def _key(entry):
    text = entry.id if isinstance(entry.id, str) else entry.id[0]
    return entry.context or "", text


def _keys(part):
    return {(m.context, m.text) for m in part.messages} if part else set()


def _is_complete(entry):
    told = entry.string if isinstance(entry.string, (list, tuple)) else [entry.string]
    return all(told)


def main(arguments):
    """Do what the command line says; returns the exit code."""
    commands = {"extract": extract, "compile": compile_all, "check": check}
    command, *rest = arguments or ["help"]
    if command not in commands or (rest and command != "extract"):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    return 1 if commands[command](*rest) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
