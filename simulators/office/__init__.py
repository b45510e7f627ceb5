"""Files with a password, as the programs that people use make them."""

import hashlib
import io
import struct
import zipfile
import zlib

import pikepdf
import pypdfium2
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PASSWORD = "mật khẩu"
_END, _FREE, _NOBODY = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
_SALT = bytes(range(16))


def pdf(revision=6, *, reading=True):
    """A PDF that asks for a password to be read; or, with `reading=False`, only to be changed."""
    plain, out = io.BytesIO(), io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(plain)
    locks = pikepdf.Encryption(
        owner="chu",
        user="nguoi doc" if reading else "",
        R=revision,
        aes=revision > 3,
        metadata=revision > 3,
    )
    with pikepdf.open(plain) as opened:
        opened.save(out, encryption=locks)
    return out.getvalue()


def packed(name="word/document.xml", content=b"<a/>", password=b"khoa"):
    """A zip whose only part is encrypted as zips have been since 1990 (APPNOTE.TXT, 6.1)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as plain:
        plain.writestr(name, content)
    whole = out.getvalue()
    locked = _zip_crypto(content, zlib.crc32(content), password)
    named, directory = name.encode(), whole.index(b"PK\x01\x02")
    start = bytearray(whole[:30]) + named
    central = bytearray(whole[directory : directory + 46]) + named
    for header, flags, size in ((start, 6, 18), (central, 8, 20)):
        header[flags] |= 1
        header[size : size + 4] = struct.pack("<I", len(locked))
    end = bytearray(whole[whole.index(b"PK\x05\x06") :])
    end[16:20] = struct.pack("<I", len(start) + len(locked))
    return bytes(start) + locked + bytes(central) + bytes(end)


def _zip_crypto(content, crc, password):
    keys = [0x12345678, 0x23456789, 0x34567890]

    def mix(byte):
        keys[0] = _crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    for byte in password:
        mix(byte)
    found = bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + content:
        mask = (keys[2] | 2) & 0xFFFF
        found.append(byte ^ (((mask * (mask ^ 1)) >> 8) & 0xFF))
        mix(byte)
    return bytes(found)


def _crc(start, byte):
    return zlib.crc32(bytes([byte]), start ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def document(name="word/document.xml"):
    """A DOCX or XLSX with a password, as Word and Excel save it (MS-OFFCRYPTO, 2.3.4.5)."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as whole:
        whole.writestr(name, "<a/>")
    content, key = plain.getvalue(), _key()
    package = struct.pack("<Q", len(content)) + _aes(key, content)
    return container({"EncryptionInfo": _how(key), "EncryptedPackage": package})


def old_word():
    """A Word file of before 2007; only its container matters to whoever refuses it."""
    return container({"WordDocument": b"\xec\xa5" + bytes(1000)})


def _key():
    hashed = hashlib.sha1(_SALT + PASSWORD.encode("utf-16-le")).digest()
    for turn in range(50_000):
        hashed = hashlib.sha1(struct.pack("<I", turn) + hashed).digest()
    hashed = hashlib.sha1(hashed + bytes(4)).digest()
    return hashlib.sha1(bytes(a ^ 0x36 for a in hashed.ljust(64, b"\0"))).digest()[:16]


def _aes(key, content):
    cipher = Cipher(algorithms.AES128(key), modes.ECB()).encryptor()
    return cipher.update(content + bytes(-len(content) % 16)) + cipher.finalize()


def _how(key):
    """The stream that says how a file is encrypted: AES 128, SHA-1, and a word to try keys on."""
    maker = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + maker
    word = bytes(reversed(_SALT))
    tried = _aes(key, word) + struct.pack("<I", 20) + _aes(key, hashlib.sha1(word).digest())
    return (
        struct.pack("<HHII", 3, 2, 0x24, len(header))
        + header
        + struct.pack("<I", len(_SALT))
        + _SALT
        + tried
    )


def container(streams):
    """A compound file (MS-CFB, version 3) of small streams, all in its mini stream."""
    small, table, entries = b"", [], []
    for name, content in streams.items():
        first, count = len(small) // 64, -(-len(content) // 64)
        table += [*range(first + 1, first + count), _END]
        small += content.ljust(count * 64, b"\0")
        entries.append((name, 2, first, len(content)))
    many = -(-len(small) // 512)
    # Sectors: 0 the table of sectors, 1 the directory, 2 the table of the mini stream, 3… itself.
    sectors = [0xFFFFFFFD, _END, _END, *range(4, 3 + many), _END]
    head = struct.pack("<8s16xHHHHH6x", bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 2, 1, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 3, len(small), child=1)
    for number, (name, kind, first, size) in enumerate(entries, start=1):
        after = number + 1 if number < len(entries) else _NOBODY
        directory += _entry(name, kind, first, size, right=after)
    directory = directory.ljust(512, b"\0")
    return (
        head
        + struct.pack(f"<{len(sectors)}I", *sectors).ljust(512, b"\xff")
        + directory
        + struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
        + small.ljust(many * 512, b"\0")
    )


def _entry(name, kind, first, size, *, child=_NOBODY, right=_NOBODY):
    named = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI8x8xIQ",
        named,
        len(named) + 2,
        kind,
        1,
        _NOBODY,
        right,
        child,
        0,
        first,
        size,
    )
