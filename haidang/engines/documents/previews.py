"""What a file looks like, without opening it on one's own machine (xem trước tệp).

Drawn when somebody asks and kept nowhere: a preview is never older than its file, and nothing is
left of it when the file is destroyed. `drawing.py` draws in a process of its own; no more than two
at a time in one web process, so that previews take no server away from its pages.
"""

import base64
import json
import logging
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.documents import drawing, files, types, word
from haidang.kernel import errors

log = logging.getLogger("haidang.documents")
_MOST_LETTERS = 20_000
_WAIT_S = 5
_desks = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Preview:
    """The first pages as JPEG, or the words of a text; `pages` is how many the file has."""

    pictures: tuple[bytes, ...] = ()
    pages: int = 0
    text: str = ""
    cut: bool = False

    @property
    def addresses(self):
        """The pictures as addresses that a page can show without another request."""
        return [f"data:image/jpeg;base64,{base64.b64encode(one).decode()}" for one in self.pictures]


def preview(sha256, *, own=False):
    """The first pages of a file (xem trước); the caller has checked who may see it.

    own    as `open_file`

    Raises    as `open_file`; RuleBroken `documents.no_preview` for what cannot be shown within the
              bounds; Unavailable `documents.previews_busy`
    """
    kind = files.file(sha256).type
    with files.open_file(sha256, own=own) as opened:
        if kind in types.SCANS:
            return _drawn(opened, kind)
        if kind == types.DOCX:
            return _words(opened.read())
    raise _none()


def _words(content):
    try:
        found = word.text_of_docx(content)
    except errors.HaidangError as why:
        raise _none() from why
    return Preview(text=found[:_MOST_LETTERS], cut=len(found) > _MOST_LETTERS)


def _drawn(opened, kind):
    if not _desks.acquire(timeout=_WAIT_S):
        raise errors.Unavailable(
            "documents.previews_busy", _("Đang có nhiều người xem trước; hãy thử lại sau ít giây.")
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _draw(opened, kind, Path(folder))
    finally:
        _desks.release()


def _draw(opened, kind, folder):
    source = folder / "file"
    source.write_bytes(opened.read())
    try:
        done = subprocess.run(
            [sys.executable, "-I", drawing.__file__, str(source), kind, str(folder)],
            timeout=settings.HAIDANG_PREVIEW_SECONDS,
            capture_output=True,
            check=True,
            env={"OMP_THREAD_LIMIT": "1"},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as why:
        log.warning("a preview was not drawn", extra={"facts": {"why": type(why).__name__}})
        raise _none() from why
    pages = json.loads(done.stdout)["pages"]
    shown = [folder / f"{number}.jpg" for number in range(1, min(pages, drawing.PAGES) + 1)]
    return Preview(tuple(one.read_bytes() for one in shown), pages, cut=pages > len(shown))


def _none():
    return errors.RuleBroken(
        "documents.no_preview", _("Tệp này không xem trước được; hãy tải về để mở.")
    )
