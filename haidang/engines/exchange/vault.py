"""The raw bytes of messages: under their hash, compressed, never changed (bản gốc)."""

import hashlib

import zstandard

from haidang.engines.exchange import models

_LEVEL = 6


def digest(content):
    return hashlib.sha256(content).hexdigest()


def keep(contents):
    """Keep many contents in one statement and return their hashes; what is kept already stays."""
    packer = zstandard.ZstdCompressor(level=_LEVEL)
    rows = {digest(content): content for content in contents}
    models.Content.objects.bulk_create(
        [
            models.Content(sha256=key, size=len(content), packed=packer.compress(content))
            for key, content in sorted(rows.items())
        ],
        ignore_conflicts=True,
    )
    return [digest(content) for content in contents]


def fetch(hashes):
    """The bytes behind hashes, as a dict from hash to bytes."""
    found = models.Content.objects.filter(sha256__in=list(hashes)).values_list("sha256", "packed")
    unpacker = zstandard.ZstdDecompressor()
    return {key: unpacker.decompress(bytes(packed)) for key, packed in found}
