"""Scans into searchable PDF/A (nhận dạng chữ): ocrmypdf beside us, with tesseract's Vietnamese.

A scan that was kept waits until the worker reads it. What comes out is another file, under its own
hash, with the text behind the picture; the scan itself stays as it was sent. ocrmypdf runs as a
program of its own, without Ghostscript, so that a picture made to break it breaks nothing of ours.
"""

import logging
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pypdfium2
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.documents import files, models, stores
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors, text

log = logging.getLogger("haidang.documents")
_TRIES, _AGAIN = 3, timedelta(minutes=10)
_LANGUAGES = "vie+eng"
#: What ocrmypdf says when the file, and not the machine, is at fault; no second try helps.
_HOPELESS = {2: "unreadable", 6: "has_text", 8: "locked", 10: "no_pdfa"}
_TOLD = 100_000


@dataclass(frozen=True)
class Recognition:
    """What became of a scan: state is waiting, done, nothing, or failed; `made` is the new file."""

    source: str
    state: str
    made: str
    text: str
    why: str


def is_there():
    """Whether this machine has tesseract."""
    return settings.HAIDANG_OCR and bool(shutil.which("tesseract"))


def recognised(hashes):
    """What is known of scans: {sha256: Recognition}, those never asked for left out."""
    rows = models.Recognition.objects.filter(pk__in=list(hashes))
    return {r.pk: Recognition(r.pk, r.state, r.made, r.text, r.why) for r in rows}


def found_in(words, hashes):
    """Which of some files hold every word in what was read from them; marks or not."""
    rows = models.Recognition.objects.filter(pk__in=list(hashes), state="done")
    for word in text.words(words):
        rows = rows.filter(search__contains=word)
    return set(rows.values_list("pk", flat=True))


def read_waiting():
    """Read one scan that waits, and return how many were settled; without tesseract none is."""
    if not is_there():
        return 0
    with transaction.atomic():
        rows = models.Recognition.objects.select_for_update(skip_locked=True)
        row = rows.filter(state="waiting", next_at__lte=timezone.now()).order_by("next_at").first()
        if row is None:
            return 0
        # Taken for a while: a worker that dies on it leaves it to the next, and not for ever.
        row.tries += 1
        row.next_at = timezone.now() + _AGAIN
        row.save(update_fields=["tries", "next_at"])
    _settle(row)
    return 1


def _settle(row):
    found = models.File.objects.filter(pk=row.pk).first()
    if found is None or found.scan == "infected" or found.destroyed_at:
        row.state = "nothing"
    elif found.scan == "waiting" and files.scanner.is_on():
        row.tries -= 1  # it is not its own fault that nobody has scanned it
    elif row.tries > _TRIES:
        _give_up(row, "killed")  # nobody came back to say what was wrong
    else:
        _read(row, found)
    row.save()


def _give_up(row, why):
    row.state, row.why = "failed", why
    ledger.record("documents.scan.unread", by=actors.SYSTEM, facts={"why": why})


def unread(limit=100):
    """Scans that could not be read, for somebody who can do something: their Recognition."""
    rows = models.Recognition.objects.filter(state="failed").order_by("-next_at")[:limit]
    return [Recognition(r.pk, r.state, r.made, r.text, r.why) for r in rows]


@transaction.atomic
def read_again(sha256, *, by):
    """Let a scan that could not be read be tried anew (đọc lại bản quét).

    Raises    NotFound `documents.scan_unknown` when it did not fail
    Records   event `documents.scan.asked_again`
    """
    rows = models.Recognition.objects.select_for_update()
    row = rows.filter(pk=sha256, state="failed").first()
    if row is None:
        raise errors.NotFound("documents.scan_unknown", _("Không có bản quét nào chờ đọc lại."))
    row.state, row.why, row.tries, row.next_at = "waiting", "", 0, timezone.now()
    row.save()
    ledger.record("documents.scan.asked_again", by=by, facts={"file": sha256})


def _read(row, found):
    store = stores.store()
    with tempfile.TemporaryDirectory(dir=stores.coming()) as folder:
        made = Path(folder) / "made.pdf"
        try:
            with store.on_disk(stores.name_of(row.pk)) as path:
                if found.type == "application/pdf" and _has_text(path):
                    row.state = "nothing"
                    return
                code = _run(path, made, picture=found.type != "application/pdf")
            if code == 0:
                _keep(row, made)
        except subprocess.TimeoutExpired:
            code = -2
        # A scan that is made to break its reader, or a store that is away, ends as a state.
        except (OSError, pypdfium2.PdfiumError, ValueError, MemoryError) as why:
            log.warning("a scan was not read", extra={"facts": {"why": type(why).__name__}})
            code = -1
        if code in _HOPELESS or code and row.tries >= _TRIES:
            _give_up(row, _HOPELESS.get(code, "gave_up"))


def _has_text(path):
    """Whether every page of a PDF has words already."""
    document = pypdfium2.PdfDocument(path)
    try:
        return all(page.get_textpage().count_chars() > 20 for page in document)
    finally:
        document.close()


def _run(source, target, *, picture):
    """ocrmypdf in a process of its own; returns its exit code."""
    more = ["--image-dpi", "200"] if picture else []
    done = subprocess.run(
        [sys.executable, "-m", "ocrmypdf", "--quiet", "--jobs", "1", "-l", _LANGUAGES,
         "--output-type", "pdfa-2", "--pdfa-backend", "internal", "--rasterizer", "pypdfium",
         "--pdf-renderer", "fpdf2", "--skip-text", "--rotate-pages", *more, "--max-image-mpixels", "120",
         "--tesseract-timeout", "120", str(source), str(target)],
        timeout=settings.HAIDANG_OCR_SECONDS,
        capture_output=True,
        check=False,
        env={"PATH": str(Path(shutil.which("tesseract")).parent), "HOME": str(target.parent),
             "OMP_THREAD_LIMIT": "1", "LANG": "C.UTF-8", "TMPDIR": str(target.parent)},
    )  # fmt: skip
    return done.returncode


def _keep(row, made):
    content = made.read_bytes()
    document = pypdfium2.PdfDocument(content)
    row.text = "\n".join(p.get_textpage().get_text_range() for p in document)[:_TOLD]
    document.close()
    row.search = text.fold(row.text)
    row.made = files.keep_made(content, type="application/pdf", by=actors.SYSTEM).sha256
    row.state = "done"
    ledger.record("documents.scan.read", by=actors.SYSTEM, facts={"letters": len(row.text)})
