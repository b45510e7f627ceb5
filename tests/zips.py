"""Zips for tests, good and bad."""

import io
import zipfile

_MADE_AT = (2026, 11, 25, 8, 0, 0)


def zipped(*entries, method=zipfile.ZIP_DEFLATED):
    """A zip of (name, bytes) pairs, the same bytes whenever it is made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as package:
        for name, content in entries:
            info = zipfile.ZipInfo(name, _MADE_AT)
            info.compress_type = method
            package.writestr(info, content)
    return made.getvalue()


def with_link(name, target):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o120777 << 16
        package.writestr(info, target)
    return made.getvalue()


def lying_about_size(name, content, claimed):
    """A zip whose directory and header claim another size than the entry unpacks to."""
    honest = zipped((name, content))
    true = len(content).to_bytes(4, "little")
    return honest.replace(true, claimed.to_bytes(4, "little"))


def encrypted(name):
    made = bytearray(zipped((name, b"<GIAMDINHHS/>")))
    made[6] |= 1
    directory = made.index(b"PK\x01\x02")
    made[directory + 8] |= 1
    return bytes(made)
