"""Where an import reads: files, buckets and web servers that the installation has named.

Nothing is read from anywhere else: whoever may ask for an import could otherwise have the house
fetch what only the house can reach.
"""

import codecs
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.records.bulk import storage, unpacking
from haidang.kernel import errors

LONGEST_LINE = 64 * 1024 * 1024
_PIECE = 1024 * 1024
_TIMEOUT_S = 60.0
_PACKED = "gzip "  # how the mark of a compressed file begins


def allowed(url):
    """True when the installation lets an import read this address (`HAIDANG_IMPORT_FROM`)."""
    try:
        return any(_within(url, place) for place in settings.HAIDANG_IMPORT_FROM)
    except ValueError:  # no address at all: half an IPv6 address, a NUL in a path
        return False


def _within(url, place):
    if _is_path(place):
        return _is_path(url) and _path(url).resolve().is_relative_to(_path(place).resolve())
    asked, given = urlsplit(url), urlsplit(place)
    same = (asked.scheme, asked.netloc) == (given.scheme, given.netloc) and asked.netloc
    folder = given.path.rstrip("/") + "/"
    climbs = ".." in unquote(asked.path).split("/")
    return bool(same) and "@" not in asked.netloc and not climbs and asked.path.startswith(folder)


def _is_path(url):
    return url.startswith(("/", "file:///"))


def _path(url):
    return Path(unquote(url.removeprefix("file://")))


def open_at(url, offset, mark):
    """(pieces of bytes from an offset on, mark of the content).

    A file compressed with gzip, which its first bytes tell whatever its name, is given unpacked;
    the offset is one of what is in it, and it is read from its beginning to get there.

    mark      what an earlier opening gave; "" at first

    Raises    Conflict `records.source_changed` when the content is another than before;
              Unavailable `records.source_closed` when it cannot be read; on the way what
              `unpacking.unpacked` raises
    """
    if mark.startswith(_PACKED):
        pieces, fresh = _opened(url, 0, mark.removeprefix(_PACKED))
        return unpacking.behind(unpacking.unpacked(pieces), offset), _PACKED + fresh
    pieces, fresh = _opened(url, offset, mark)
    if offset:
        return pieces, fresh
    first = _beginning(pieces)
    pieces = chain([first], pieces)
    if first.startswith(unpacking.MAGIC):
        return unpacking.unpacked(pieces), _PACKED + fresh
    return pieces, fresh


def _beginning(pieces):
    """Enough to see what it is, of pieces that may be as short as the network makes them."""
    found = b""
    while len(found) < len(unpacking.MAGIC) and (piece := next(pieces, b"")):
        found += piece
    return found


def _opened(url, offset, mark):
    try:
        if _is_path(url):
            return _from_path(url, offset, mark)
        if url.startswith("s3://"):
            return _from_bucket(url, offset, mark)
        return _from_web(url, offset, mark)
    except OSError as why:
        raise closed(url) from why


def _from_path(url, offset, mark):
    path = _path(url)
    file = open(path, "rb")  # noqa: SIM115 closed by who reads its pieces
    about = path.stat()
    fresh = _same(mark, f"{about.st_size}-{about.st_mtime_ns}")
    file.seek(offset)
    return _pieces(file, url), fresh


def _from_bucket(url, offset, mark):
    files, path = storage.bucket_of(url)
    about = files.get_file_info(path)
    fresh = _same(mark, f"{about.size}-{about.mtime_ns}")
    file = files.open_input_file(path)
    file.seek(offset)
    return _pieces(file, url), fresh


def _from_web(url, offset, mark):
    import httpx2

    client = httpx2.Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False)
    headers = {"Accept": "application/fhir+ndjson", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    try:
        answer = client.send(client.build_request("GET", url, headers=headers), stream=True)
    except httpx2.HTTPError as why:
        client.close()
        raise closed(url) from why
    # Read as it comes: what the server packs for the way is gzip like any other.
    coding = answer.headers.get("content-encoding", "identity")
    if answer.status_code not in (200, 206) or coding not in ("identity", "gzip", "x-gzip"):
        client.close()
        raise closed(url, status=answer.status_code, coding=coding)
    fresh = _same(mark, answer.headers.get("etag") or answer.headers.get("last-modified") or "-")
    skipped = offset if answer.status_code == 200 else 0
    return _web_pieces(client, answer, skipped, url), fresh


def _web_pieces(client, answer, skipped, url):
    """What comes, without the beginning when the server could not leave it out."""
    import httpx2

    try:
        with closing(client):  # which has been used already, so it is no context of its own
            for piece in answer.iter_raw(_PIECE):
                if skipped >= len(piece):
                    skipped -= len(piece)
                    continue
                yield piece[skipped:]
                skipped = 0
    except httpx2.HTTPError as why:
        raise closed(url) from why


def _same(mark, fresh):
    if mark and mark != fresh:
        raise errors.Conflict(
            "records.source_changed",
            _("Tệp nguồn đã đổi trong lúc nhập; hãy yêu cầu nhập lại từ đầu."),
        )
    return fresh


def closed(url, **facts):
    """The address itself is the client's own and may hold a key, so only its host is told."""
    return errors.Unavailable(
        "records.source_closed",
        _("Không đọc được tệp nguồn; hãy kiểm tra địa chỉ và quyền đọc."),
        host=urlsplit(url).netloc,
        **facts,
    )


def _pieces(file, url):
    try:
        with file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as why:
        raise closed(url) from why


def lines(pieces, offset):
    """(line, offset after it) of each line; a line that is too long comes as None.

    A byte order mark at the beginning of the file is no part of its first line.
    """
    found = _lines(pieces, offset)
    if offset == 0:
        yield from map(_without_mark, islice(found, 1))
    yield from found


def _without_mark(found):
    line, after = found
    return (line.removeprefix(codecs.BOM_UTF8) if line else line), after


def _lines(pieces, offset):
    """As `lines`; whoever takes a line is the only one who holds it."""
    begun, held, too_long = [], 0, False  # the line that goes on: its pieces, and their length
    for piece in pieces:
        first, *whole = piece.split(b"\n")
        begun.append(first)
        held += len(first)
        if whole:
            offset += held + 1
            yield _joined(begun, too_long or held > LONGEST_LINE), offset
            last = whole.pop()
            for line in whole:
                offset += len(line) + 1
                yield (None if len(line) > LONGEST_LINE else line), offset
            begun, held, too_long = [last], len(last), False
        if held > LONGEST_LINE:
            offset, begun, held, too_long = offset + held, [], 0, True
    if held or too_long:
        yield _joined(begun, too_long), offset + held


def _joined(pieces, too_long):
    line = None if too_long else b"".join(pieces)
    pieces.clear()
    return line
