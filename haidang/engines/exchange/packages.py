"""Opening a zip that a stranger made (gói hồ sơ), within bounds.

Nothing is written to disk and no path is followed. A package that plays tricks is refused
whole, with the name of the entry that does it, and nothing of it is taken in.
"""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from haidang.engines.exchange import faults
from haidang.kernel import errors

_SIGNATURE = b"PK\x03\x04"
_EMPTY = b"PK\x05\x06"


@dataclass(frozen=True)
class Limits:
    """How much one package may bring; sizes are in bytes.

    ratio     times that an entry may grow when unpacked (claims XML grows five to thirty times)
    entry     size of one file
    """

    entries: int = 20_000
    unpacked: int = 1024 * 1024 * 1024
    entry: int = 50 * 1024 * 1024
    ratio: int = 200


@dataclass(frozen=True)
class Entry:
    """One file of a package: the base of its name, and its bytes."""

    name: str
    content: bytes


def is_package(content):
    """True when the bytes begin as a zip does."""
    return content[:4] in (_SIGNATURE, _EMPTY)


def open_package(content, limits=Limits()) -> Iterator[Entry]:  # noqa: B008 (frozen)
    """The XML files of a zip, one at a time. Its directory is checked whole before the first.

    Folders, hidden files and the `__MACOSX` folder are passed over.

    Raises    Incorrect `exchange.package_unreadable`, `exchange.package_<trick>` (facts: entry)
    Raises    TooLarge `exchange.package_too_large`, `exchange.package_entry_too_large` (facts: limit)
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            wanted = [info for info in package.infolist() if not _is_clutter(info)]
            _check(wanted, limits)
            for info in wanted:
                yield Entry(_path(info).name, _read(package, info))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as why:
        raise faults.refusal("exchange.package_unreadable") from why


def _is_clutter(info):
    parts = _path(info).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts)
    return info.is_dir() or hidden or "__MACOSX" in parts


def _path(info):
    return PurePosixPath(info.filename.replace("\\", "/"))


def _check(entries, limits):
    if not entries:
        raise _unsafe("empty", "")
    if len(entries) > limits.entries:
        raise _too_large(_files(limits.entries))
    if sum(info.file_size for info in entries) > limits.unpacked:
        raise _too_large(_size(limits.unpacked))
    for info in entries:
        _check_entry(info, limits)
    name, times = Counter(info.filename for info in entries).most_common(1)[0]
    if times > 1:
        raise _unsafe("same_name", name)


def _check_entry(info, limits):
    path = _path(info)
    if path.is_absolute() or ".." in path.parts or ":" in info.filename or "\0" in info.filename:
        raise _unsafe("path", info.filename)
    if info.flag_bits & 0x1:
        raise _unsafe("encrypted", info.filename)
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        raise _unsafe("link", info.filename)
    if info.file_size > limits.entry:
        facts = {"entry": _short(info.filename), "limit": _size(limits.entry)}
        raise faults.refusal("exchange.package_entry_too_large", errors.TooLarge, **facts)
    if info.file_size > limits.ratio * max(info.compress_size, 1024):
        raise _unsafe("ratio", info.filename)
    if path.suffix.lower() != ".xml":
        raise _unsafe("not_xml", info.filename)


def _read(package, info):
    # zipfile gives no more bytes than the directory claims, and those were counted before.
    content = package.read(info)
    if is_package(content):
        raise _unsafe("nested", info.filename)
    return content


def _unsafe(why, entry):
    return faults.refusal(f"exchange.package_{why}", entry=_short(entry))


def _too_large(limit):
    return faults.refusal("exchange.package_too_large", errors.TooLarge, limit=limit)


def _files(number):
    return f"{number} XML"


def _size(number):
    return f"{number // 1024 // 1024} MB"


def _short(name):
    return PurePosixPath(name.replace("\\", "/")).name[:100]
