"""Bodies compressed with zstd and, once there is one, the dictionary of their type.

The first byte of a stored body is the number of the dictionary, 0 for none; then comes a zstd frame
without its magic number, four bytes that would be the same in each. Bodies that were stored
before have them and are told by them: no frame without begins so (RFC 8878, a reserved bit).
Dictionaries are trained from what is there (`train`, called by the worker) and never change or leave.
"""

import threading
import time

import zstandard
from django.db import connection

from haidang.engines.records import kinds

LEVEL = 3
_FORMAT = zstandard.FORMAT_ZSTD1_MAGICLESS
_MAGIC = zstandard.FRAME_HEADER
_HEADER = 19  # bytes in which our first byte and the header of a frame stand
_REFRESH_S = 30
_DICTIONARY_BYTES = 48 * 1024
_SAMPLES, _FEWEST = 4000, 300
# What files and other long texts have in common is little, and thousands of them fill the memory.
_LONGEST_STORED, _LONGEST_SAMPLE, _SAMPLED_BYTES = 8 * 1024, 64 * 1024, 32 * 1024 * 1024
_lock = threading.Lock()
_shelves = {}  # one for each database: tests and commands may speak to several


class _Shelf(threading.local):
    """The compressors of one thread; zstd contexts must not be shared between threads."""

    def __init__(self):
        self.read_at = -_REFRESH_S
        self.writers = {}
        self.readers = {}


def _shelf():
    name = connection.settings_dict["NAME"]
    shelf = _shelves.get(name)
    if shelf is None:
        with _lock:
            shelf = _shelves.setdefault(name, _Shelf())
    return shelf


def writer():
    """A function (type code, body) -> stored bytes, with the newest dictionaries."""
    shelf = _shelf()
    if time.monotonic() - shelf.read_at > _REFRESH_S:
        _refresh(shelf)
    plain = _plain(shelf)

    def compress(type, body):
        prefix, compressor = shelf.writers.get(type, plain)
        return prefix + compressor.compress(body)

    return compress


def _plain(shelf):
    if 0 not in shelf.writers:
        shelf.writers[0] = (b"\0", _compressor())
    return shelf.writers[0]


def _compressor(**options):
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, write_checksum=0, write_dict_id=0, write_content_size=1, format=_FORMAT
    )
    return zstandard.ZstdCompressor(compression_params=parameters, **options)


def reader():
    """A function (type code, stored bytes) -> body."""
    shelf = _shelf()
    readers = shelf.readers

    def decompress(type, stored):
        key = _key(type, stored)
        found = readers.get(key)
        if found is None:
            found = _reader(shelf, key)
        return found.decompress(stored[1:])

    return decompress


def refresh():
    """Read the dictionaries anew: afterwards `reader` has to ask for none that is committed."""
    _refresh(_shelf())


def length(stored):
    """How many bytes the body of a stored record has, as its frame says."""
    start = bytes(stored[1:_HEADER])
    return zstandard.frame_content_size(start if start[:4] == _MAGIC else _MAGIC + start)


def pieces(type, stored, size=256 * 1024):
    """The body of one stored record, a piece at a time, for bodies that are very long."""
    shelf, key = _shelf(), _key(type, stored)
    found = shelf.readers.get(key) or _reader(shelf, key)
    yield from found.read_to_iter(memoryview(stored)[1:], write_size=size)


def _key(type, stored):
    """What a stored body is read with: a dictionary, and whether its frame says that it is one."""
    number = stored[0]
    return type if number else 0, number, stored[1:5] == _MAGIC


def _reader(shelf, key):
    if not key[1]:
        shelf.readers[key] = _decompressor(key[2])
    elif key not in shelf.readers:
        _refresh(shelf)
    return shelf.readers[key]


def _decompressor(whole, **options):
    """`whole`: of frames that begin with their magic number."""
    format = zstandard.FORMAT_ZSTD1 if whole else _FORMAT
    return zstandard.ZstdDecompressor(format=format, **options)


def _refresh(shelf):
    shelf.read_at = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, number, content FROM records_dictionary ORDER BY number")
        for type, number, content in cursor.fetchall():
            if (type, number, False) in shelf.readers:
                continue
            data = zstandard.ZstdCompressionDict(bytes(content))
            data.precompute_compress(level=LEVEL)
            for whole in (False, True):
                shelf.readers[type, number, whole] = _decompressor(whole, dict_data=data)
            shelf.writers[type] = (bytes((number,)), _compressor(dict_data=data))


def train(fewest=_FEWEST):
    """Train a first dictionary for each type that has enough records; return how many were made.

    Call it outside a transaction with everything in reach: a dictionary must be committed before
    a body stands on it.
    """
    made = 0
    for type in _untrained(fewest):
        made += _train_one(type)
    _shelf().read_at = -_REFRESH_S
    return made


def _untrained(fewest):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.type FROM generate_series(1, %s) AS t(type)"
            " WHERE NOT EXISTS (SELECT FROM records_dictionary d WHERE d.type = t.type)"
            " AND (SELECT count(*) FROM (SELECT FROM records_key k WHERE k.type = t.type"
            " AND k.live LIMIT %s) AS few) = %s",
            [len(kinds.NAMES), fewest, fewest],
        )
        return [type for (type,) in cursor.fetchall()]


def _train_one(type):
    samples = _sample(type)
    if len(samples) < 8:
        return 0
    size = min(_DICTIONARY_BYTES, max(2048, sum(map(len, samples)) // 10))
    try:
        data = zstandard.train_dictionary(size, samples).as_bytes()
    except zstandard.ZstdError:
        return 0  # Too little in common to make one of; plain zstd serves as well.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_dictionary (type, number, content) VALUES (%s, 1, %s)"
            " ON CONFLICT DO NOTHING",
            [type, data],
        )
        return cursor.rowcount


def _sample(type):
    """Bodies of a type, the first that are not too long, as far as they fit in the memory meant for them."""
    read, found, held = reader(), [], 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN octet_length(r.body) <= %s THEN r.body END FROM records_key k"
            " JOIN records_resource r USING (rid) WHERE k.type = %s AND k.live ORDER BY k.rid LIMIT %s",
            [_LONGEST_STORED, type, _SAMPLES],
        )
        for (stored,) in cursor.fetchall():
            if stored and length(stored) <= min(_LONGEST_SAMPLE, _SAMPLED_BYTES - held):
                found.append(read(type, bytes(stored)))
                held += len(found[-1])
    return found
