"""Files compressed with gzip (RFC 1952), unpacked a piece at a time, however large they are.

What is held is one piece, and what was read so far is given out before a fault further on is
found: a checksum stands at the end of what it is about.
"""

import zlib

from django.utils.translation import gettext as _

from haidang.engines.records.bulk import desk as desks
from haidang.kernel import errors, room

MAGIC = b"\x1f\x8b"
_PIECE = 1024 * 1024
_GZIP = 31  # zlib's word for gzip with the largest window
# FHIR packs to a tenth, repeated lines to a hundredth; the format itself allows a thousandth.
MOST_RATIO, FREE_BYTES = 250, 64 * 1024 * 1024


def unpacked(pieces):
    """What is in one or several members of gzip, in pieces of a megabyte.

    Raises    Incorrect `records.source_damaged`, `records.source_cut`, `records.source_swells`
    """
    member, taken, given = None, 0, 0
    for piece in pieces:
        taken += len(piece)
        while piece:
            if member is None or member.eof:
                piece = piece.lstrip(b"\0") if member else piece  # padding after a member
                if not piece:
                    break
                member = zlib.decompressobj(_GZIP)
            out = _more(member, piece)
            given += len(out)
            if given > max(FREE_BYTES, MOST_RATIO * taken):
                raise _swells()
            if out:
                yield out
            piece = member.unused_data if member.eof else member.unconsumed_tail
    while member is not None and not member.eof:
        out = _more(member, b"")
        if not out:
            raise _cut()
        yield out


def behind(pieces, offset):
    """What comes after so many bytes.

    Raises    desk.Stopped when this process is to end on the way there
    """
    for piece in pieces:
        if offset >= len(piece):
            offset -= len(piece)
            if room.STOPPING.is_set():
                raise desks.Stopped
            continue
        yield piece[offset:]
        offset = 0


def _more(member, piece):
    try:
        return member.decompress(piece, _PIECE)
    except zlib.error as why:
        raise errors.Incorrect(
            "records.source_damaged",
            _(
                "Tệp nguồn nén gzip bị hỏng. Các dòng trước chỗ hỏng đã nhập xong; hãy tạo lại tệp rồi"
                " nhập lại, dòng có mã sẽ không bị ghi thêm lần nữa."
            ),
        ) from why


def _cut():
    return errors.Incorrect(
        "records.source_cut",
        _(
            "Tệp nguồn nén gzip bị cắt giữa chừng. Các dòng trước chỗ cắt đã nhập xong; hãy tải lại tệp"
            " cho đủ rồi nhập lại, dòng có mã sẽ không bị ghi thêm lần nữa."
        ),
    )


def _swells():
    return errors.Incorrect(
        "records.source_swells",
        _(
            "Tệp nguồn nén gzip nở ra quá nhiều so với cỡ của nó nên đã dừng; hãy kiểm tra tệp, hoặc"
            " gửi tệp không nén."
        ),
        most_times=MOST_RATIO,
    )
