"""Where the files of bulk jobs lie: a folder of the house, or a bucket behind the S3 protocol.

`HAIDANG_FILES` names the place: a folder, or `s3://bucket/prefix` (credentials and endpoint come
from the usual AWS variables of the environment). The S3 client is Arrow's, which the house has
for its analytics; it is loaded when a bucket is spoken to.
"""

import contextlib
import errno
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.kernel import errors

_PIECE = 256 * 1024


def open_store():
    """The store that the settings name."""
    place = settings.HAIDANG_FILES
    if place.startswith("s3://"):
        return Bucket(*bucket_of(place))
    return Folder(Path(place) / "bulk")


def discard(folder):
    """Remove a folder of the store now, or leave it to the sweep when the store does not answer."""
    with contextlib.suppress(OSError):
        open_store().remove(folder)


class Folder:
    """Files on a disk that web and worker processes share."""

    def __init__(self, root):
        self.root = Path(root)

    def create(self, name):
        """A file to write bytes to; close it to keep it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return open(path, "wb", buffering=_PIECE)

    def pieces(self, name):
        """The bytes of a file, a piece at a time.

        Raises    NotFound `records.file_gone`; Unavailable `records.store_unanswered`
        """
        try:
            file = open(self.root / name, "rb")  # noqa: SIM115 closed by who reads its pieces
        except FileNotFoundError as why:
            raise gone() from why
        except OSError as why:
            raise unanswered() from why
        return _pieces_of(file)

    def remove(self, folder):
        """Remove a folder and what is in it; one that is gone already is no fault."""
        shutil.rmtree(self.root / folder, ignore_errors=True)


class Bucket:
    """Files in a bucket; `files` is an Arrow filesystem."""

    def __init__(self, files, root):
        self.files, self.root = files, root

    def create(self, name):
        return self.files.open_output_stream(f"{self.root}/{name}")

    def pieces(self, name):
        try:
            file = self.files.open_input_stream(f"{self.root}/{name}")
        except FileNotFoundError as why:
            raise gone() from why
        except OSError as why:
            raise unanswered() from why
        return _pieces_of(file)

    def remove(self, folder):
        try:
            self.files.delete_dir(f"{self.root}/{folder}")
        except FileNotFoundError:
            pass


def bucket_of(address):
    """(Arrow filesystem, bucket and path) of `s3://bucket/path`.

    Raises    Unavailable `records.no_bucket` when the bucket cannot be spoken to
    """
    try:
        from pyarrow import fs
    except ImportError as why:
        raise errors.Unavailable(
            "records.no_bucket", _("Bản cài đặt này chưa có thư viện đọc ghi S3.")
        ) from why
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    scheme, _mark, host = endpoint.rpartition("://")
    options = {"endpoint_override": host, "scheme": scheme or "https"} if endpoint else {}
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    files = fs.S3FileSystem(**options, **({"region": region} if region else {}))
    return files, address.removeprefix("s3://").rstrip("/")


def _pieces_of(file):
    with file:
        while piece := file.read(_PIECE):
            yield piece


def closed(why):
    """The error of a store that takes no more, such as a full disk (facts: why)."""
    return errors.Unavailable(
        "records.store_closed",
        _(
            "Nơi chứa tệp của máy chủ không ghi được (đầy, hoặc không trả lời) nên yêu cầu đã dừng. Những"
            " dòng đã nhập vẫn còn; hãy báo quản trị rồi yêu cầu lại."
        ),
        why=errno.errorcode.get(why.errno, type(why).__name__),
    )


def unanswered():
    return errors.Unavailable(
        "records.store_unanswered",
        _("Nơi chứa tệp của máy chủ chưa trả lời; tệp vẫn còn, hãy lấy lại sau ít phút."),
    )


def gone():
    return errors.NotFound(
        "records.file_gone", _("Tệp này không còn; hãy yêu cầu xuất dữ liệu lần nữa.")
    )
