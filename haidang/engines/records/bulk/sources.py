"""Where an import reads: files, buckets and web servers that the installation has named.

Nothing is read from anywhere else: whoever may ask for an import could otherwise have the house
fetch what only the house can reach.
"""

import codecs
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.records.bulk import storage
from haidang.kernel import errors

LONGEST_LINE = 64 * 1024 * 1024
_PIECE = 1024 * 1024
_TIMEOUT_S = 60.0


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

    mark      what an earlier opening gave; "" at first

    Raises    Conflict `records.source_changed` when the content is another than before;
              Unavailable `records.source_closed` when it cannot be read
    """
    try:
        if _is_path(url):
            return _from_path(_path(url), offset, mark)
        if url.startswith("s3://"):
            return _from_bucket(url, offset, mark)
        return _from_web(url, offset, mark)
    except OSError as why:
        raise closed(url) from why


def _from_path(path, offset, mark):
    file = open(path, "rb")  # noqa: SIM115 closed by who reads its pieces
    about = path.stat()
    fresh = _same(mark, f"{about.st_size}-{about.st_mtime_ns}")
    file.seek(offset)
    return _pieces(file), fresh


def _from_bucket(url, offset, mark):
    files, path = storage.bucket_of(url)
    about = files.get_file_info(path)
    fresh = _same(mark, f"{about.size}-{about.mtime_ns}")
    file = files.open_input_file(path)
    file.seek(offset)
    return _pieces(file), fresh


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
    if answer.status_code not in (200, 206):
        client.close()
        raise closed(url, status=answer.status_code)
    fresh = _same(mark, answer.headers.get("etag") or answer.headers.get("last-modified") or "-")
    skipped = offset if answer.status_code == 200 else 0
    return _web_pieces(client, answer, skipped, url), fresh


def _web_pieces(client, answer, skipped, url):
    """What comes, without the beginning when the server could not leave it out."""
    import httpx2

    try:
        with client:
            for piece in answer.iter_bytes(_PIECE):
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


def _pieces(file):
    with file:
        while piece := file.read(_PIECE):
            yield piece


def lines(pieces, offset):
    """(line, offset after it) of each line; a line that is too long comes as None.

    A byte order mark at the beginning of the file is no part of its first line.
    """
    at_start = offset == 0
    for line, after in _lines(pieces, offset):
        yield (line.removeprefix(codecs.BOM_UTF8) if at_start and line else line), after
        at_start = False


def _lines(pieces, offset):
    rest, too_long = b"", False
    for piece in pieces:
        parts = piece.split(b"\n")
        parts[0] = rest + parts[0]
        rest = parts.pop()
        for part in parts:
            offset += len(part) + 1
            yield (None if too_long or len(part) > LONGEST_LINE else part), offset
            too_long = False
        if len(rest) > LONGEST_LINE:
            offset, rest, too_long = offset + len(rest), b"", True
    if rest or too_long:
        yield (None if too_long else rest), offset + len(rest)
