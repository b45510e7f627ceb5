"""Where contents lie: a folder of the house, or a bucket behind the S3 protocol.

`HAIDANG_FILES` names the place: a folder, or `s3://bucket/prefix` (credentials and endpoint come
from the usual AWS variables of the environment). What comes in is written to a disk first, is
judged there, and goes to the bucket whole; a name holds a whole content or nothing.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.kernel import errors

_PIECE = 1024 * 1024
QUARANTINE = "quarantine"


def store():
    """The store that the settings name."""
    place = settings.HAIDANG_FILES
    if place.startswith("s3://"):
        return Bucket(*_bucket_of(place, os.environ.get("AWS_ENDPOINT_URL", "")))
    return Folder(Path(place))


def name_of(digest, *, infected=False):
    """The name of a content: its hash in a folder of its first two digits, or in quarantine."""
    return f"{QUARANTINE if infected else digest[:2]}/{digest}"


def coming():
    """A folder on this machine for what is just coming in, on the disk of the store if it has one."""
    place = settings.HAIDANG_FILES
    local = tempfile.gettempdir() if place.startswith("s3://") else place
    found = Path(local) / "coming"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


class Folder:
    """Contents on a disk that web and worker processes share."""

    def __init__(self, root):
        self.root = root

    def put(self, path, name):
        """Keep a file of `coming` under a name; what stands there stays."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            path.rename(target)

    def open(self, name):
        """The content, open for reading.

        Raises    FileNotFoundError
        """
        return (self.root / name).open("rb")

    def move(self, name, to):
        """Give a content another name."""
        (self.root / to).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).rename(self.root / to)

    def remove(self, name):
        """Destroy a content: written over before it is let go; gone already is no fault."""
        path = self.root / name
        with suppress(FileNotFoundError), path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(bytes(min(left, _PIECE)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink(missing_ok=True)

    @contextmanager
    def on_disk(self, name):
        """The content as a file of this machine, for as long as it is looked at."""
        yield self.root / name


class Bucket:
    """Contents in a bucket; `files` is Arrow's S3 client, which the house has for its lake."""

    def __init__(self, files, root):
        self.files, self.root = files, root

    def _at(self, name):
        return f"{self.root}/{name}"

    def put(self, path, name):
        from pyarrow import fs

        with _spoken():
            if self.files.get_file_info(self._at(name)).type == fs.FileType.NotFound:
                with path.open("rb") as file, self.files.open_output_stream(self._at(name)) as out:
                    shutil.copyfileobj(file, out, _PIECE)
        path.unlink(missing_ok=True)

    def open(self, name):
        with _spoken():
            return self.files.open_input_file(self._at(name))

    def move(self, name, to):
        with _spoken():
            self.files.move(self._at(name), self._at(to))

    def remove(self, name):
        with _spoken(), suppress(FileNotFoundError):
            self.files.delete_file(self._at(name))

    @contextmanager
    def on_disk(self, name):
        with tempfile.NamedTemporaryFile(dir=coming()) as beside:
            with self.open(name) as file:
                shutil.copyfileobj(file, beside, _PIECE)
            beside.flush()
            yield Path(beside.name)


@contextmanager
def _spoken():
    """What the network does becomes a state that the sender can act on."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as why:
        raise errors.Unavailable(
            "documents.store_away", _("Kho tệp không trả lời; hãy thử lại sau ít phút.")
        ) from why


@lru_cache(maxsize=4)
def _bucket_of(address, endpoint):
    try:
        from pyarrow import fs
    except ImportError as why:
        raise errors.Unavailable(
            "documents.store_away", _("Bản cài đặt này chưa có thư viện đọc ghi S3.")
        ) from why
    scheme, _mark, host = endpoint.rpartition("://")
    options = {"endpoint_override": host, "scheme": scheme or "https"} if endpoint else {}
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    options |= {"region": region} if region else {}
    files = fs.S3FileSystem(
        **options,
        connect_timeout=5,
        request_timeout=30,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=2),
    )
    return files, address.removeprefix("s3://").rstrip("/")
