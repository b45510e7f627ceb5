"""Files under the hash of their content: kept once, never changed, given out when clean.

A file is written beside its place, flushed to the disk and moved there in one step, so that a
place holds a whole content or none, whatever happens in between. `stores` says where that is.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import models, retention, scanner, stores, types
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

_PIECE = 1024 * 1024
_BATCH = 20


@dataclass(frozen=True)
class File:
    """A content that was kept; `named_so` is False when its name said it was something else."""

    sha256: str
    size: int
    type: str
    scan: str
    named_so: bool = True


def keep(pieces, *, name, by, into=None):
    """Keep a file that was sent (lưu tệp), whatever it is called, and return what it is.

    pieces    an iterable of bytes, such as the chunks of an upload
    into      (about, kind): the matter under which it is filed, as `hold`; a content that somebody
              keeps without one is never destroyed by rule

    Raises    TooLarge `documents.too_large`; Incorrect `documents.empty`,
              `documents.type_unknown`, `documents.locked`, `documents.too_old`,
              `documents.broken`; RuleBroken `documents.infected`, and then it is in quarantine
              and nowhere else (outside a transaction, which would take the note of it back)
    Records   event `documents.file.kept`, or `documents.file.quarantined` (facts: virus)
    """
    beside = _write(pieces)
    try:
        digest, size = beside.name.partition("-")[0], beside.stat().st_size
        kind = types.of(beside, name)
        known = models.File.objects.filter(pk=digest).first()
        state, virus = (known.scan, known.virus) if known else _scanned(beside)
        told = {"size": size, "type": kind.type, "scan": state, "virus": virus, "by_ref": by.ref}
        row = _put(beside, digest, told, by=by, into=into)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
    if row.scan == "infected":
        raise errors.RuleBroken(
            "documents.infected", _("Tệp có mã độc nên không được nhận; hãy gửi bản khác.")
        )
    if settings.HAIDANG_OCR and row.type in types.SCANS:
        models.Recognition.objects.get_or_create(pk=row.pk)
    return File(row.pk, row.size, row.type, row.scan, kind.named_so)


@transaction.atomic
def _put(beside, digest, told, *, by, into):
    """Put a content where it belongs; one that was destroyed is kept anew, however far its end had come.

    Under the lock that a destruction takes, so that none of it comes between the bytes and the row.
    """
    rows = models.File.objects.select_for_update()
    row = rows.filter(pk=digest).first()
    _settle(beside, digest, infected=told["scan"] == "infected")
    if row is None:
        row, new = rows.get_or_create(pk=digest, defaults=told | {"unfiled": into is None})
        if new:
            _note(row, by)
    if row.destroyed_at:
        row.destroyed_at, row.content_gone = None, False
        models.Recognition.objects.filter(pk=digest).delete()
        row.save(update_fields=["destroyed_at", "content_gone"])
    if into is None and not row.unfiled:
        row.unfiled = True
        row.save(update_fields=["unfiled"])
    if into is not None and row.scan != "infected":
        retention.hold([digest], about=into[0], kind=into[1])
    return row


def _write(pieces):
    """The content in a file beside the others, named after its hash; removed by the caller."""
    folder = stores.coming()
    most, digest, size = settings.HAIDANG_FILE_MB * 1024 * 1024, hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    raise errors.TooLarge(
                        "documents.too_large",
                        _("Tệp lớn hơn {most} MB; hãy giảm dung lượng rồi gửi lại.").format(
                            most=settings.HAIDANG_FILE_MB
                        ),
                    )
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise errors.Incorrect("documents.empty", _("Tệp rỗng; hãy chọn lại tệp."))
        named = folder / f"{digest.hexdigest()}-{Path(temporary).name}"
        Path(temporary).rename(named)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return named


def _scanned(path):
    if not scanner.is_on():
        return "waiting", ""
    try:
        virus = scanner.scan(path)
    except scanner.Down:
        return "waiting", ""
    return ("infected", virus) if virus else ("clean", "")


def _settle(beside, digest, *, infected):
    stores.store().put(beside, stores.name_of(digest, infected=infected))


def _note(row, by):
    if row.scan == "infected":
        facts = {"virus": row.virus, "size": row.size}
        ledger.record("documents.file.quarantined", by=by, facts=facts)
    else:
        facts = {"type": row.type, "size": row.size, "scan": row.scan}
        ledger.record("documents.file.kept", by=by, facts=facts)


def keep_made(content, *, type, by, into=None):
    """Keep a file that we made ourselves, such as a paper; it needs no scan.

    into      as `keep`

    Records   event `documents.file.kept`
    """
    beside = _write([content])
    try:
        digest = beside.name.partition("-")[0]
        told = {"size": len(content), "type": type, "scan": "clean", "by_ref": by.ref}
        row = _put(beside, digest, told, by=by, into=into)
    finally:
        beside.unlink(missing_ok=True)
    return File(row.pk, row.size, row.type, row.scan)


def file(sha256):
    """What is known of a content.

    Raises    NotFound `documents.file_unknown`
    """
    row = models.File.objects.filter(pk=sha256).first()
    if row is None:
        raise errors.NotFound("documents.file_unknown", _("Không có tệp này."))
    return File(row.pk, row.size, row.type, row.scan)


def open_file(sha256, *, own=False):
    """The content, open for reading; the caller has checked who may see it.

    own    the reader sent it: then it is given back before it was scanned

    Raises    NotFound `documents.file_unknown`; Gone `documents.destroyed`; Unavailable
              `documents.not_scanned`; NotAllowed
              `documents.infected`; Unavailable `documents.content_lost` when the disk has it no more
    """
    found = file(sha256)
    if models.File.objects.filter(pk=sha256).exclude(destroyed_at=None).exists():
        raise errors.Gone("documents.destroyed", _("Tệp này đã bị huỷ theo thời hạn bảo quản."))
    if found.scan == "infected":
        raise errors.NotAllowed("documents.infected", _("Tệp này đang bị cách ly vì có mã độc."))
    if found.scan == "waiting" and not own and scanner.is_on():
        raise errors.Unavailable(
            "documents.not_scanned", _("Tệp đang chờ quét mã độc; hãy thử lại sau ít phút.")
        )
    try:
        return stores.store().open(stores.name_of(sha256))
    except FileNotFoundError as why:
        raise errors.Unavailable(
            "documents.content_lost", _("Không đọc được tệp trên kho lưu trữ; hãy báo quản trị.")
        ) from why


def scan_waiting():
    """Scan what came while the scanner was not there, and return how many were settled."""
    if not scanner.is_on():
        return 0
    done, store = 0, stores.store()
    for row in models.File.objects.filter(scan="waiting").order_by("kept_at")[:_BATCH]:
        try:
            with store.on_disk(stores.name_of(row.pk)) as path:
                row.virus = scanner.scan(path)
        except scanner.Down:
            return done
        row.scan = "infected" if row.virus else "clean"
        if row.virus:
            store.move(stores.name_of(row.pk), stores.name_of(row.pk, infected=True))
            _note(row, actors.SYSTEM)
        row.save(update_fields=["scan", "virus"])
        done += 1
    return done
